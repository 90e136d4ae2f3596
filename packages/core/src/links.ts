import type { ServiceLinks } from './entities.js';

/**
 * The links of a service, from one page for setting a password and one for "this was not me".
 *
 * @example
 * ```ts
 * import { serviceLinks } from '@pwreset/core';
 *
 * const links = serviceLinks({
 *   reset: 'https://acme.example/reset#token={{token}}',
 *   revoke: 'https://acme.example/not-me#token={{token}}',
 * });
 * ```
 */
export function serviceLinks(pages: { readonly reset: string; readonly revoke: string }): ServiceLinks {
  return {
    reset: pages.reset,
    resetNotice: pages.revoke,
    updateNotice: pages.revoke,
    emailChangeNotice: pages.revoke,
  };
}

/** What a URL writes percent-encoded, and what would end it early in a text or an attribute. */
export const unsafe = /[\p{C}\p{Z}\\<>"]/u;

/** A scheme, two slashes and an authority; the URL parser also takes one slash or three, and not every mail reader does. */
export const absolute = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]+)/i;

const placeholder = /\{\{(token|email)\}\}/g;

const isLoopback = (host: string): boolean =>
  host === 'localhost' || host.endsWith('.localhost') || host === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(host);

/** Form encoding (WHATWG URL, section 5.2), except that a space is `%20`, which every decoder reads. */
export const formEncode = (value: string): string =>
  encodeURIComponent(value.toWellFormed()).replace(
    /[!'()~]/g,
    (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`,
  );

export const cut = (text: string, mark: string): readonly [string, string | null] => {
  const at = text.indexOf(mark);
  return at < 0 ? [text, null] : [text.slice(0, at), text.slice(at + 1)];
};

const plain = (text: string): boolean => !/[{}]/.test(text);

/** Parameters whose placeholders are each one whole value. */
const parameters = (text: string): boolean =>
  text.split('&').every((parameter) => plain(parameter.replace(/^([^{}=]*=)\{\{(?:token|email)\}\}$/, '$1')));

/** `{{token}}`, `a=1&token={{token}}` or, for a router that keeps its path there, `/reset?token={{token}}`. */
function fragmentInPlace(fragment: string): boolean {
  if (fragment === '{{token}}' || fragment === '{{email}}') return true;
  const [head, query] = cut(fragment, '?');
  return query === null ? parameters(head) : plain(head) && parameters(query);
}

/** Whether each placeholder is a whole value of the query or the fragment: never in the host, the path or a name. */
function placeholdersInPlace(template: string): boolean {
  const [address, fragment] = cut(template, '#');
  const [target, query] = cut(address, '?');
  return plain(target) && parameters(query ?? '') && fragmentInPlace(fragment ?? '');
}

/**
 * Checks a link template: an absolute `https` URL (`http` on a loopback host, or anywhere with `allowInsecureLinks`) without
 * credentials, with `{{token}}` in it, each placeholder one whole value of the query or the fragment (P11).
 *
 * @throws TypeError that says what is wrong
 * @example
 * ```ts
 * import { checkLinkTemplate } from '@pwreset/core';
 *
 * checkLinkTemplate('https://acme.example/reset#token={{token}}', { allowInsecureLinks: false });
 * ```
 */
export function checkLinkTemplate(template: string, options: { readonly allowInsecureLinks: boolean }): void {
  const wrong = (what: string): TypeError => new TypeError(`the link ${JSON.stringify(template)} ${what}`);
  if (!template.includes('{{token}}')) throw wrong('has no {{token}}');
  if (!placeholdersInPlace(template)) throw wrong('needs each placeholder as one whole value of its query or fragment');
  if (unsafe.test(template))
    throw wrong('has a space, a control character, a backslash, a quote or an angle bracket in it');
  const filled = template.replace(placeholder, 'x');
  checkOrigin(filled, options, wrong);
}

/**
 * Checks a plain URL, one without placeholders, as {@link checkLinkTemplate} does.
 *
 * @throws TypeError that says what is wrong
 * @example
 * ```ts
 * import { checkUrl } from '@pwreset/core';
 *
 * checkUrl('https://acme.example/account', { allowInsecureLinks: false });
 * ```
 */
export function checkUrl(url: string, options: { readonly allowInsecureLinks: boolean }): void {
  const wrong = (what: string): TypeError => new TypeError(`the URL ${JSON.stringify(url)} ${what}`);
  if (unsafe.test(url)) throw wrong('has a space, a control character, a backslash, a quote or an angle bracket in it');
  checkOrigin(url, options, wrong);
}

/** https, or http where it is permitted; no credentials. @throws TypeError made by `wrong` */
export function checkOrigin(
  url: string,
  { allowInsecureLinks }: { readonly allowInsecureLinks: boolean },
  wrong: (what: string) => TypeError,
): void {
  const authority = absolute.exec(url)?.[1];
  if (authority === undefined || !URL.canParse(url)) throw wrong('is not an absolute URL');
  if (authority.includes('@')) throw wrong('carries credentials');
  const { protocol, hostname } = new URL(url);
  if (protocol === 'https:') return;
  if (protocol !== 'http:') throw wrong('is not https');
  if (!isLoopback(hostname) && !allowInsecureLinks) throw wrong('is not https; allowInsecureLinks permits it');
}

/** The URL that a mail carries. */
export const fillLink = (template: string, values: { readonly token: string; readonly email: string }): string =>
  template.replace(placeholder, (_, name: string) => formEncode(name === 'token' ? values.token : values.email));
