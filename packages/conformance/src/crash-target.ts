import type { Clock, DirectoryStorage, Hasher, UserId } from '@pwreset/core';
import type { CrashRows } from './crash-rows.js';
import type { CrashStep } from './crash-steps.js';

/** A clock that stands still until it is moved. */
export interface CrashClock extends Clock {
  /** Moves time by `ms` milliseconds. */
  jump(ms: number): void;
}

/** What the process that is killed and the one that looks afterwards have in common. */
export interface CrashDatabase {
  clock(): CrashClock;
  /** One that is fast. */
  hasher(): Hasher;
  /**
   * Opens a database that is there and migrated, as durable as it can be. `step` is called wherever a process may die in the
   * middle of one of the storage's calls: before each statement, say, or after it was sent.
   */
  open(database: string, step: CrashStep): Promise<{ readonly storage: DirectoryStorage; close(): Promise<void> }>;
}

/** A user's row in the hands of the test, on a server that outlives the processes. */
export interface HeldUser {
  /** Resolves when a commit waits for the row. */
  waited(): Promise<void>;
  /** Ends the sessions that wait for it, on the server's side. */
  endWaiting(): Promise<void>;
  release(): Promise<void>;
}

/** A database under test, as the process sees it that starts and kills others. */
export interface CrashTarget extends CrashDatabase {
  /** The path of a program that calls {@link crashChild} with the same database, and its arguments. */
  readonly program: readonly [path: string, ...rest: readonly string[]];
  /** How many changes are under way at once in a process that is killed at a random moment. */
  readonly lanes: number;
  /** Makes a new database, migrated and empty, and returns what `open` takes. */
  create(): Promise<string>;
  /** Makes another one with the same rows. Nobody is connected to the first. */
  copy(database: string): Promise<string>;
  drop(database: string): Promise<void>;
  /** Resolves when nobody who was killed is connected any more, and thus nothing is still being written. */
  quiet(database: string): Promise<void>;
  /** Everything in it, by a connection of its own and past the storage. */
  read(database: string): Promise<CrashRows>;
  /** Changes the stored address as the application's own SQL would; `email` is in the form that is compared. */
  moveUser(database: string, id: UserId, email: string): Promise<void>;
  /** Where there is a server: ends one of the sessions that its clients have, one that is working if there is any. */
  interrupt?(database: string): Promise<void>;
  /** Where there is a server: locks the user's row, so that a commit is caught in the middle. */
  hold?(database: string, id: UserId): Promise<HeldUser>;
}
