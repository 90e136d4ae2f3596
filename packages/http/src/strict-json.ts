import { malformed } from './failure.js';
import { decodeUtf8 } from './utf8.js';

/**
 * JSON as RFC 7493 (I-JSON) wants it: UTF-8, and no name twice in one object, which two parsers could read as two different
 * requests.
 *
 * @throws {@link RequestRefused}
 */
export function parseJson(bytes: Uint8Array): unknown {
  const text = decodeUtf8(bytes);
  const value = parse(text);
  if (repeatsName(text)) throw malformed();
  return value;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) throw malformed();
    throw error;
  }
}

const tokens = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],:]/g;

/** Whether an object in this text, which is JSON, has a name twice, however either is escaped. */
function repeatsName(json: string): boolean {
  /** The names of each object that is open; `null` for an array. */
  const open: (Set<unknown> | null)[] = [];
  let nameNext = false;
  for (const [token] of json.matchAll(tokens)) {
    if (token === '{' || token === '[') open.push(token === '{' ? new Set() : null);
    else if (token === '}' || token === ']') open.pop();
    else if (token !== ',' && token !== ':' && nameNext) {
      const names = open.at(-1);
      const name: unknown = JSON.parse(token);
      if (names?.has(name)) return true;
      names?.add(name);
    }
    nameNext = token === '{' || (token === ',' && open.at(-1) !== null);
  }
  return false;
}
