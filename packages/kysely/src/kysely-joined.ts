import { StorageUnavailable } from '@pwreset/core';
import type { Kysely } from 'kysely';
import type { Session } from './carry-out.js';
import { ask, type Ending, type Runner, sessionOf } from './kysely-transaction.js';

const savepoint = 'savepoint pwreset';
const release = 'release savepoint pwreset';
const undo = ['rollback to savepoint pwreset', release];

/**
 * A part of the caller's transaction, and as durable as that will be. Its connection serves nothing else meanwhile, another
 * part of ours or a statement of the application: what came in between would be taken back along with this.
 */
export const joinTransaction = <DB, Outcome>(
  db: Kysely<DB>,
  work: (session: Session) => Promise<Ending<Outcome>>,
): Promise<Outcome> =>
  db.getExecutor().provideConnection(async (connection) => {
    await ask(connection, savepoint);
    let ending: Ending<Outcome>;
    try {
      ending = await work(sessionOf(connection));
    } catch (error) {
      // The fault that led here is the one to tell.
      await takeBack(connection).catch(() => undefined);
      throw error;
    }
    if (ending.keep) await ask(connection, release);
    else await takeBack(connection);
    return ending.outcome;
  });

/** As often as an answer may fail to come: until it does, the application's commit would keep half of a list. */
const tries = 5;

async function takeBack(connection: Runner): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      for (const verb of undo) await ask(connection, verb);
      return;
    } catch (cause) {
      if (attempt === tries) throw new StorageUnavailable({ cause });
    }
  }
}
