import type { Client, User } from './entities.js';
import type { UserId } from './ids.js';

/** Time, in epoch milliseconds. */
export interface Clock {
  now(): number;
  /** Resolves after `ms` milliseconds, or at once when `signal` aborts; it never rejects. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
}

/**
 * - `matched`: the password is right;
 * - `outdated`: it is right, and the stored form is weaker than what {@link Hasher.hash} makes now;
 * - `mismatched`: it is wrong;
 * - `unrecognised`: no hasher knows the stored form.
 */
export type VerifyOutcome = 'matched' | 'outdated' | 'mismatched' | 'unrecognised';

/** Turns passwords into what is stored. Passwords arrive in NFC and well-formed. */
export interface Hasher {
  hash(password: string): Promise<string>;
  verify(password: string, stored: string): Promise<VerifyOutcome>;
  /** A stored form that no password matches and whose verification costs what any other does. */
  readonly dummy: string;
}

/**
 * Ends what is signed in. Called from the outbox, at least once; it must not end a session that began at `startedBefore` or
 * later. A session begins at the `authenticatedAt` of its login. Keep the latest `startedBefore` with the user and refuse
 * sessions that began before it, rather than only deleting those that are there: a login that is under way may write its
 * session after this call.
 */
export interface Sessions {
  endAll(userId: UserId, options: { readonly startedBefore: number }): Promise<void>;
}

/** Must pass before a reset or an update is confirmed. `factor` is what the caller sent along, as it came. */
export interface SecondFactor {
  verify(
    user: User,
    factor: string | undefined,
    context: { readonly client: Client },
  ): Promise<'passed' | 'not_required' | 'required' | 'failed'>;
}

/** Further rules for a new password, after core's own. Empty when it is acceptable. */
export type PasswordPolicy = (
  password: string,
  context: { readonly user: User },
) => Promise<readonly string[]> | readonly string[];

/** How hard a password is to guess, 0 to 4; it informs and never refuses. */
export type StrengthEstimator = (password: string) => 0 | 1 | 2 | 3 | 4;

/** Random bytes from a cryptographic source; replaced only in tests. */
export interface Random {
  bytes(length: number): Uint8Array;
}
