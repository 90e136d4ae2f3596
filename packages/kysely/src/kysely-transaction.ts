import { CommitUnknown } from '@pwreset/core';
import { CompiledQuery, type Kysely, type QueryResult } from 'kysely';
import type { Session } from './carry-out.js';
import type { SqlDatabase } from './dialect.js';
import { type DriverFaults, driverFaults, withoutValues } from './driver-faults.js';
import type { Columns } from './sql-value.js';

/** What runs a compiled statement: a Kysely instance, one connection of it, or a transaction. */
export interface Runner {
  executeQuery<Row>(query: CompiledQuery<Row>): Promise<QueryResult<Row>>;
}

export async function ask(runner: Runner, sql: string, values: readonly unknown[] = []): Promise<QueryResult<Columns>> {
  try {
    return await runner.executeQuery<Columns>(CompiledQuery.raw(sql, [...values]));
  } catch (error) {
    throw withoutValues(error);
  }
}

export const sessionOf = (runner: Runner): Session => ({
  rows: async ({ sql, values }) => (await ask(runner, sql, values)).rows,
  write: async ({ sql, values }) => Number((await ask(runner, sql, values)).numAffectedRows ?? 0),
});

/** What a transaction came to, and whether what it wrote stays. */
export interface Ending<Outcome> {
  readonly keep: boolean;
  readonly outcome: Outcome;
}

interface Own {
  readonly runner: Runner;
  commit(): Promise<unknown>;
  rollback(): Promise<unknown>;
}

/** Each statement has to see what was committed before it, whatever the server's default is. */
async function beginOn<DB>(connection: Kysely<DB>, database: SqlDatabase): Promise<Own> {
  if (database === 'sqlite') {
    await ask(connection, 'begin immediate');
    const say = (verb: string) => () => ask(connection, verb);
    return { runner: connection, commit: say('commit'), rollback: say('rollback') };
  }
  // Kysely's own driver closes a connection whose rollback failed, and it does so only for a transaction that it began.
  const transaction = await connection.startTransaction().setIsolationLevel('read committed').execute();
  return {
    runner: transaction,
    commit: () => transaction.commit().execute(),
    rollback: () => transaction.rollback().execute(),
  };
}

/**
 * Runs `work` in a transaction on a connection of its own, which nobody else gets before the transaction has certainly ended.
 *
 * @throws {@link CommitUnknown} where the answer to the commit was lost
 */
export function inTransaction<DB, Outcome>(
  db: Pick<Kysely<DB>, 'connection'>,
  database: SqlDatabase,
  work: (session: Session) => Promise<Ending<Outcome>>,
): Promise<Outcome> {
  const faults = driverFaults[database];
  return new Promise((resolve, reject) => {
    const use = async (connection: Kysely<DB>): Promise<void> => {
      let own: Own | null = null;
      let tell: () => void;
      // A connection that went dead in the pool shows it here, where there is no transaction to be in doubt about.
      if (database === 'postgres') await ask(connection, 'select 1');
      try {
        own = await beginOn(connection, database);
        const { keep, outcome } = await work(sessionOf(own.runner));
        tell = () => resolve(outcome);
        if (keep) {
          await commit(own, faults);
          return tell();
        }
      } catch (error) {
        tell = () => reject(error);
        const refused = faults.isRefusal(error);
        // What was refused a beginning may be somebody else's transaction.
        if (refused && own === null) return tell();
        // Where one answer did not come the next may not either, and the caller has waited long enough.
        if (!refused) tell();
      }
      const over = await takenBack(connection, own, faults);
      tell();
      // A connection in an unknown transaction must serve nobody: whoever commits next would commit half of this list. So
      // it never goes back, and the pool is one smaller.
      if (!over) await new Promise<never>(() => undefined);
    };
    db.connection().execute(use).catch(reject);
  });
}

async function commit(own: Own, faults: DriverFaults): Promise<void> {
  try {
    await own.commit();
  } catch (cause) {
    const error = withoutValues(cause);
    throw faults.isRefusal(error) ? error : new CommitUnknown({ cause: error });
  }
}

/** Each time the driver waits for an answer as long as it has been told to. */
const tries = 5;

/** Whether nothing is left of a transaction, or of the connection that it was on. */
async function takenBack(connection: Runner, own: Own | null, faults: DriverFaults): Promise<boolean> {
  const rollback = own === null ? () => ask(connection, 'rollback') : own.rollback;
  return (await isOver(rollback, faults)) || untilOver(() => ask(connection, 'rollback'), faults);
}

async function untilOver(rollback: () => Promise<unknown>, faults: DriverFaults): Promise<boolean> {
  for (let attempt = 1; attempt < tries; attempt += 1) {
    if (await isOver(rollback, faults)) return true;
  }
  return false;
}

async function isOver(rollback: () => Promise<unknown>, faults: DriverFaults): Promise<boolean> {
  try {
    await rollback();
    return true;
  } catch (error) {
    return faults.isOver(error);
  }
}
