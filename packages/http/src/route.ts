import type { InputProblem, Pwreset } from '@pwreset/core';
import type * as z from 'zod';
import type { Answer, Arrival, Route, RouteRow } from './dialect.js';
import { type Issue, malformed } from './failure.js';
import type { Fields } from './fields.js';
import { type RequestInput, readInput } from './input.js';
import { headerOf } from './message.js';

/** Enough for any browser's, and what core keeps. */
const maxUserAgentLength = 300;

/**
 * Makes a row of a dialect. A request for it goes through, in this order: who calls, the body's shape, the schema, the flow,
 * the answer.
 *
 * @example
 * ```ts
 * import type { Pwreset } from '@pwreset/core';
 * import { type Caller, route } from '@pwreset/http';
 * import * as z from 'zod';
 *
 * const anyone: Caller<Pwreset, null> = { scheme: 'anyone', identify: async () => null };
 * const begin = route({
 *   method: 'POST',
 *   path: '/forgot',
 *   caller: anyone,
 *   reads: ['json'],
 *   input: z.object({ email: z.string().max(254) }),
 *   flow: ({ pwreset, input, client }) => pwreset.beginReset({ email: input.email, client }),
 *   answer: () => ({ message: 'OK' }),
 *   failure: (failure) => ({ status: 400, json: { message: failure.kind } }),
 * });
 * ```
 */
export function route<P extends Pwreset, Who, Schema extends z.ZodType, Result>(
  row: RouteRow<P, Who, Schema, Result>,
): Route<P> {
  const {
    method,
    path,
    wellKnown = false,
    caller,
    reads,
    repeats = {},
    input: schema,
    flow,
    status = 200,
    failure,
  } = row;
  const serve = async (arrival: Arrival<P>): Promise<Answer> => {
    const { pwreset, request, params } = arrival;
    let known: RequestInput | undefined;
    const read = (): RequestInput => {
      known ??= readInput(request, reads, repeats);
      return known;
    };
    const who = await caller.identify(arrival, () => read().fields);
    const { fields, refusal } = read();
    if (refusal !== null) throw refusal;
    const input = validated(schema, fields);
    const userAgent = headerOf(request, 'user-agent')?.slice(0, maxUserAgentLength) ?? null;
    const client = { ip: request.ip, userAgent };
    const result = await flow({ pwreset, caller: who, input, params, client, request });
    return { status, json: row.answer(result, input), headers: row.headers?.(result) ?? {} };
  };
  const { scheme, docs: callerDocs = null } = caller;
  const shown = { scheme, docs: callerDocs };
  return {
    method,
    path,
    wellKnown,
    caller: shown,
    reads,
    repeats,
    input: schema,
    status,
    docs: row.docs ?? null,
    serve,
    failure,
  };
}

function validated<Schema extends z.ZodType>(schema: Schema, fields: Fields): z.output<Schema> {
  const result = schema.safeParse(fields);
  if (result.success) return result.data;
  const issues = new Map<string, Issue>();
  for (const issue of result.error.issues.map((one) => issueOf(one, fields))) {
    // One a field: what is no text at all need not be told that it is too short as well.
    if (!issues.has(issue.field)) issues.set(issue.field, issue);
  }
  throw malformed(...issues.values());
}

function issueOf({ code, path }: z.core.$ZodIssue, fields: Fields): Issue {
  const field = path.map(String).join('.');
  return { field, problem: problemOf(code, fields[field]) };
}

function problemOf(code: z.core.$ZodIssue['code'], value: unknown): InputProblem {
  if (value === undefined || value === null || value === '') return 'missing';
  if (code === 'too_small') return 'too_short';
  return code === 'too_big' ? 'too_long' : 'malformed';
}
