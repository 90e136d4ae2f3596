import type { Context } from './context.js';
import type { Service } from './entities.js';
import { PwresetError } from './errors.js';
import { serviceId } from './ids.js';
import { newKey, publicKey, serviceKey } from './keys.js';
import { audit } from './notices.js';
import type { CreateServiceInput, Services } from './pwreset-types.js';
import { checkService } from './service-finder.js';
import { commitSettled, newAttempt } from './settled-commit.js';
import { createKey, createService, record } from './steps.js';
import type { Directory } from './storage.js';
import { uuid } from './uuid.js';

const nobody = { ip: null, userAgent: null } as const;

export function services(context: Context, directory: Directory): Services {
  return {
    createWithKey: (input) => createWithKey(context, input),
    get: (id) => context.services.find(id),
    async authenticate(value) {
      const key = await serviceKey(directory, value);
      const service = await context.services.find(key.serviceId);
      if (service === null || !service.enabled) throw new PwresetError('invalid_key', 'the key is not valid');
      return service;
    },
  };
}

async function createWithKey(
  context: Context,
  { name, url, links, resetUrls = [] }: CreateServiceInput,
): Promise<Awaited<ReturnType<Services['createWithKey']>>> {
  checkService({ name, url, links, resetUrls }, context.settings);
  const now = context.clock.now();
  const id = serviceId(uuid(context.random));
  const service: Service = { id, name, url, links, resetUrls, enabled: true, createdAt: now, updatedAt: now };
  const { key, value } = newKey(context, { type: 'KEY', name, enabled: true, serviceId: id, userId: null }, now);
  const attempt = newAttempt(context);
  const result = await commitSettled(context, 'manage', attempt, [
    createService(service),
    createKey(key),
    record(audit(attempt, 'service_created', null, { serviceId: id, client: nobody }, now)),
  ]);
  if (result.outcome !== 'applied') throw new Error('a random id is taken');
  return { service, key: publicKey(key), value };
}
