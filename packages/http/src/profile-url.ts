import { withQuery } from './url-query.js';

/**
 * Where a reset link leads for a `resetPasswordUrl` of the profile dialect, as a template: the token comes as `tokenId`, behind
 * the URL's own query and before its fragment. This is what a service's `resetUrls` must have for each URL that may be asked for.
 *
 * @throws TypeError for a URL with braces in it: the placeholder is put here and nowhere else
 * @example
 * ```ts
 * import { profileResetUrl } from '@pwreset/http';
 *
 * profileResetUrl('https://app.example/reset?lang=en'); // https://app.example/reset?lang=en&tokenId={{token}}
 * ```
 */
export function profileResetUrl(resetPasswordUrl: string): string {
  if (/[{}]/.test(resetPasswordUrl)) throw new TypeError('a resetPasswordUrl has no braces in it');
  return withQuery(resetPasswordUrl, 'tokenId={{token}}');
}
