import type { AuditEntry, Key, Service, Token, User } from './entities.js';
import type { AttemptId, ComparableAddress, KeyId, Realm, ServiceId, TokenId, UserId } from './ids.js';
import type { ClaimedJob, Job, JobKind, JobState } from './jobs.js';
import type { ChargeResult, Limit } from './limits.js';
import type { CommitResult, Step } from './steps.js';

/** A token with the user it was issued for; `user` is `null` where the application has deleted that row. */
export interface TokenWithUser {
  readonly token: Token;
  readonly user: User | null;
}

/** A user with the code that is open; `null` where none is. */
export interface UserWithCode {
  readonly user: User;
  readonly code: Token | null;
}

/**
 * Where everything is kept. A handful of plain reads, one write, limits and one queue; it never reads a clock, generates an
 * id or hashes. Reads answer `null` or an empty list for what is absent, and an id of the wrong form is absent.
 *
 * ### The contract of `commit`
 *
 * 1. Guards come first, else `TypeError`. Each names its rows by key, is evaluated on their newest committed version, and
 *    those rows stay protected until the commit ends.
 * 2. A list that concerns a user locks that user's row, also for `issueToken`, `createKey`, `enableUser` and `disableUser`;
 *    several users in one fixed order.
 * 3. All guards hold: every effect applies. Otherwise none does, and the result names the first guard that failed.
 * 4. Effects do not depend on their order; no two write the same thing; `closeTokens` spares the tokens that this list uses
 *    or issues. A list that issues a `reset_code` also closes those of its user, so that one is open at most.
 * 5. Effects over sets (`closeTokens`, `revokeKeys`) see everything that was committed before the user's row was locked.
 * 6. An attempt that carries a `record` is kept with its outcome: see {@link Storage.settle}. `commit` throws
 *    {@link StorageUnavailable} when certainly nothing was applied, {@link CommitUnknown} when the answer was lost.
 * 7. It is right at READ COMMITTED and above; serialisation failures and deadlocks are retried inside.
 * 8. A list without guards may carry limits: they are settled first, stay charged whatever follows, and one that refuses
 *    keeps the list from being applied.
 *
 * `checkCommit` throws the `TypeError`s of clauses 1, 4 and 8 for any storage that calls it.
 */
export interface Storage {
  /**
   * The users of this realm whose address may be this one. A collation may find too many; core compares again and takes
   * none of two.
   */
  findUsersByEmail(realm: Realm, address: ComparableAddress): Promise<readonly User[]>;
  findUserById(id: UserId): Promise<User | null>;
  findToken(id: TokenId): Promise<TokenWithUser | null>;
  /**
   * The users of {@link Storage.findUsersByEmail}, each with the open code (a token with the purpose `reset_code`, neither used
   * nor closed; its end does not matter here). There is one open code a user at most: a list that issues one closes the others.
   */
  findCodes(realm: Realm, address: ComparableAddress): Promise<readonly UserWithCode[]>;
  /** The arrival that is kept under a limit's key; `null` where there is none. It charges nothing. */
  findArrival(key: string): Promise<number | null>;
  /** Settles limits in order, durably, before it returns. The first that refuses stops; those before it stay charged. */
  charge(limits: readonly Limit[]): Promise<ChargeResult>;
  commit(steps: readonly Step[], limits?: readonly Limit[]): Promise<CommitResult>;
  /**
   * Answers what became of an attempt whose answer was lost, and makes it final: after `not_applied` the attempt can no
   * longer be applied by a commit that is still under way, because its audit id is taken.
   */
  settle(attempt: AttemptId, now: number): Promise<'applied' | 'not_applied'>;
  /**
   * Hands each due job (`dueAt <= now`, no lease or one with `leaseUntil <= now`) to one caller at a time, at most `limit`,
   * by priority of kind and then by `dueAt`, and leases it until `now + leaseMs`.
   */
  claimJobs(query: {
    readonly now: number;
    readonly leaseMs: number;
    readonly limit: number;
    /** Only these; all of them where left out. A kind that this release does not know is never claimed. */
    readonly kinds?: readonly JobKind[];
  }): Promise<readonly ClaimedJob[]>;
  /**
   * Deletes at most `limit` rows of each sort that ended before `before`: tokens used, closed or expired, jobs done or
   * dead, limits that have refilled, audit rows. Returns how many; fewer than `limit` of every sort means that it is done.
   */
  purge(before: number, limit: number): Promise<number>;
}

export interface KeyWithUser {
  readonly key: Key;
  readonly user: User | null;
}

/** Services, keys and users, for an application that has none of its own, and what an operator wants to see. */
export interface Directory {
  findService(id: ServiceId): Promise<Service | null>;
  findKey(id: KeyId): Promise<Key | null>;
  /** By the SHA-256 of its value in hexadecimal. */
  findKeyByDigest(digest: string): Promise<KeyWithUser | null>;
  listKeys(userId: UserId): Promise<readonly Key[]>;
  /** Newest first. */
  listAudit(query: { readonly userId?: UserId; readonly limit: number }): Promise<readonly AuditEntry[]>;
  /** Newest first. */
  listJobs(query: { readonly state?: JobState; readonly limit: number }): Promise<readonly Job[]>;
}

/** A storage that implements both ports, as the SQL adapters and the in-memory one do. */
export type DirectoryStorage = Storage & Directory;
