import { type ErrorCode, PasswordRefused, PwresetError } from '@pwreset/core';
import * as z from 'zod';
import type { FailureLook } from './dialect.js';
import type { Failure, Issue } from './failure.js';
import { problemWords, reasonText } from './problem-words.js';

/** The message quotes the id, which whoever named it has already. */
export class NoSuchProfile extends PwresetError<'user_not_found'> {
  override readonly name = 'NoSuchProfile';

  constructor(id: string) {
    super('user_not_found', `No profile with ID "${id}" found`);
  }
}

/** The original's clients read `errorCode` into a closed list, so what it never had is called `OTHER`. */
interface Cause {
  readonly status: number;
  readonly errorCode: 'ACCESS_DENIED' | 'NO_SUCH_PROFILE' | 'NO_SUCH_VERIFICATION_TOKEN' | 'OTHER';
  readonly message: string;
}

const accessDenied: Cause = {
  status: 403,
  errorCode: 'ACCESS_DENIED',
  message: 'The access token ID is missing, unknown or disabled',
};
const other = (status: number, message: string): Cause => ({ status, errorCode: 'OTHER', message });

const refusals: Readonly<Record<ErrorCode, Cause>> = {
  invalid_input: other(400, 'The request is invalid'),
  /** In the original's words, without the token that those quote. */
  invalid_token: {
    status: 404,
    errorCode: 'NO_SUCH_VERIFICATION_TOKEN',
    message: 'No verification token found for ID "…"',
  },
  user_not_found: { status: 404, errorCode: 'NO_SUCH_PROFILE', message: 'No profile with ID "…" found' },
  password_refused: other(400, 'The new password was refused'),
  invalid_credentials: other(400, 'The credentials are invalid'),
  invalid_key: accessDenied,
  service_not_found: accessDenied,
  password_update_required: other(403, 'The password has to be changed first'),
  second_factor_required: other(403, 'A second factor is required'),
  key_not_found: other(404, 'There is no such key'),
  email_taken: other(400, 'The address is taken'),
  too_many_requests: other(429, 'Too many requests'),
  overloaded: other(503, 'The server is busy'),
  unavailable: other(503, 'The storage is unavailable'),
};

/** The words of this wire for those of core. */
const fields: ReadonlyMap<string, string> = new Map([
  ['resetUrl', 'resetPasswordUrl'],
  ['token', 'resetTokenId'],
  ['password', 'newPassword'],
]);

function issuesText(issues: readonly Issue[]): string {
  if (issues.length === 0) return 'The request cannot be read';
  const texts = issues.map(({ field, problem }) => `"${fields.get(field) ?? field}" ${problemWords[problem]}`);
  return `Bad parameters: ${texts.join('; ')}`;
}

const refusedText = ({ reasons }: PasswordRefused): string =>
  `The new password was refused: it ${reasons.map(reasonText).join('; it ')}`;

function causeOf(failure: Exclude<Failure, { readonly kind: 'fault' }>): Cause {
  switch (failure.kind) {
    case 'refused': {
      const { error } = failure;
      if (error instanceof PasswordRefused) return { ...refusals.password_refused, message: refusedText(error) };
      const cause = refusals[error.code];
      return error instanceof NoSuchProfile ? { ...cause, message: error.message } : cause;
    }
    case 'unauthenticated':
      return accessDenied;
    case 'malformed':
      return other(400, issuesText(failure.issues));
    case 'not_found':
      return other(404, 'There is nothing at this path');
    case 'method_not_allowed':
      return other(405, 'There is no such method at this path');
    case 'too_large':
      return other(413, 'The body is too large');
    case 'unsupported_media_type':
      return other(415, 'The body must be a form or JSON, in UTF-8 and not compressed');
  }
}

/** How failures look in the profile dialect: `{ errorCode, message }`, and a fault is told as the original does. */
export const profileFailure: FailureLook = (failure) => {
  if (failure.kind === 'fault') return { status: 500, json: { message: 'Internal server error' } };
  const { status, errorCode, message } = causeOf(failure);
  return { status, json: { errorCode, message } };
};

export const profileErrorShape = z.object({
  errorCode: z.enum(['ACCESS_DENIED', 'NO_SUCH_PROFILE', 'NO_SUCH_VERIFICATION_TOKEN', 'OTHER']).optional(),
  message: z.string(),
});
