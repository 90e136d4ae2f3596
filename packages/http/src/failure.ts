import { type InputProblem, InvalidInput, PwresetError } from '@pwreset/core';

/** What is wrong with one field of the input. */
export interface Issue {
  readonly field: string;
  readonly problem: InputProblem;
}

/** Every way in which a request ends without its answer. A dialect says how each looks. */
export type Failure =
  | { readonly kind: 'not_found' }
  | { readonly kind: 'method_not_allowed' }
  | { readonly kind: 'too_large' }
  | { readonly kind: 'unsupported_media_type' }
  /** The caller did not say who it is, or is not who it says. `challenge` is the answer's WWW-Authenticate. */
  | { readonly kind: 'unauthenticated'; readonly challenge: string }
  | { readonly kind: 'malformed'; readonly issues: readonly Issue[] }
  | { readonly kind: 'refused'; readonly error: PwresetError }
  /** Nobody's doing that could be named to a caller. */
  | { readonly kind: 'fault' };

/** Carries a {@link Failure} up to the handler. */
export class RequestRefused extends Error {
  override readonly name = 'RequestRefused';

  constructor(readonly failure: Failure) {
    super(failure.kind);
  }
}

export const malformed = (...issues: readonly Issue[]): RequestRefused =>
  new RequestRefused({ kind: 'malformed', issues });

/** What an error of a flow is to the caller. */
export function failureOf(error: unknown): Failure {
  if (error instanceof RequestRefused) return error.failure;
  if (error instanceof InvalidInput) {
    return { kind: 'malformed', issues: [{ field: error.field, problem: error.problem }] };
  }
  return error instanceof PwresetError ? { kind: 'refused', error } : { kind: 'fault' };
}
