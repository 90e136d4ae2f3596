import { malformed } from './failure.js';

/** The parameters of a request by name, before a schema has seen them. */
export type Fields = Readonly<Record<string, unknown>>;

/** No request of any dialect needs more. */
const maxDepth = 16;

/** Names that mean something to JavaScript itself and nothing to any dialect. */
const poisonous: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/** Well-formed text (RFC 7493, section 2.1), no poisonous names, no bottomless nesting. */
function isSound(value: unknown, depth: number): boolean {
  if (typeof value === 'string') return value.isWellFormed();
  if (typeof value !== 'object' || value === null) return true;
  if (depth >= maxDepth) return false;
  if (Array.isArray(value)) return value.every((item) => isSound(item, depth + 1));
  return Object.entries(value).every(
    ([name, item]) => !poisonous.has(name) && name.isWellFormed() && isSound(item, depth + 1),
  );
}

const isRecord = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);

/** A parsed body as fields, whoever parsed it. @throws {@link RequestRefused} */
export function requireFields(value: unknown): Fields {
  if (!isRecord(value) || !isSound(value, 0)) throw malformed();
  return value;
}
