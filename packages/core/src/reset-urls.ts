import { absolute, checkOrigin, cut, formEncode, unsafe } from './links.js';

/** Where the link of a reset mail may lead: a URL whose placeholder stands for the link's token. Both names mean the same. */
const placeholder = /\{\{(?:code|token)\}\}/g;
const mark = '{{token}}';
const maxLength = 2_000;

/** A template in the parts by which two of them are compared. */
interface ResetUrl {
  readonly origin: string;
  readonly path: string;
  /** Undecoded, so that one URL has one reading. */
  readonly query: ReadonlyMap<string, string>;
  readonly fragment: string | null;
}

/** A query whose names are each there once; `null` for any other. */
function queryOf(text: string | null): ReadonlyMap<string, string> | null {
  const pairs = text === null || text === '' ? [] : text.split('&').map((pair) => cut(pair, '='));
  const query = new Map(pairs.map(([name, value]) => [name, value ?? '']));
  return query.size === pairs.length && !query.has('') ? query : null;
}

const braces = /[{}]/;

/** Whether the one placeholder is a whole value of the query or of the fragment, and no brace is anywhere else. */
function markInPlace(target: string, query: ReadonlyMap<string, string>, fragment: string | null): boolean {
  const values = [...query].map(([name, value]) => (braces.test(name) ? '{' : value));
  const last = fragment === null ? [] : [fragment.replace(/^[^{}=&]*=(?=\{\{token\}\}$)/, '')];
  const marked = [...values, ...last].filter((value) => braces.test(value));
  return !braces.test(target) && marked.length === 1 && marked[0] === mark;
}

function resetUrlOf(template: string): ResetUrl | null {
  if (template.length > maxLength || unsafe.test(template)) return null;
  const [address, fragment] = cut(template.replace(placeholder, mark), '#');
  const [target, queryText] = cut(address, '?');
  const [base, authority] = absolute.exec(target) ?? [];
  if (base === undefined || authority === undefined || authority.includes('@') || !URL.canParse(target)) return null;
  const { origin, pathname } = new URL(target);
  // What a parser would rewrite, such as dot segments, two parsers may rewrite into two URLs.
  const path = target.slice(base.length) || '/';
  const query = queryOf(queryText);
  if (path !== pathname || query === null || !markInPlace(target, query, fragment)) return null;
  return { origin, path, query, fragment };
}

/**
 * Checks an entry of a service's `resetUrls`: an absolute `https` URL (`http` on a loopback host, or anywhere with
 * `allowInsecureLinks`) without credentials, with one `{{code}}` or `{{token}}` that is a whole value of its query or of its
 * fragment. A caller's URL has to equal an entry in scheme, host, port, path, fragment and the names of its query; a value that
 * the entry leaves empty is the caller's to choose (P11).
 *
 * @throws TypeError that says what is wrong
 * @example
 * ```ts
 * import { checkResetUrl } from '@pwreset/core';
 *
 * checkResetUrl('https://acme.example/forgot?lang=&code={{code}}', { allowInsecureLinks: false });
 * ```
 */
export function checkResetUrl(template: string, options: { readonly allowInsecureLinks: boolean }): void {
  const wrong = (what: string): TypeError => new TypeError(`the reset URL ${JSON.stringify(template)} ${what}`);
  if (resetUrlOf(template) === null) {
    throw wrong(
      'must be an absolute URL with one {{code}} or {{token}} that is a whole value of its query or fragment',
    );
  }
  checkOrigin(template.replace(placeholder, 'x'), options, wrong);
}

/** Whether a caller may name this URL, as {@link checkResetUrl} describes it (CWE-601). */
export function isAllowedResetUrl(entries: readonly string[], template: string): boolean {
  const wanted = resetUrlOf(template);
  return wanted !== null && entries.some((entry) => fits(resetUrlOf(entry), wanted));
}

function fits(entry: ResetUrl | null, wanted: ResetUrl): boolean {
  if (entry === null || entry.origin !== wanted.origin || entry.path !== wanted.path) return false;
  if (entry.fragment !== wanted.fragment || entry.query.size !== wanted.query.size) return false;
  return [...entry.query].every(([name, value]) => {
    const given = wanted.query.get(name);
    // Some servers end a parameter at a semicolon too.
    return given === value || (value === '' && given !== undefined && given !== mark && !given.includes(';'));
  });
}

/** The URL that a mail carries. */
export const fillResetUrl = (template: string, token: string): string =>
  template.replace(placeholder, () => formEncode(token));
