import { absolute, checkOrigin, cut, formEncode, unsafe } from './links.js';

/** Where the link of a reset mail may lead: a URL whose placeholder stands for the link's token. Both names mean the same. */
const placeholder = /\{\{(?:code|token)\}\}/g;
const mark = '{{token}}';
const maxLength = 2_000;

/** A template in the parts by which two of them are compared. */
interface ResetUrl {
  readonly origin: string;
  readonly path: string;
  /** Undecoded, so that one URL has one reading; `null` for a name without a value. */
  readonly query: ReadonlyMap<string, string | null>;
  readonly fragment: string | null;
}

/** A query whose names are each there once; `null` for any other. */
function queryOf(text: string | null): ResetUrl['query'] | null {
  const pairs = text === null || text === '' ? [] : text.split('&').map((pair) => cut(pair, '='));
  const query = new Map(pairs);
  return query.size === pairs.length && !query.has('') ? query : null;
}

const braces = /[{}]/;

/** Whether the one placeholder is a whole value of the query or of the fragment, and no brace is anywhere else. */
function markInPlace(target: string, query: ResetUrl['query'], fragment: string | null): boolean {
  const values = [...query].map(([name, value]) => (braces.test(name) ? '{' : (value ?? '')));
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
 * fragment. A caller's URL has to equal an entry in scheme, host, port, path, fragment and the names of its query. A value that
 * the entry leaves empty (`lang=`) is the caller's to choose: up to 100 letters, digits, `.`, `_`, `~`, `-` and what is
 * percent-encoded, without spaces and control characters. The mail has the entry's own spelling of everything else (P11).
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

/**
 * The URL that a caller named, in the words of the entry that permits it (CWE-601); `null` where none does. Nothing but the values
 * that the entry leaves open is the caller's own text: two spellings of one host are two hosts to some readers.
 */
export function resolveResetUrl(entries: readonly string[], template: string): string | null {
  const wanted = resetUrlOf(template);
  if (wanted === null) return null;
  for (const entry of entries) {
    const known = resetUrlOf(entry);
    const query = known === null ? null : filledQuery(known, wanted);
    if (known !== null && query !== null) return withQuery(entry, query, known.fragment);
  }
  return null;
}

/** The entry's query with the caller's values where it leaves them open; `null` where the two do not fit. */
function filledQuery(entry: ResetUrl, wanted: ResetUrl): string | null {
  if (entry.origin !== wanted.origin || entry.path !== wanted.path || entry.fragment !== wanted.fragment) return null;
  if (entry.query.size !== wanted.query.size) return null;
  const pairs: string[] = [];
  for (const [name, value] of entry.query) {
    const given = wanted.query.get(name);
    const free = value === '' && typeof given === 'string' && isFreeValue(given);
    if (given !== value && !free) return null;
    pairs.push(value === null ? name : `${name}=${free ? given : value}`);
  }
  return pairs.join('&');
}

/** The entry as it is written, with this query. */
function withQuery(entry: string, query: string, fragment: string | null): string {
  const [address] = cut(entry, '#');
  const [target, before] = cut(address, '?');
  const resolved = [before === null ? target : `${target}?${query}`, ...(fragment === null ? [] : [fragment])].join(
    '#',
  );
  const [own = mark] = entry.match(placeholder) ?? [];
  return resolved.replace(mark, own);
}

const maxFreeLength = 100;

/** A word, as a language or a campaign is: whoever asks chooses it for a mail to somebody else. */
function isFreeValue(text: string): boolean {
  if (text.length > maxFreeLength || !/^(?:[\w.~-]|%[0-9a-f]{2})*$/i.test(text)) return false;
  try {
    return !/[\p{C}\p{Z}]/u.test(decodeURIComponent(text));
  } catch (error) {
    if (error instanceof URIError) return false;
    throw error;
  }
}

/** The URL that a mail carries. */
export const fillResetUrl = (template: string, token: string): string =>
  template.replace(placeholder, () => formEncode(token));
