import type { Pwreset, ServiceId } from '@pwreset/core';
import type { Caller } from './dialect.js';
import { RequestRefused } from './failure.js';
import { type ServiceOf, serviceOfKey } from './service-key.js';

/** The service whose key is the parameter `accessTokenId`. */
export const profileService = (serviceOf: ServiceOf | undefined): Caller<Pwreset, ServiceId> => ({
  scheme: 'service_key',
  docs: {
    security: {
      name: 'profileKey',
      required: true,
      definition: {
        type: 'apiKey',
        in: 'query',
        name: 'accessTokenId',
        description: 'The key of a service. A POST takes it in its body too, which keeps it out of logs of URLs.',
      },
    },
  },
  identify: async ({ pwreset }, fields) => {
    const { accessTokenId } = fields();
    const service = typeof accessTokenId === 'string' ? await serviceOfKey(pwreset, accessTokenId, serviceOf) : null;
    // The wire answers 403, which has no challenge.
    if (service === null) throw new RequestRefused({ kind: 'unauthenticated', challenge: 'accessTokenId' });
    return service;
  },
});
