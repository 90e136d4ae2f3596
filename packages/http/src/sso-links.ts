import type { ServiceLinks } from '@pwreset/core';
import { withQuery } from './url-query.js';

const link = (localUrl: string, type: string): string =>
  withQuery(localUrl, `type=${type}&email={{email}}&token={{token}}`);

/**
 * The links of a service as the sso dialect's mails carry them, from the service's LOCAL_URL. Its own query is kept. `type` is
 * `reset_password` in a reset mail, `reset_password_confirm` in the notice after a reset and `update_password` in the notices
 * after an update and a change of address.
 *
 * @example
 * ```ts
 * import { ssoLinks } from '@pwreset/http';
 *
 * ssoLinks('https://app.example/local').reset;
 * // https://app.example/local?type=reset_password&email={{email}}&token={{token}}
 * ```
 */
export const ssoLinks = (localUrl: string): ServiceLinks => ({
  reset: link(localUrl, 'reset_password'),
  resetNotice: link(localUrl, 'reset_password_confirm'),
  updateNotice: link(localUrl, 'update_password'),
  emailChangeNotice: link(localUrl, 'update_password'),
});
