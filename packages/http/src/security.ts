import type { Pwreset } from '@pwreset/core';
import type { Dialect } from './dialect.js';
import { securityErrorShape, securityFailure } from './security-failure.js';
import type { SecurityOptions } from './security-options.js';
import { securityRoutes } from './security-routes.js';

/**
 * The routes and wire shapes of a Symfony application with symfonycasts/reset-password-bundle, for front ends that were written
 * to one. Anyone may call it, in the name of the mount's service.
 *
 * @example
 * ```ts
 * import { security } from '@pwreset/http';
 *
 * const dialect = security();
 * dialect.routes.map(({ method, path }) => `${method} ${path}`); // POST /security/reset-password/begin, …
 * ```
 */
export const security = (options: SecurityOptions = {}): Dialect<Pwreset> => ({
  name: 'security',
  prefix: options.prefix ?? '',
  needsService: options.service === undefined,
  routes: securityRoutes(options),
  failure: securityFailure,
  docs: {
    description:
      "Speaks as a Symfony application with symfonycasts/reset-password-bundle does. Anyone may call, in the name of the mount's service. Errors have a `message` to be shown.",
    errorSchema: securityErrorShape,
  },
});
