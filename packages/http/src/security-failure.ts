import { type ErrorCode, PasswordRefused, TooManyRequests } from '@pwreset/core';
import * as z from 'zod';
import type { Answer } from './dialect.js';
import type { Failure, Issue } from './failure.js';
import { problemWords, reasonText } from './problem-words.js';
import { retryAfter } from './response.js';

/** The body of every failure: `errors` has a text for each rule of each field that was not kept. */
export const securityErrorShape = z.object({
  message: z.string(),
  errors: z.record(z.string(), z.record(z.string(), z.string())).optional(),
});

interface Words {
  readonly status: number;
  readonly message: string;
}

/** The original's own words, as are those for a token. */
const invalid: Words = { status: 400, message: 'The request data failed the validation rules' };

/** What no row of this dialect is refused with has its words too: the list of codes is closed. */
const refusals: Readonly<Record<ErrorCode, Words>> = {
  invalid_input: invalid,
  password_refused: invalid,
  // One for every bad token. The original tells an expired one apart, and so whether there ever was such a token.
  invalid_token: {
    status: 400,
    message: 'The reset password link is invalid. Please try to reset your password again.',
  },
  invalid_credentials: { status: 400, message: 'The credentials are invalid.' },
  invalid_key: { status: 400, message: 'The key is invalid.' },
  email_taken: { status: 400, message: 'The email is taken.' },
  password_update_required: { status: 403, message: 'The password has to be changed first.' },
  second_factor_required: { status: 403, message: 'A second factor is required.' },
  user_not_found: { status: 404, message: 'There is no such user.' },
  key_not_found: { status: 404, message: 'There is no such key.' },
  service_not_found: { status: 404, message: 'There is no such service.' },
  too_many_requests: { status: 429, message: 'Too many requests. Please try again later.' },
  overloaded: { status: 503, message: 'The server is busy. Please try again later.' },
  unavailable: { status: 503, message: 'The server is not available. Please try again later.' },
};

const otherFailures: Readonly<Record<Exclude<Failure['kind'], 'refused'>, Words>> = {
  malformed: invalid,
  unauthenticated: { status: 401, message: 'Authentication is required.' },
  not_found: { status: 404, message: 'There is nothing here.' },
  method_not_allowed: { status: 405, message: 'The method is not allowed here.' },
  too_large: { status: 413, message: 'The request is too large.' },
  unsupported_media_type: { status: 415, message: 'The request must be JSON in UTF-8.' },
  fault: { status: 500, message: 'Something went wrong. Please try again later.' },
};

/** How failures look: `{ message }`, and for what the caller can put right `errors` as well. */
export function securityFailure(failure: Failure): Answer {
  const { status, message } = failure.kind === 'refused' ? refusals[failure.error.code] : otherFailures[failure.kind];
  const errors = errorsOf(failure);
  return { status, json: { message, ...(errors !== null && { errors }) }, headers: headersOf(failure) };
}

type FieldErrors = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** A refused password is a field that does not keep the rules, as it is in the original. */
function errorsOf(failure: Failure): FieldErrors | null {
  if (failure.kind === 'malformed') {
    const { issues } = failure;
    const fields = issues.map((issue) => [
      issue.field,
      { [ruleOf(issue)]: sentence(issue.field, problemWords[issue.problem]) },
    ]);
    return Object.fromEntries(fields);
  }
  if (failure.kind !== 'refused' || !(failure.error instanceof PasswordRefused)) return null;
  const rules = failure.error.reasons.map((reason) => [
    ruleNames.get(reason) ?? reason,
    sentence('password', reasonText(reason)),
  ]);
  return { password: Object.fromEntries(rules) };
}

/** The original's rules; what it has none for is called as core calls it. */
const ruleNames: ReadonlyMap<string, string> = new Map([
  ['missing', 'required'],
  ['too_short', 'min'],
  ['too_long', 'max'],
]);

const ruleOf = ({ field, problem }: Issue): string =>
  field === 'email' && problem === 'malformed' ? 'email' : (ruleNames.get(problem) ?? problem);

const sentence = (field: string, words: string): string => `The ${field} ${words}.`;

/** What the original's limiter tells, on every answer there; a limit that was not reached is nobody's business here. */
function headersOf(failure: Failure): Readonly<Record<string, string>> {
  if (failure.kind !== 'refused' || !(failure.error instanceof TooManyRequests)) return {};
  const { retryAfterMs, capacity } = failure.error;
  return {
    'X-RateLimit-Remaining': '0',
    'X-RateLimit-Retry-After': retryAfter(retryAfterMs),
    'X-RateLimit-Limit': String(capacity),
  };
}
