import { malformed, RequestRefused } from './failure.js';
import { requireFields } from './fields.js';

/** What could be read of the parameters in one place, and why they are refused, where they are. */
export interface Reading {
  /** Every value of each name, in their order. */
  readonly values: ReadonlyMap<string, readonly unknown[]>;
  readonly refusal: RequestRefused | null;
}

/** Of a query or a form; no request of any dialect needs more. */
const maxPairs = 200;

const unread = (): Reading => ({ values: new Map(), refusal: malformed() });

/** A query or a form body (WHATWG URL, section 5.1), refused where it is not UTF-8 or has too many pairs, empty ones counted. */
export function readForm(text: string): Reading {
  const pairs = text.split('&', maxPairs + 1);
  if (pairs.length > maxPairs) return unread();
  const values = new Map<string, string[]>();
  let broken = false;
  for (const pair of pairs) {
    if (pair === '') continue;
    const read = readPair(pair);
    if (read === null) {
      broken = true;
      continue;
    }
    const [name, value] = read;
    const before = values.get(name);
    if (before === undefined) values.set(name, [value]);
    else before.push(value);
  }
  return { values, refusal: broken ? malformed() : null };
}

/** Percent-decoded, with a plus as a space. @throws URIError for what is not UTF-8 */
const decode = (text: string): string => decodeURIComponent(text.replaceAll('+', ' '));

function readPair(pair: string): readonly [name: string, value: string] | null {
  const equals = pair.indexOf('=');
  try {
    const name = decode(equals < 0 ? pair : pair.slice(0, equals));
    const value = equals < 0 ? '' : decode(pair.slice(equals + 1));
    requireFields({ [name]: value });
    return [name, value];
  } catch (error) {
    if (error instanceof URIError || error instanceof RequestRefused) return null;
    throw error;
  }
}

/** What a parser made of a form before: a name that came more than once has a list. @throws {@link RequestRefused} */
export function readParsedForm(value: unknown): Reading {
  const values = Object.entries(requireFields(value)).map(([name, given]): readonly [string, readonly unknown[]] => [
    name,
    Array.isArray(given) && given.length > 1 ? given : [given],
  ]);
  const count = values.reduce((sum, [, given]) => sum + given.length, 0);
  return count > maxPairs ? unread() : { values: new Map(values), refusal: null };
}
