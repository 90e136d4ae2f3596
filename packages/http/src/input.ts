import { type Issue, malformed, RequestRefused } from './failure.js';
import { type Fields, requireFields } from './fields.js';
import { utf8MediaType } from './media-type.js';
import { type HttpRequest, headerOf } from './message.js';
import { type Reading, readForm, readParsedForm } from './strict-form.js';
import { parseJson } from './strict-json.js';
import { decodeUtf8 } from './utf8.js';

/** Where a row of a dialect takes its parameters from. */
export type InputSource = 'json' | 'form' | 'query';

/** How each kind of body is named in Content-Type. */
export const mediaTypes = { json: 'application/json', form: 'application/x-www-form-urlencoded' } as const;

/**
 * What becomes of a name that comes more than once, in a query, a form, or one of them and the body:
 *
 * - `list`: its values are one list, the query's first;
 * - `equal`: all of its values are one text, and that is its value.
 *
 * Any other name is malformed then, whether a schema knows it or not.
 */
export type Repeat = 'list' | 'equal';

/** The names that may come more than once. */
export type Repeats = Readonly<Record<string, Repeat>>;

/** The parameters of a request. */
export interface RequestInput {
  /** What could be read of them. */
  readonly fields: Fields;
  /** Why they are refused, where they are. */
  readonly refusal: RequestRefused | null;
}

/** The parameters of a request, from the sources that its row names and from no other. */
export function readInput(request: HttpRequest, sources: readonly InputSource[], repeats: Repeats): RequestInput {
  const query = sources.includes('query') ? readForm(request.query) : nothing;
  const body = attempt(() => readBody(request, sources));
  const all = new Map(query.values);
  for (const [name, values] of body.values) all.set(name, [...(all.get(name) ?? []), ...values]);
  const named = [...all].map(([name, values]) => ({ name, ...settled(values, ruleOf(repeats, name)) }));
  const issues = named.flatMap(({ name, good }): Issue[] => (good ? [] : [{ field: name, problem: 'malformed' }]));
  return {
    fields: Object.fromEntries(named.map(({ name, value }) => [name, value])),
    refusal: query.refusal ?? body.refusal ?? (issues.length === 0 ? null : malformed(...issues)),
  };
}

const nothing: Reading = { values: new Map(), refusal: null };

const ruleOf = (repeats: Repeats, name: string): Repeat | null =>
  Object.hasOwn(repeats, name) ? (repeats[name] ?? null) : null;

/** A name that may not come again keeps its list, so that nobody takes one of them for its value. */
function settled(values: readonly unknown[], rule: Repeat | null): { readonly value: unknown; readonly good: boolean } {
  const [first] = values;
  if (values.length < 2) return { value: first, good: true };
  if (rule === 'list') return { value: values.flat(), good: true };
  const same = rule === 'equal' && typeof first === 'string' && values.every((value) => value === first);
  return { value: same ? first : values, good: same };
}

/** Whether the input is good is said only to who may call, so a refusal waits. */
function attempt(read: () => Reading): Reading {
  try {
    return read();
  } catch (error) {
    if (error instanceof RequestRefused) return { values: nothing.values, refusal: error };
    throw error;
  }
}

function readBody(request: HttpRequest, sources: readonly InputSource[]): Reading {
  const { body } = request;
  if (!sources.includes('json') && !sources.includes('form')) return nothing;
  if (body.kind === 'too_large') throw new RequestRefused({ kind: 'too_large' });
  if (body.kind === 'bytes' ? body.bytes.length === 0 : body.value === undefined) return nothing;

  const mediaType = utf8MediaType(headerOf(request, 'content-type'));
  const json = mediaType === mediaTypes.json && sources.includes('json');
  const form = mediaType === mediaTypes.form && sources.includes('form');
  if (!json && !form) throw new RequestRefused({ kind: 'unsupported_media_type' });
  requireUnencoded(request);
  if (form) return body.kind === 'parsed' ? readParsedForm(body.value) : readForm(decodeUtf8(body.bytes));
  const fields = requireFields(body.kind === 'parsed' ? body.value : parseJson(body.bytes));
  return { values: new Map(Object.entries(fields).map(([name, value]) => [name, [value]])), refusal: null };
}

/** A compressed body could unpack to any size; nobody needs one of 64 KiB, even where a parser has unpacked it. */
function requireUnencoded(request: HttpRequest): void {
  const encoding = headerOf(request, 'content-encoding') ?? 'identity';
  if (encoding.trim().toLowerCase() !== 'identity') throw new RequestRefused({ kind: 'unsupported_media_type' });
}
