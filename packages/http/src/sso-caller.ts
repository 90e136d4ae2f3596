import { type DirectoryPwreset, PwresetError, type Service } from '@pwreset/core';
import type { Caller } from './dialect.js';
import { RequestRefused } from './failure.js';
import { headerOf } from './message.js';

/** The key alone, or after a scheme; schemes know no case (RFC 9110, section 11.1). */
const authorization = /^(?:(?:key|bearer) +)?([\x21-\x7e]+)$/i;

/** RFC 9110, section 11.6.1: a 401 says how to do better. */
const unauthenticated = (): RequestRefused =>
  new RequestRefused({ kind: 'unauthenticated', challenge: 'Bearer realm="pwreset"' });

/** The service whose key is in the Authorization header. */
export const ssoService: Caller<DirectoryPwreset, Service> = {
  scheme: 'service_key',
  docs: {
    security: {
      name: 'ssoServiceKey',
      required: true,
      definition: {
        type: 'http',
        scheme: 'bearer',
        description: 'The key of a service. `key` may stand in place of `Bearer`, and the key may stand alone.',
      },
    },
  },
  identify: async ({ pwreset, request }) => {
    const value = authorization.exec(headerOf(request, 'authorization')?.trim() ?? '')?.[1];
    if (value === undefined) throw unauthenticated();
    try {
      return await pwreset.services.authenticate(value);
    } catch (error) {
      if (error instanceof PwresetError && error.code === 'invalid_key') throw unauthenticated();
      throw error;
    }
  },
};
