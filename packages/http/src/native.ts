import type { Pwreset } from '@pwreset/core';
import type { Dialect } from './dialect.js';
import { changePasswordRoute } from './native-change-password.js';
import type { NativeOptions } from './native-options.js';
import { nativeTokenRoutes } from './native-token-routes.js';
import { nativeUserRoutes } from './native-user-routes.js';
import { problemShape, problems } from './problem.js';

/**
 * The dialect for new clients: an address for each thing that can be asked for, and problem details (RFC 9457). Anyone may call
 * it in the name of the mount's service; a service's key in `Authorization: Bearer` makes that service the caller.
 *
 * @throws TypeError for a `changePasswordUrl` that is not absolute or not https, and a `problemBase` that is not absolute
 * @example
 * ```ts
 * import { native } from '@pwreset/http';
 *
 * const dialect = native({ prefix: '/auth', changePasswordUrl: 'https://acme.example/account/password' });
 * dialect.routes.map(({ method, path }) => `${method} ${path}`); // POST /password-resets, …
 * ```
 */
export function native(options: NativeOptions = {}): Dialect<Pwreset> {
  const { prefix = '', changePasswordUrl, problemBase } = options;
  const wellKnown = changePasswordUrl === undefined ? [] : [changePasswordRoute(changePasswordUrl, problemBase)];
  return {
    name: 'native',
    prefix,
    routes: [...nativeTokenRoutes(options), ...nativeUserRoutes(options), ...wellKnown],
    failure: problems({ base: problemBase }),
    docs: {
      description:
        "Anyone may call in the name of the mount's service; a service's key in `Authorization: Bearer` makes that service the caller. Errors are problem details (RFC 9457).",
      errorSchema: problemShape,
    },
  };
}
