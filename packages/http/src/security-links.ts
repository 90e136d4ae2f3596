import { type ServiceLinks, serviceLinks } from '@pwreset/core';

export interface SecurityLinksOptions {
  /** The front end's page for "this was not me", to which notices link: `/security/reset-password/revoke` by default. */
  readonly revokePath?: string;
}

/**
 * The links of a service as the security dialect's mails carry them, from the value of FRONT_END_HOSTNAME: a host, or a URL with
 * its scheme. `https://` comes before a bare host. The original sends no notices; the page that theirs link to is the front
 * end's, and posts its token to `/security/reset-password/revoke`.
 *
 * @throws TypeError for an empty value, one with a query or a fragment, and a `revokePath` that is no path
 * @example
 * ```ts
 * import { securityLinks } from '@pwreset/http';
 *
 * securityLinks('app.example').reset; // https://app.example/security/reset-password/reset?token={{token}}
 * ```
 */
export function securityLinks(frontEndHostname: string, options: SecurityLinksOptions = {}): ServiceLinks {
  const { revokePath = '/security/reset-password/revoke' } = options;
  const host = frontEndHostname.replace(/\/+$/, '');
  if (host === '' || /[?#]/.test(host)) {
    throw new TypeError(
      `FRONT_END_HOSTNAME is a host or a URL without a query, not ${JSON.stringify(frontEndHostname)}`,
    );
  }
  if (!/^\/[^?#]*$/.test(revokePath)) {
    throw new TypeError(`revokePath is a path such as /not-me, not ${JSON.stringify(revokePath)}`);
  }
  const origin = /^[a-z][a-z0-9+.-]*:\/\//i.test(host) ? host : `https://${host}`;
  return serviceLinks({
    reset: `${origin}/security/reset-password/reset?token={{token}}`,
    revoke: `${origin}${revokePath}?token={{token}}`,
  });
}
