import type { AuditEntry, Key, NewToken, Service, TokenPurpose, User } from './entities.js';
import type { AttemptId, ComparableAddress, JobId, TokenId, UserId } from './ids.js';
import type { NewJob } from './jobs.js';

/** A condition of a commit. All must hold, or nothing of the list happens. */
export type Guard =
  /** The token is open and `now < expiresAt`; it is used by this commit. */
  | { readonly type: 'useToken'; readonly tokenId: TokenId; readonly now: number; readonly attempt: AttemptId }
  /** The stored credential and address are byte for byte those that were read. */
  | {
      readonly type: 'requireCredential';
      readonly userId: UserId;
      readonly stored: string | null;
      readonly email: string;
    }
  | { readonly type: 'requireEnabled'; readonly userId: UserId }
  /** The job is pending and still in the hands of the worker that was given this attempt number. */
  | { readonly type: 'holdJob'; readonly jobId: JobId; readonly attempt: number };

/** A user to be created. `stored` is `null` where there is no local password. */
export interface NewUser extends Omit<User, 'credential' | 'createdAt' | 'updatedAt'> {
  readonly address: ComparableAddress;
  readonly stored: string | null;
  readonly createdAt: number;
}

/** The columns that a patch may name; never the password, never `enabled`. */
export type UserPatch = Partial<
  Pick<User, 'name' | 'locale' | 'timezone' | 'passwordAllowReset' | 'passwordRequireUpdate'>
>;

/** A key to be created, with the SHA-256 of its value in hexadecimal. */
export interface NewKey extends Key {
  readonly digest: string;
}

/** A change that a commit makes. The order of effects does not matter. */
export type Effect =
  /** Also clears `passwordRequireUpdate`. */
  | { readonly type: 'setPassword'; readonly userId: UserId; readonly hash: string; readonly now: number }
  /** The same password in a stronger form; leaves `passwordRequireUpdate` as it is. */
  | { readonly type: 'rehashPassword'; readonly userId: UserId; readonly hash: string; readonly now: number }
  | { readonly type: 'invalidatePassword'; readonly userId: UserId; readonly now: number }
  | { readonly type: 'disableUser'; readonly userId: UserId; readonly now: number }
  | { readonly type: 'enableUser'; readonly userId: UserId; readonly now: number }
  /** Disables and revokes every key of the user, those created while this commit waited included. */
  | { readonly type: 'revokeKeys'; readonly userId: UserId; readonly now: number }
  /** Closes every open token of these purposes, except those that this list uses or issues. */
  | {
      readonly type: 'closeTokens';
      readonly userId: UserId;
      readonly purposes: readonly TokenPurpose[];
      readonly now: number;
    }
  | { readonly type: 'issueToken'; readonly token: NewToken }
  | { readonly type: 'clearLimit'; readonly key: string }
  /** A job whose id is already there, or whose `uniqueKey` a pending job has, is not queued again. */
  | { readonly type: 'enqueue'; readonly job: NewJob }
  | { readonly type: 'finishJob'; readonly jobId: JobId; readonly now: number }
  | { readonly type: 'renewJob'; readonly jobId: JobId; readonly leaseUntil: number }
  | { readonly type: 'retryJob'; readonly jobId: JobId; readonly dueAt: number }
  | { readonly type: 'buryJob'; readonly jobId: JobId; readonly now: number }
  | { readonly type: 'record'; readonly entry: AuditEntry }
  | DirectoryEffect;

/** Effects that only a storage with a Directory carries out; the others refuse them with a `TypeError`. */
export type DirectoryEffect =
  | { readonly type: 'createUser'; readonly user: NewUser }
  | { readonly type: 'patchUser'; readonly userId: UserId; readonly patch: UserPatch; readonly now: number }
  | { readonly type: 'deleteUser'; readonly userId: UserId }
  | { readonly type: 'createKey'; readonly key: NewKey }
  | { readonly type: 'createService'; readonly service: Service };

/** One entry of a commit. */
export type Step = Guard | Effect;

export type CommitResult =
  | { readonly outcome: 'applied' }
  /** The first guard that did not hold, as an index into the list. Nothing was applied. */
  | { readonly outcome: 'guard_failed'; readonly guard: number }
  /** The first limit that refused, as an index into the limits. They stay charged; nothing else was applied. */
  | { readonly outcome: 'limited'; readonly limit: number; readonly retryAfterMs: number }
  /** A create step whose id, address or digest is taken. Nothing was applied. */
  | { readonly outcome: 'conflict'; readonly step: number };

type OfType<T extends Step['type']> = Extract<Step, { readonly type: T }>;

/**
 * A guard: the token is open and `now` (epoch milliseconds) is before its end. The commit uses it up, as this attempt.
 *
 * @example
 * ```ts
 * import { attemptId, closeTokens, setPassword, tokenId, useToken, userId } from '@pwreset/core';
 * import { memoryStorage } from '@pwreset/memory';
 *
 * const now = Date.UTC(2026, 0, 1);
 * const ann = userId('ann');
 * await memoryStorage().commit([
 *   useToken(tokenId('mailed to ann'), { now, attempt: attemptId('first') }),
 *   setPassword(ann, '$argon2id$…', now),
 *   closeTokens(ann, ['reset', 'reset_code'], now),
 * ]); // { outcome: 'guard_failed', guard: 0 }: there is no such token
 * ```
 */
