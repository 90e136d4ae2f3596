import type { Service } from './entities.js';
import { PwresetError } from './errors.js';
import { type ServiceId, serviceId } from './ids.js';
import { checkLinkTemplate, checkUrl } from './links.js';
import type { ServiceOptions } from './options.js';
import { checkResetUrl } from './reset-urls.js';
import type { Directory } from './storage.js';

/** Where services come from: the configured one, then the Directory. */
export interface ServiceFinder {
  /** The configured service's id. */
  readonly defaultId: ServiceId | null;
  /** `null` for an unknown one. */
  find(id: ServiceId): Promise<Service | null>;
  /** What the service is called and where its links lead; the configured one without a read. */
  describe(id: ServiceId): Promise<ServiceDescription | null>;
}

export type ServiceDescription = Pick<Service, 'name' | 'url' | 'links' | 'resetUrls'>;

/** Refuses a service whose mails could link where they must not (P11). @throws TypeError */
export function checkService(
  { name, url, links, resetUrls }: ServiceDescription,
  allow: { readonly allowInsecureLinks: boolean },
): void {
  if (name.trim() === '' || name.length > 100 || /\p{Cc}/u.test(name)) {
    throw new TypeError('a service needs a name of 1 to 100 characters');
  }
  checkUrl(url, allow);
  for (const link of [links.reset, links.resetNotice, links.updateNotice, links.emailChangeNotice]) {
    checkLinkTemplate(link, allow);
  }
  for (const entry of resetUrls) checkResetUrl(entry, allow);
}

export function serviceFinder(
  options: ServiceOptions | undefined,
  directory: Directory | null,
  allow: { readonly allowInsecureLinks: boolean },
): ServiceFinder {
  if (options === undefined) {
    if (directory === null) throw new TypeError('a storage without a Directory needs the `service` option');
    const find = (id: ServiceId): Promise<Service | null> => directory.findService(id);
    return { defaultId: null, find, describe: find };
  }
  const { id = 'default', name, url, links, resetUrls = [] } = options;
  const times = { createdAt: 0, updatedAt: 0 };
  const configured: Service = { id: serviceId(id), name, url, links, resetUrls, enabled: true, ...times };
  checkService(configured, allow);
  const keptOf = async (wanted: ServiceId): Promise<Service | null> => (await directory?.findService(wanted)) ?? null;
  return {
    defaultId: configured.id,
    async find(wanted) {
      const kept = await keptOf(wanted);
      // The configuration says what a service is called and where its links lead, the Directory whether it is enabled.
      return wanted === configured.id ? { ...configured, enabled: kept?.enabled ?? true } : kept;
    },
    describe: async (wanted) => (wanted === configured.id ? configured : keptOf(wanted)),
  };
}

export const serviceNotFound = (): PwresetError<'service_not_found'> =>
  new PwresetError('service_not_found', 'there is no service with this id');

/** The service that a call names, before anything is changed in its name. @throws {@link PwresetError} `service_not_found` */
export async function requireService(
  { services }: { readonly services: ServiceFinder },
  { serviceId: id }: { readonly serviceId: ServiceId },
): Promise<ServiceDescription> {
  const service = await services.describe(id);
  if (service === null) throw serviceNotFound();
  return service;
}
