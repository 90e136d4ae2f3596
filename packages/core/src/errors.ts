import type { LimitName } from './limits.js';

/** Every way in which a flow refuses. */
export const errorCodes = [
  'invalid_input',
  'invalid_token',
  'invalid_credentials',
  'invalid_key',
  'password_refused',
  'password_update_required',
  'second_factor_required',
  'too_many_requests',
  'overloaded',
  'unavailable',
  'user_not_found',
  'key_not_found',
  'service_not_found',
  'email_taken',
] as const;
export type ErrorCode = (typeof errorCodes)[number];

/** A refusal. `code` says which; nothing in it says whether a user exists unless the caller named the user by id. */
export class PwresetError<Code extends ErrorCode = ErrorCode> extends Error {
  override readonly name: string = 'PwresetError';
  readonly code: Code;

  constructor(code: Code, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

export const inputProblems = ['missing', 'malformed', 'too_short', 'too_long', 'not_allowed'] as const;
export type InputProblem = (typeof inputProblems)[number];

/** The input was refused before any look-up. */
export class InvalidInput extends PwresetError<'invalid_input'> {
  override readonly name = 'InvalidInput';

  constructor(
    readonly field: string,
    readonly problem: InputProblem,
  ) {
    super('invalid_input', `${field} is ${problem.replace('_', ' ')}`);
  }
}

/** The new password is not acceptable; the token that came with it is still good. */
export class PasswordRefused extends PwresetError<'password_refused'> {
  override readonly name = 'PasswordRefused';

  constructor(readonly reasons: readonly string[]) {
    super('password_refused', `the password was refused: ${reasons.join(', ')}`);
  }
}

/** A limit was reached. */
export class TooManyRequests extends PwresetError<'too_many_requests'> {
  override readonly name = 'TooManyRequests';
  /** When the next one is let through, epoch milliseconds. */
  readonly retryAt: number;
  /** How many the limit lets through at once. */
  readonly capacity: number;
  /** Which limit it was. */
  readonly limit: LimitName;

  constructor(
    readonly retryAfterMs: number,
    limit: { readonly name: LimitName; readonly now: number; readonly capacity: number },
  ) {
    super('too_many_requests', 'too many requests; try again later');
    this.limit = limit.name;
    this.retryAt = limit.now + retryAfterMs;
    this.capacity = limit.capacity;
  }
}

/** More passwords are waiting to be hashed than the queue holds. */
export class Overloaded extends PwresetError<'overloaded'> {
  override readonly name = 'Overloaded';

  constructor(readonly retryAfterMs: number) {
    super('overloaded', 'the server is busy; try again later');
  }
}

/** Thrown by a storage that could not be reached; certainly nothing was applied. */
export class StorageUnavailable extends PwresetError<'unavailable'> {
  override readonly name = 'StorageUnavailable';

  constructor(options?: ErrorOptions) {
    super('unavailable', 'the storage is unavailable; nothing was changed', options);
  }
}

/** Thrown by a storage whose commit may or may not have been applied; core settles it with {@link Storage.settle}. */
export class CommitUnknown extends PwresetError<'unavailable'> {
  override readonly name = 'CommitUnknown';

  constructor(options?: ErrorOptions) {
    super('unavailable', 'the answer to a commit was lost', options);
  }
}

/**
 * One answer for a token that is unknown, expired, used, mistyped, of another purpose or of another service.
 */
export const invalidToken = (): PwresetError<'invalid_token'> =>
  new PwresetError('invalid_token', 'the token is invalid or has expired');

/**
 * One answer for an unknown or disabled user and a wrong password.
 */
export const invalidCredentials = (): PwresetError<'invalid_credentials'> =>
  new PwresetError('invalid_credentials', 'the credentials are invalid');
