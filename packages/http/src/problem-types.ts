import type { ErrorCode } from '@pwreset/core';
import type { Failure } from './failure.js';

/** One sort of problem (RFC 9457, section 3.1). */
export interface ProblemType {
  readonly status: number;
  /** The same each time. */
  readonly title: string;
  readonly detail: string;
}

/** Failures that say no more than their status does. */
export type PlainFailure = Exclude<Failure['kind'], 'refused' | 'malformed' | 'unauthenticated'>;

/** Failures that a client can act on, each with a type and a chapter of its own. `docs/problems.md` says why each status. */
export const problemTypes: Readonly<Record<ErrorCode | 'unauthenticated', ProblemType>> = {
  invalid_input: {
    status: 400,
    title: 'The input is invalid',
    detail: 'Something in the request is missing or not of the right form.',
  },
  invalid_token: {
    status: 400,
    title: 'The token or code is invalid',
    detail: 'The token or code is wrong, has expired or was used. Ask for a new mail.',
  },
  password_refused: {
    status: 422,
    title: 'The new password was refused',
    detail: 'Choose another password. Nothing was changed, and a token or code that came with it is still good.',
  },
  invalid_credentials: {
    status: 403,
    title: 'The credentials are invalid',
    detail: 'There is no user with this address and this password.',
  },
  invalid_key: { status: 403, title: 'The key is invalid', detail: 'There is no enabled key with this value.' },
  password_update_required: {
    status: 403,
    title: 'The password has to be changed first',
    detail: 'The password is right, but it must be changed before it is used again.',
  },
  second_factor_required: {
    status: 403,
    title: 'A second factor is required',
    detail: 'Send the request again with the second factor. Nothing has been spent.',
  },
  user_not_found: { status: 404, title: 'There is no such user', detail: 'There is no user with this id.' },
  key_not_found: { status: 404, title: 'There is no such key', detail: 'There is no key with this id.' },
  service_not_found: { status: 404, title: 'There is no such service', detail: 'There is no service with this id.' },
  email_taken: { status: 409, title: 'The address is taken', detail: 'Another user has this address.' },
  too_many_requests: {
    status: 429,
    title: 'Too many requests',
    detail: 'Try again after the time that Retry-After says.',
  },
  overloaded: {
    status: 503,
    title: 'The server is busy',
    detail: 'Nothing was changed. Try again after the time that Retry-After says.',
  },
  unavailable: { status: 503, title: 'The storage is unavailable', detail: 'Try again later.' },
  unauthenticated: {
    status: 401,
    title: 'A service key is required',
    detail: 'The key of a service is missing, unknown or disabled.',
  },
};

/** Their type is `about:blank`, so their title is the status's own (RFC 9457, section 4.2.1). */
export const plainProblems: Readonly<Record<PlainFailure, ProblemType>> = {
  not_found: { status: 404, title: 'Not Found', detail: 'There is nothing at this path.' },
  method_not_allowed: { status: 405, title: 'Method Not Allowed', detail: 'Allow says which methods there are.' },
  too_large: { status: 413, title: 'Content Too Large', detail: 'A body has at most 64 KiB.' },
  unsupported_media_type: {
    status: 415,
    title: 'Unsupported Media Type',
    detail: 'The body must be of a media type that this path takes, in UTF-8 and not compressed.',
  },
  fault: { status: 500, title: 'Internal Server Error', detail: 'Something went wrong here.' },
};
