import type { DirectoryPwreset } from '@pwreset/core';
import type { Dialect } from './dialect.js';
import { ssoAuthRoutes } from './sso-auth-routes.js';
import { ssoDirectoryRoutes } from './sso-directory-routes.js';
import { ssoFailure } from './sso-failure.js';
import type { SsoOptions } from './sso-options.js';
import { ssoError } from './sso-output.js';

/**
 * The routes and wire shapes of mojzu/sso 0.10, for clients that were written to it. The caller is always a service, by its
 * key in the Authorization header.
 *
 * @example
 * ```ts
 * import { sso } from '@pwreset/http';
 *
 * const dialect = sso({ prefix: '/sso' });
 * dialect.routes.map(({ method, path }) => `${method} ${dialect.prefix}${path}`); // POST /sso/v1/user, …
 * ```
 */
export const sso = (options: SsoOptions = {}): Dialect<DirectoryPwreset> => ({
  name: 'sso',
  prefix: options.prefix ?? '',
  routes: [...ssoDirectoryRoutes(options), ...ssoAuthRoutes(options)],
  failure: ssoFailure({ namesCauses: true }),
  docs: {
    description: 'Speaks as mojzu/sso 0.10 does. A service calls for its users.',
    errorSchema: ssoError,
  },
});
