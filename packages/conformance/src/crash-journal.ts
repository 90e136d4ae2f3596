import type { Mail, UserId } from '@pwreset/core';

interface OfUser {
  /** Tells this task from every other one. */
  readonly id: string;
  readonly userId: UserId;
  /** The address that is stored while it runs. */
  readonly email: string;
}

/** A change of a user, all of it or none. */
export type CrashChange =
  | (OfUser & { readonly operation: 'confirm'; readonly token: string; readonly password: string })
  | (OfUser & { readonly operation: 'update'; readonly current: string; readonly password: string })
  | (OfUser & { readonly operation: 'revoke'; readonly token: string });

/** What a process is asked to do. */
export type CrashTask =
  | CrashChange
  | (OfUser & { readonly operation: 'begin' })
  /** Carries out what is due. */
  | { readonly operation: 'deliver' };

/** What is written down outside of the database: what callers were told, and what has left the process. */
export type JournalEntry =
  | { readonly type: 'user'; readonly userId: UserId; readonly email: string; readonly password: string }
  | { readonly type: 'begun'; readonly task: Exclude<CrashTask, { readonly operation: 'deliver' }> }
  /** The caller was told that it is done, and the id of its audit row where it has one. */
  | { readonly type: 'done'; readonly id: string; readonly audit: string | null }
  /** The caller was told that nothing was done. */
  | { readonly type: 'refused'; readonly id: string; readonly code: string }
  /** A mail was handed over. */
  | { readonly type: 'mail'; readonly mail: Mail }
  | { readonly type: 'ended'; readonly userId: UserId; readonly startedBefore: number };

/** Writes an entry down before it returns. */
export type Journal = (entry: JournalEntry) => void;

export const entriesOf = <T extends JournalEntry['type']>(
  journal: readonly JournalEntry[],
  type: T,
): readonly Extract<JournalEntry, { readonly type: T }>[] =>
  journal.filter((entry): entry is Extract<JournalEntry, { readonly type: T }> => entry.type === type);
