import { type ErrorCode, PasswordRefused } from '@pwreset/core';
import type { Answer, FailureLook } from './dialect.js';
import type { Failure, Issue } from './failure.js';

/** What a failure is called where causes are named, and its status. */
interface Cause {
  readonly status: number;
  readonly name: string;
}

const refusals: Readonly<Record<ErrorCode, Cause>> = {
  invalid_input: { status: 400, name: 'ValidationError' },
  password_refused: { status: 400, name: 'ValidationError' },
  invalid_token: { status: 400, name: 'TokenInvalid' },
  invalid_credentials: { status: 400, name: 'UserPasswordIncorrect' },
  invalid_key: { status: 400, name: 'KeyNotFound' },
  email_taken: { status: 400, name: 'UserEmailConstraint' },
  password_update_required: { status: 403, name: 'UserPasswordUpdateRequired' },
  second_factor_required: { status: 403, name: 'SecondFactorRequired' },
  user_not_found: { status: 404, name: 'UserNotFound' },
  key_not_found: { status: 404, name: 'KeyNotFound' },
  service_not_found: { status: 404, name: 'ServiceNotFound' },
  too_many_requests: { status: 429, name: 'TooManyRequests' },
  overloaded: { status: 503, name: 'Overloaded' },
  unavailable: { status: 503, name: 'Unavailable' },
};

const otherFailures: Readonly<Record<Exclude<Failure['kind'], 'refused'>, Cause>> = {
  malformed: { status: 400, name: 'ValidationError' },
  too_large: { status: 413, name: 'ValidationError' },
  unsupported_media_type: { status: 415, name: 'ValidationError' },
  unauthenticated: { status: 401, name: 'KeyNotFound' },
  not_found: { status: 404, name: 'NotFound' },
  method_not_allowed: { status: 405, name: 'MethodNotAllowed' },
  fault: { status: 500, name: 'InternalError' },
};

/** google.rpc.Code. The first five are the original's; 413 and 415 are bad arguments, 405 is UNIMPLEMENTED as in gRPC's gateway. */
const grpcCodes: Readonly<Record<number, number>> = {
  400: 3,
  401: 16,
  403: 7,
  404: 5,
  500: 13,
  405: 12,
  413: 3,
  415: 3,
  429: 8,
  503: 14,
};

interface Look {
  /** `false`: everything but `ValidationError` is called `RedactedError`. */
  readonly namesCauses: boolean;
  /** Which field held the new password. */
  readonly passwordField?: 'password' | 'new_password';
  /** Statuses that differ on this row. */
  readonly statuses?: Partial<Readonly<Record<ErrorCode, number>>>;
}

/** How failures look on a row: `{ error: M, code: N, message: M }`, with `details` for what the caller can put right. */
export function ssoFailure({ namesCauses, passwordField = 'password', statuses = {} }: Look): FailureLook {
  return (failure): Answer => {
    const { status, name } = causeOf(failure, statuses);
    const shown = namesCauses || name === 'ValidationError' ? name : 'RedactedError';
    const issues = issuesOf(failure, passwordField);
    const details = issues.length === 0 ? {} : { details: [badRequest(issues)] };
    return { status, json: { error: shown, code: grpcCodes[status] ?? 2, message: shown, ...details } };
  };
}

function causeOf(failure: Failure, statuses: NonNullable<Look['statuses']>): Cause {
  if (failure.kind !== 'refused') return otherFailures[failure.kind];
  const { status, name } = refusals[failure.error.code];
  return { status: statuses[failure.error.code] ?? status, name };
}

type WireIssue = Pick<Issue, 'field'> & { readonly problem: string };

function issuesOf(failure: Failure, passwordField: string): readonly WireIssue[] {
  if (failure.kind === 'malformed') return failure.issues;
  if (failure.kind !== 'refused' || !(failure.error instanceof PasswordRefused)) return [];
  return failure.error.reasons.map((problem) => ({ field: passwordField, problem }));
}

/**
 * google.rpc.BadRequest in its JSON form. The original's error has room for `details` and never filled it, so its clients
 * do not look there.
 */
const badRequest = (issues: readonly WireIssue[]) => ({
  '@type': 'type.googleapis.com/google.rpc.BadRequest',
  field_violations: issues.map(({ field, problem }) => ({ field: wireName(field), description: problem })),
});

const wireName = (field: string): string => field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
