import { StorageUnavailable } from '@pwreset/core';
import type { Kysely } from 'kysely';
import { carryOut, type Session, settleCharge } from './carry-out.js';
import type { SqlDatabase } from './dialect.js';
import { driverFaults } from './driver-faults.js';
import type { Executor } from './executor.js';
import { joinTransaction } from './kysely-joined.js';
import { type Ending, inTransaction, sessionOf } from './kysely-transaction.js';
import type { Plan, PlanOutcome } from './plan.js';

/** As often as anybody would try by hand; whoever a transaction met has got further by then. */
const tries = 10;

export interface KyselyExecutorOptions {
  readonly database: SqlDatabase;
  /** Settings of PostgreSQL that each transaction of our own begins with. */
  readonly settings: Readonly<Record<string, string>>;
}

/** Runs statements over any Kysely instance, one after the other. `db` is one without plugins. */
export function kyselyExecutor<DB>(db: Kysely<DB>, { database, settings }: KyselyExecutorOptions): Executor {
  const faults = driverFaults[database];
  const session = sessionOf(db);
  const setting = Object.keys(settings).map((name, index) => `set_config('${name}', $${index + 1}, true)`);

  async function withFaults<Result>(work: () => Promise<Result>): Promise<Result> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await work();
      } catch (error) {
        if (faults.isTransient(error) && attempt < tries && !db.isTransaction) continue;
        throw faults.isOutage(error) ? new StorageUnavailable({ cause: error }) : error;
      }
    }
  }

  const transacted = (work: (session: Session) => Promise<Ending<PlanOutcome>>): Promise<PlanOutcome> =>
    withFaults(() =>
      db.isTransaction
        ? joinTransaction(db, work)
        : inTransaction(db, database, async (own) => {
            if (setting.length > 0)
              await own.rows({ sql: `select ${setting.join()}`, values: Object.values(settings) });
            return work(own);
          }),
    );

  return {
    rows: (query) => withFaults(() => session.rows(query)),
    write: (query) => withFaults(() => session.write(query)),
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
