import type { AuditEntry, Job, KeyId, UserId } from '@pwreset/core';

/** A user as an application puts one into its own table. */
export interface SampleUser {
  readonly id: UserId;
  readonly email: string;
  readonly enabled: boolean;
  /** What the hasher made of a password. */
  readonly hash: string;
  /** Epoch milliseconds. */
  readonly createdAt: number;
}

/** Whether a key still opens anything. */
export interface KeyState {
  readonly id: KeyId;
  readonly enabled: boolean;
  readonly revoked: boolean;
}

/**
 * The application's side of a storage: puts users and keys there as the application does, past the port, and looks at what
 * became of them. The kit needs it because the port has no way to create a user, and must have none.
 */
export interface Application {
  /** The id of the `n`-th sample user, 1 or more, in the form that the application's users have. */
  userId(n: number): UserId;
  addUser(user: SampleUser): Promise<void>;
  /** Changes a row as the application's own code would, in a transaction of its own. */
  editUser(id: UserId, columns: Partial<Pick<SampleUser, 'email' | 'enabled' | 'hash'>>): Promise<void>;
  deleteUser(id: UserId): Promise<void>;
  /**
   * Creates an enabled key as the application does it, with the user's row locked and only while that user is enabled;
   * otherwise it does nothing. So a key that is enabled after a revoke was overlooked by it.
   */
  addKey(key: { readonly id: KeyId; readonly userId: UserId; readonly createdAt: number }): Promise<void>;
  keys(id: UserId): Promise<readonly KeyState[]>;
  /** Every job there is, in any order. */
  jobs(): Promise<readonly Job[]>;
  /** Every audit row there is, in any order; not the marks of attempts that were settled as not applied. */
  audit(): Promise<readonly AuditEntry[]>;
}