export const useToken = (
  tokenId: TokenId,
  at: { readonly now: number; readonly attempt: AttemptId },
): OfType<'useToken'> => ({ type: 'useToken', tokenId, now: at.now, attempt: at.attempt });

/** A guard: the user's stored credential and address are byte for byte those of `user`, as it was read. */
export const requireCredential = (user: User): OfType<'requireCredential'> => ({
  type: 'requireCredential',
  userId: user.id,
  stored: user.credential.stored,
  email: user.email,
});

/** A guard: the user is there and enabled. */
export const requireEnabled = (userId: UserId): OfType<'requireEnabled'> => ({ type: 'requireEnabled', userId });

/** A guard: the job is pending, and no other worker was given it after this attempt. */
export const holdJob = (jobId: JobId, attempt: number): OfType<'holdJob'> => ({ type: 'holdJob', jobId, attempt });

/** Stores the hash of a new password and clears `passwordRequireUpdate`. */
export const setPassword = (userId: UserId, hash: string, now: number): OfType<'setPassword'> => ({
  type: 'setPassword',
  userId,
  hash,
  now,
});

/** Stores the same password in a stronger form. */
export const rehashPassword = (userId: UserId, hash: string, now: number): OfType<'rehashPassword'> => ({
  type: 'rehashPassword',
  userId,
  hash,
  now,
});

/** Makes the password unusable: no hasher accepts it, and a reset is the way back. */
export const invalidatePassword = (userId: UserId, now: number): OfType<'invalidatePassword'> => ({
  type: 'invalidatePassword',
  userId,
  now,
});

/** Disables the user. */
export const disableUser = (userId: UserId, now: number): OfType<'disableUser'> => ({
  type: 'disableUser',
  userId,
  now,
});

/** Enables the user. */
export const enableUser = (userId: UserId, now: number): OfType<'enableUser'> => ({ type: 'enableUser', userId, now });

/** Disables and revokes every key of the user, those created while the commit waited included. */
export const revokeKeys = (userId: UserId, now: number): OfType<'revokeKeys'> => ({ type: 'revokeKeys', userId, now });

/** Closes every open token of the user for these purposes, except those that the same list uses or issues. */
export const closeTokens = (userId: UserId, purposes: readonly TokenPurpose[], now: number): OfType<'closeTokens'> => ({
  type: 'closeTokens',
  userId,
  purposes,
  now,
});

/** Keeps a token, open until its end. */
export const issueToken = (token: NewToken): OfType<'issueToken'> => ({ type: 'issueToken', token });

/** Fills a limit up again. */
export const clearLimit = (key: string): OfType<'clearLimit'> => ({ type: 'clearLimit', key });

/** Queues a job; one whose id is there, or whose `uniqueKey` a pending job has, is not queued again. */
export const enqueue = (job: NewJob): OfType<'enqueue'> => ({ type: 'enqueue', job });

/** Ends a job that was carried out. */
export const finishJob = (jobId: JobId, now: number): OfType<'finishJob'> => ({ type: 'finishJob', jobId, now });

/** Keeps a job in its worker's hands until `leaseUntil` (epoch milliseconds). */
export const renewJob = (jobId: JobId, leaseUntil: number): OfType<'renewJob'> => ({
  type: 'renewJob',
  jobId,
  leaseUntil,
});

/** Gives a job back, to be done from `dueAt` (epoch milliseconds) on. */
export const retryJob = (jobId: JobId, dueAt: number): OfType<'retryJob'> => ({ type: 'retryJob', jobId, dueAt });

/** Ends a job that could not be carried out. */
export const buryJob = (jobId: JobId, now: number): OfType<'buryJob'> => ({ type: 'buryJob', jobId, now });

/** Writes a row of the audit trail. Its id is the attempt's; see {@link Storage.settle}. */
export const record = (entry: AuditEntry): OfType<'record'> => ({ type: 'record', entry });

/** Creates a user; a taken id or address is a conflict. */
export const createUser = (user: NewUser): OfType<'createUser'> => ({ type: 'createUser', user });

/** Writes the columns that `patch` names, and no others. */
export const patchUser = (userId: UserId, patch: UserPatch, now: number): OfType<'patchUser'> => ({
  type: 'patchUser',
  userId,
  patch,
  now,
});

/** Deletes the user's row. */
export const deleteUser = (userId: UserId): OfType<'deleteUser'> => ({ type: 'deleteUser', userId });

/** Creates a key of a service or of a user. */
export const createKey = (key: NewKey): OfType<'createKey'> => ({ type: 'createKey', key });

/** Creates a service. */
export const createService = (service: Service): OfType<'createService'> => ({ type: 'createService', service });
