import type { DirectoryPwreset, Pwreset } from '@pwreset/core';
import type { Dialect } from './dialect.js';
import { profileErrorShape, profileFailure } from './profile-failure.js';
import type { ProfileOptions } from './profile-options.js';
import { profileRoutes } from './profile-routes.js';
import type { ServiceOf } from './service-key.js';

/**
 * The routes and wire shapes of craftercms/profile for resetting a password, for clients that were written to it. The caller is
 * always a service, by its key in the parameter `accessTokenId`. Without a Directory the application says whose a key is.
 *
 * @example
 * ```ts
 * import { profile } from '@pwreset/http';
 *
 * const dialect = profile({ describe: async ({ name }) => ({ username: name, roles: ['APP_TEST'] }) });
 * dialect.routes.map(({ method, path }) => `${method} ${path}`); // POST /api/1/profile/{id}/reset_password, …
 * ```
 */
export function profile(options: ProfileOptions & { readonly serviceOf: ServiceOf }): Dialect<Pwreset>;
export function profile(options?: ProfileOptions): Dialect<DirectoryPwreset>;
export function profile(options: ProfileOptions = {}): Dialect<Pwreset> {
  return {
    name: 'profile',
    prefix: options.prefix ?? '',
    routes: profileRoutes(options),
    failure: profileFailure,
    docs: {
      description: 'Speaks as craftercms/profile does. The caller is a service, by its key in `accessTokenId`.',
      errorSchema: profileErrorShape,
    },
  };
}
