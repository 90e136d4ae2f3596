import { malformed } from './failure.js';
import { type Fields, requireFields } from './fields.js';

/** Percent-decoded, with a plus as a space. @throws URIError for what is not UTF-8 */
const decode = (text: string): string => decodeURIComponent(text.replaceAll('+', ' '));

/**
 * A query or a form body (WHATWG URL, section 5.1), refused where it is not UTF-8. A name that comes twice has a list of
 * values, so that a schema that wants one text refuses it.
 *
 * @throws {@link RequestRefused}
 */
export function parseForm(text: string): Fields {
  const fields = new Map<string, string | readonly string[]>();
  for (const pair of text.split('&')) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    const [name, value] = decodePair(equals < 0 ? [pair, ''] : [pair.slice(0, equals), pair.slice(equals + 1)]);
    const before = fields.get(name);
    fields.set(name, before === undefined ? value : [before, value].flat());
  }
  return requireFields(Object.fromEntries(fields));
}

function decodePair([name, value]: readonly [string, string]): readonly [string, string] {
  try {
    return [decode(name), decode(value)];
  } catch (error) {
    if (error instanceof URIError) throw malformed();
    throw error;
  }
}
