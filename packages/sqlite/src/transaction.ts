import { CommitUnknown } from '@pwreset/core';
import type { Connection } from './connection.js';
import { sqliteCode } from './faults.js';

/** What a transaction came to, and whether what it wrote stays. */
export interface Ending<Result> {
  readonly keep: boolean;
  readonly result: Result;
}

interface Verbs {
  readonly begin: string;
  readonly keep: readonly string[];
  readonly undo: readonly string[];
}

/** The write lock comes first, so that what is read afterwards cannot change before the end. */
const own: Verbs = { begin: 'begin immediate', keep: ['commit'], undo: ['rollback'] };

const nested = (name: string): Verbs => ({
  begin: `savepoint ${name}`,
  keep: [`release ${name}`],
  undo: [`rollback to ${name}`, `release ${name}`],
});

/** Within a transaction of the application, ours is a part of it, and so is its durability. */
const joined = nested('pwreset_commit');
const part = nested('pwreset_part');

/**
 * Runs `work` in a transaction of its own, or, where the application asked for it, as a part of the one that it has open.
 *
 * @throws {TypeError} within a transaction that is not to be joined: its rollback would take back what somebody else was told
 */
export function inTransaction<Result>(connection: Connection, work: () => Ending<Result>): Result {
  if (!connection.database.inTransaction) return run(connection, own, work);
  if (connection.joins) return run(connection, joined, work);
  throw new TypeError('the connection has a transaction open; to make commits a part of it, set joinTransactions');
}

/** Runs `work` so that it can be taken back without what came before it in the same transaction. */
export const inPart = <Result>(connection: Connection, work: () => Ending<Result>): Result =>
  run(connection, part, work);

function run<Result>(connection: Connection, verbs: Verbs, work: () => Ending<Result>): Result {
  connection.execute(verbs.begin);
  let ending: Ending<Result>;
  try {
    ending = work();
    if (!ending.keep) undo(connection, verbs);
  } catch (error) {
    undo(connection, verbs);
    throw error;
  }
  if (ending.keep) keep(connection, verbs);
  return ending.result;
}

function keep(connection: Connection, verbs: Verbs): void {
  try {
    for (const verb of verbs.keep) connection.execute(verb);
  } catch (error) {
    // A commit that finds readers in its way stays open and would hold the write lock for good.
    undo(connection, verbs);
    // Frames may have reached the log before the disk failed: a recovery after a crash could still count them.
    if (verbs === own && sqliteCode(error).startsWith('SQLITE_IOERR')) throw new CommitUnknown({ cause: error });
    throw error;
  }
}

/** SQLite ends the whole transaction by itself on some faults, a full disk among them. */
function undo(connection: Connection, verbs: Verbs): void {
  if (connection.database.inTransaction) for (const verb of verbs.undo) connection.execute(verb);
}
