import { type ErrorCode, inputProblems, PasswordRefused } from '@pwreset/core';
import * as z from 'zod';
import type { Answer } from './dialect.js';
import type { Failure } from './failure.js';

/** The body of every failure. `code` is stable, `message` is for people. */
export const iamErrorShape = z.object({
  code: z.string(),
  message: z.string(),
  /** Of `invalid_input`. */
  errors: z.array(z.object({ field: z.string(), problem: z.enum(inputProblems) })).optional(),
  /** Of `password_refused`; an application's policy adds words of its own. */
  reasons: z.array(z.string()).optional(),
});

interface Words {
  readonly status: number;
  readonly message: string;
}

const invalid: Words = { status: 400, message: 'The input is malformed or incomplete.' };

/** What no row of this dialect is refused with has its words too: the list of codes is closed. */
const refusals: Readonly<Record<ErrorCode, Words>> = {
  invalid_input: invalid,
  // One for a wrong code, an expired one and an unknown address.
  invalid_token: { status: 400, message: 'The verification code is wrong or has expired.' },
  // No 401: the session is good, and clients end it on a 401.
  invalid_credentials: { status: 400, message: 'The current password is wrong.' },
  invalid_key: { status: 400, message: 'The key is invalid.' },
  password_refused: { status: 400, message: 'The new password is not acceptable.' },
  email_taken: { status: 400, message: 'The email is taken.' },
  service_not_found: { status: 400, message: 'There is no such application.' },
  password_update_required: { status: 403, message: 'The password has to be changed first.' },
  second_factor_required: { status: 403, message: 'A second factor is required.' },
  user_not_found: { status: 404, message: 'There is no such user.' },
  key_not_found: { status: 404, message: 'There is no such key.' },
  too_many_requests: { status: 429, message: 'Too many requests; try again later.' },
  overloaded: { status: 503, message: 'The server is busy; try again later.' },
  unavailable: { status: 503, message: 'The server is not available; try again later.' },
};

interface CodedWords extends Words {
  readonly code: string;
}

const otherFailures: Readonly<Record<Exclude<Failure['kind'], 'refused'>, CodedWords>> = {
  malformed: { ...invalid, code: 'invalid_input' },
  unauthenticated: { status: 401, code: 'unauthenticated', message: 'Sign in first.' },
  not_found: { status: 404, code: 'not_found', message: 'There is nothing here.' },
  method_not_allowed: { status: 405, code: 'method_not_allowed', message: 'The method is not allowed here.' },
  too_large: { status: 413, code: 'too_large', message: 'The body is too large.' },
  unsupported_media_type: {
    status: 415,
    code: 'unsupported_media_type',
    message: 'The body must be JSON in UTF-8.',
  },
  fault: { status: 500, code: 'internal_error', message: 'Something went wrong; try again later.' },
};

/** How failures look: `{ code, message }`, and what the caller can put right. */
export function iamFailure(failure: Failure): Answer {
  const { status, code, message } = wordsOf(failure);
  return { status, json: { code, message, ...detailsOf(failure) } };
}

function wordsOf(failure: Failure): CodedWords {
  if (failure.kind !== 'refused') return otherFailures[failure.kind];
  const { code } = failure.error;
  return { code, ...refusals[code] };
}

/** What core calls otherwise. No row has a field with a name of the left side. */
const wireNames: ReadonlyMap<string, string> = new Map([
  ['resetUrl', 'resetPasswordUrl'],
  ['code', 'verificationCode'],
  ['password', 'currentPassword'],
]);

function detailsOf(failure: Failure): Pick<z.output<typeof iamErrorShape>, 'errors' | 'reasons'> {
  if (failure.kind === 'malformed') {
    return {
      errors: failure.issues.map(({ field, problem }) => ({ field: wireNames.get(field) ?? field, problem })),
    };
  }
  if (failure.kind !== 'refused' || !(failure.error instanceof PasswordRefused)) return {};
  return { reasons: [...failure.error.reasons] };
}
