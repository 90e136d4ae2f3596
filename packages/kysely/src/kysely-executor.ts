import { CommitUnknown, StorageUnavailable } from '@pwreset/core';
import { CompiledQuery, type Kysely } from 'kysely';
import { carryOut, type Session, settleCharge } from './carry-out.js';
import type { SqlDatabase } from './dialect.js';
import { driverFaults } from './driver-faults.js';
import type { Executor } from './executor.js';
import type { Plan, PlanOutcome } from './plan.js';
import type { Columns } from './sql-value.js';

/** What runs compiled statements: a Kysely instance, one connection of it, or a transaction. */
type Database<DB> = Pick<Kysely<DB>, 'connection' | 'executeQuery' | 'isTransaction'>;

/** As often as anybody would try by hand; whoever a transaction met has got further by then. */
const tries = 10;

const beginOwn: Readonly<Record<SqlDatabase, string>> = {
  // Each statement has to see what was committed before it, whatever the server's default is.
  postgres: 'begin isolation level read committed',
  sqlite: 'begin immediate',
};

const run = <DB>(db: Database<DB>, text: string): Promise<unknown> => db.executeQuery(CompiledQuery.raw(text));

const sessionOf = <DB>(db: Database<DB>): Session => ({
  rows: async ({ sql, values }) => (await db.executeQuery<Columns>(CompiledQuery.raw(sql, [...values]))).rows,
  write: async ({ sql, values }) =>
    Number((await db.executeQuery(CompiledQuery.raw(sql, [...values]))).numAffectedRows ?? 0),
});

/** Runs statements over any Kysely instance, one after the other. `db` is one without plugins. */
export function kyselyExecutor<DB>(db: Database<DB>, database: SqlDatabase): Executor {
  const faults = driverFaults[database];
  const fault = (error: unknown): unknown =>
    faults.isOutage(error) ? new StorageUnavailable({ cause: error }) : error;

  async function withFaults<Result>(work: () => Promise<Result>): Promise<Result> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await work();
      } catch (error) {
        if (!faults.isTransient(error) || attempt === tries || db.isTransaction) throw fault(error);
      }
    }
  }

  const transacted = (work: (session: Session) => Promise<Ending>): Promise<PlanOutcome> =>
    withFaults(() =>
      db.isTransaction
        ? joined(db, work)
        : db.connection().execute(async (connection) => {
            await run(connection, beginOwn[database]);
            const { keep, outcome } = await undoneOnError(connection, work, ['rollback']);
            if (!keep) await run(connection, 'rollback');
            else await commit(connection);
            return outcome;
          }),
    );

  async function commit(connection: Database<DB>): Promise<void> {
    try {
      await run(connection, 'commit');
    } catch (error) {
      await undo(connection, ['rollback']);
      throw faults.isRefusal(error) ? error : new CommitUnknown({ cause: error });
    }
  }

  return {
    rows: (query) => withFaults(() => sessionOf(db).rows(query)),
    write: (query) => withFaults(() => sessionOf(db).write(query)),
    async run(plan: Plan) {
      // Each limit stays charged whatever becomes of the rest, and none is held while another row is waited for.
      for (const [limit, charge] of plan.charges.entries()) {
        const refused = await transacted(async (session) => {
          const retryAfterMs = await settleCharge(session, charge);
          const outcome: PlanOutcome =
            retryAfterMs === null ? { outcome: 'applied' } : { outcome: 'limited', limit, retryAfterMs };
          return { keep: true, outcome };
        });
        if (refused.outcome !== 'applied') return refused;
      }
      if (plan.guards.length + plan.effects.length === 0) return { outcome: 'applied' };
      return transacted(async (session) => {
        const outcome = await carryOut(session, plan);
        return { keep: outcome.outcome === 'applied', outcome };
      });
    },
  };
}

/** What a transaction came to, and whether what it wrote stays. */
interface Ending {
  readonly keep: boolean;
  readonly outcome: PlanOutcome;
}

const undoJoined = ['rollback to savepoint pwreset', 'release savepoint pwreset'];

/** A part of the caller's transaction, and as durable as that will be. */
async function joined<DB>(db: Database<DB>, work: (session: Session) => Promise<Ending>): Promise<PlanOutcome> {
  await run(db, 'savepoint pwreset');
  const { keep, outcome } = await undoneOnError(db, work, undoJoined);
  for (const verb of keep ? ['release savepoint pwreset'] : undoJoined) await run(db, verb);
  return outcome;
}

async function undoneOnError<DB>(
  db: Database<DB>,
  work: (session: Session) => Promise<Ending>,
  verbs: readonly string[],
): Promise<Ending> {
  try {
    return await work(sessionOf(db));
  } catch (error) {
    await undo(db, verbs);
    throw error;
  }
}

/** The fault that led here is the one to tell; without its connection a transaction comes to nothing by itself. */
async function undo<DB>(db: Database<DB>, verbs: readonly string[]): Promise<void> {
  try {
    for (const verb of verbs) await run(db, verb);
  } catch {}
}
