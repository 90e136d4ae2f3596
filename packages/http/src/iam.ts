import type { Pwreset } from '@pwreset/core';
import type { Dialect } from './dialect.js';
import { iamErrorShape, iamFailure } from './iam-failure.js';
import type { IamOptions } from './iam-options.js';
import { iamRoutes } from './iam-routes.js';

/**
 * The routes and wire shapes of Razi IAM, for clients that were written to it. Anyone may call it; the X-App-Name header selects
 * the service. Its mails carry a link and a code, and either resets the password. Each URL that callers may name as
 * `resetPasswordUrl` has to be one of the service's `resetUrls`.
 *
 * @example
 * ```ts
 * import { serviceId } from '@pwreset/core';
 * import { iam } from '@pwreset/http';
 *
 * const dialect = iam({ prefix: '/iam', apps: { shop: serviceId('default') } });
 * dialect.routes.map(({ method, path }) => `${method} ${path}`); // PUT /v1/authentication/users/password, …
 * ```
 */
export const iam = (options: IamOptions = {}): Dialect<Pwreset> => ({
  name: 'iam',
  prefix: options.prefix ?? '',
  routes: iamRoutes(options),
  failure: iamFailure,
  docs: {
    description:
      'Speaks as Razi IAM does. Anyone may call; the `X-App-Name` header selects the service. Errors have a stable `code` and a `message`.',
    errorSchema: iamErrorShape,
  },
});
