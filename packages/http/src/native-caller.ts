import type { FlowInput, Pwreset, UserId } from '@pwreset/core';
import type { Arrival, Caller } from './dialect.js';
import { RequestRefused } from './failure.js';
import { headerOf } from './message.js';
import type { NativeOptions } from './native-options.js';
import type { CallerDocs } from './route-docs.js';
import { serviceOfKey } from './service-key.js';

/** In whose name a flow is called, and whom its limits count. */
export type CalledBy = Pick<FlowInput, 'service' | 'limitBy'>;

/** The user where the application knows one to be signed in. */
export type CalledByUser = CalledBy & { readonly userId: UserId | null };

/** RFC 6750, section 2.1; schemes know no case (RFC 9110, section 11.1). Other schemes are none of ours. */
const bearer = /^bearer(?:\s+(.*))?$/is;

const unauthenticated = (): RequestRefused =>
  new RequestRefused({ kind: 'unauthenticated', challenge: 'Bearer realm="pwreset"' });

const keyDocs = (required: boolean): CallerDocs => ({
  security: {
    name: 'nativeKey',
    required,
    definition: { type: 'http', scheme: 'bearer', description: 'The key of a service.' },
  },
});

/** The service whose key came with the request; `null` where none came. A key that is nobody's is never ignored. */
async function serviceWithKey(
  { pwreset, request }: Arrival<Pwreset>,
  { serviceOf, clientForwarded = false }: NativeOptions,
): Promise<CalledBy | null> {
  const found = bearer.exec(headerOf(request, 'authorization')?.trim() ?? '');
  if (found === null) return null;
  const service = await serviceOfKey(pwreset, found[1] ?? '', serviceOf);
  if (service === null) throw unauthenticated();
  return { service, limitBy: clientForwarded ? 'service_and_client' : 'service' };
}

/** Where no service is the mount's, only those with a key can call. */
function mountsOwn({ pwreset }: Arrival<Pwreset>, { service }: NativeOptions): CalledBy {
  if (service === undefined && pwreset.defaultService === null) throw unauthenticated();
  return { service, limitBy: 'client' };
}

/** Anyone in the name of the mount's service, or a service with its key in its own. */
export const anyone = (options: NativeOptions): Caller<Pwreset, CalledBy> => ({
  scheme: 'anyone',
  docs: keyDocs(false),
  identify: async (arrival) => (await serviceWithKey(arrival, options)) ?? mountsOwn(arrival, options),
});

/** The signed-in user, where there is one, else {@link anyone}. */
export const userOrAnyone = (options: NativeOptions): Caller<Pwreset, CalledByUser> => {
  const other = anyone(options);
  return {
    ...other,
    identify: async (arrival, fields) => {
      const userId = (await options.currentUser?.(arrival.request)) ?? null;
      // A signed-in user may have a bearer token that is the application's, and no key of ours.
      const by = userId === null ? await other.identify(arrival, fields) : mountsOwn(arrival, options);
      return { ...by, userId };
    },
  };
};

export const serviceOnly = (options: NativeOptions): Caller<Pwreset, CalledBy> => ({
  scheme: 'service_key',
  docs: keyDocs(true),
  identify: async (arrival) => {
    const by = await serviceWithKey(arrival, options);
    if (by === null) throw unauthenticated();
    return by;
  },
});
