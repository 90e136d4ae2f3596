import { parseAnswer } from './raw.js';

/** An answer, its body as text and as JSON. */
export interface Answer {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly text: string;
  readonly json: unknown;
  /** Every byte, but for the time in the Date header. */
  readonly bytes: string;
}

const withoutDate = (text: string): string => text.replace(/^date: [^\r\n]*\r\n/im, '');

export function answerOf(bytes: Buffer): Answer {
  const { status, headers, body } = parseAnswer(bytes);
  const text = Buffer.from(body).toString();
  const isJson = text !== '' && /^application\/(?:problem\+)?json/.test(headerIn(headers, 'content-type'));
  const json: unknown = isJson ? JSON.parse(text) : undefined;
  const named = new Map(headers.map(([name, value]) => [name.toLowerCase(), value]));
  return { status, headers: named, text, json, bytes: withoutDate(bytes.toString('latin1')) };
}

const headerIn = (headers: readonly (readonly [string, string])[], wanted: string): string =>
  headers.find(([name]) => name.toLowerCase() === wanted)?.[1] ?? '';

/** What stands at a path in JSON. */
export const at = (value: unknown, ...path: readonly string[]): unknown =>
  path.reduce<unknown>(
    (inner, name) => (typeof inner === 'object' && inner !== null ? Reflect.get(inner, name) : undefined),
    value,
  );
