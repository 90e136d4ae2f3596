import type { ServiceLinks } from './entities.js';

/** The links of a service, from one page for setting a password and one for "this was not me". */
export function serviceLinks(pages: { readonly reset: string; readonly revoke: string }): ServiceLinks {
  return {
    reset: pages.reset,
    resetNotice: pages.revoke,
    updateNotice: pages.revoke,
    emailChangeNotice: pages.revoke,
  };
}

/** What a URL writes percent-encoded, and what would end it early in a text or an attribute. */
const unsafe = /[\p{C}\p{Z}\\<>"]/u;

const placeholder = /\{\{(token|email)\}\}/g;

const isLoopback = (host: string): boolean =>
  host === 'localhost' || host.endsWith('.localhost') || host === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(host);

/** Form encoding (WHATWG URL, section 5.2), except that a space is `%20`, which every decoder reads. */
const formEncode = (value: string): string =>
  encodeURIComponent(value).replace(/[!'()~]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);

/** Refuses what is not one of: `{{token}}` or `{{email}}` as a whole query value, or as a value in the fragment. */
function placeholdersInPlace(template: string): boolean {
  const stray = template.replace(/(?<=[?&#][^?&#=]*=|#)\{\{(?:token|email)\}\}(?=[&#]|$)/g, '');
  return !/[{}]/.test(stray);
}

/**
 * Checks a link template: an absolute `https` URL (`http` on a loopback host, or anywhere with `allowInsecureLinks`) without
 * credentials, with `{{token}}` in it, each placeholder one whole value of the query or the fragment (P11).
 *
 * @throws TypeError that says what is wrong
 */
export function checkLinkTemplate(template: string, options: { readonly allowInsecureLinks: boolean }): void {
  const wrong = (what: string): TypeError => new TypeError(`the link ${JSON.stringify(template)} ${what}`);
  if (!template.includes('{{token}}')) throw wrong('has no {{token}}');
  if (!placeholdersInPlace(template)) throw wrong('needs each placeholder as one whole value of its query or fragment');
  if (unsafe.test(template)) throw wrong('has a space, a control character, a backslash, a quote or an angle bracket in it');
  const filled = template.replace(placeholder, 'x');
  if (!URL.canParse(filled)) throw wrong('is not an absolute URL');
  checkOrigin(new URL(filled), options, wrong);
}

/** Checks a plain URL that mails show, as {@link checkLinkTemplate} does. @throws TypeError */
export function checkUrl(url: string, options: { readonly allowInsecureLinks: boolean }): void {
  const wrong = (what: string): TypeError => new TypeError(`the URL ${JSON.stringify(url)} ${what}`);
  if (unsafe.test(url)) throw wrong('has a space, a control character, a backslash, a quote or an angle bracket in it');
  if (!URL.canParse(url)) throw wrong('is not an absolute URL');
  checkOrigin(new URL(url), options, wrong);
}

function checkOrigin(
  { protocol, hostname, username, password }: URL,
  { allowInsecureLinks }: { readonly allowInsecureLinks: boolean },
  wrong: (what: string) => TypeError,
): void {
  if (username !== '' || password !== '') throw wrong('carries credentials');
  if (protocol === 'https:') return;
  if (protocol !== 'http:') throw wrong('is not https');
  if (!isLoopback(hostname) && !allowInsecureLinks) throw wrong('is not https; allowInsecureLinks permits it');
}

/** The URL that a mail carries. */
export const fillLink = (template: string, values: { readonly token: string; readonly email: string }): string =>
  template.replace(placeholder, (_, name: string) => formEncode(name === 'token' ? values.token : values.email));
