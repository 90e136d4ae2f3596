import { type Executor, type Plan, type PlanOutcome, unwrittenOutcome } from '@pwreset/kysely';
import type { Connection } from './connection.js';
import { withFaults } from './faults.js';
import { type Ending, inPart, inTransaction } from './transaction.js';

/** Runs plans on better-sqlite3. A plan runs in one piece, with no `await` in it. */
export const sqliteExecutor = (connection: Connection): Executor => ({
  rows: async (query) => withFaults(() => connection.rows(query)),
  write: async (query) => withFaults(() => connection.write(query)),
  run: async (plan) => withFaults(() => inTransaction(connection, () => runPlan(connection, plan))),
});

function runPlan(connection: Connection, plan: Plan): Ending<PlanOutcome> {
  if (plan.charges.length === 0) return apply(connection, plan);
  const limited = charge(connection, plan);
  if (limited !== null) return { keep: true, result: limited };
  if (plan.effects.every(({ unwritten }) => unwritten === 'nothing')) return apply(connection, plan);
  // The limits stay charged whatever becomes of the rest.
  return { keep: true, result: inPart(connection, () => apply(connection, plan)) };
}

function charge(connection: Connection, { charges }: Plan): PlanOutcome | null {
  for (const [limit, { charge, retryAfter }] of charges.entries()) {
    if (connection.rows(charge).length > 0) continue;
    const [row] = connection.rows(retryAfter);
    return { outcome: 'limited', limit, retryAfterMs: Number(row?.['retry_after_ms']) };
  }
  return null;
}

function apply(connection: Connection, { locks, guards, effects }: Plan): Ending<PlanOutcome> {
  for (const lock of locks) connection.rows(lock);
  for (const { index, query } of guards) {
    if (query === null || connection.rows(query).length === 0) {
      return { keep: false, result: { outcome: 'guard_failed', guard: index } };
    }
  }
  for (const effect of effects) {
    const result = connection.write(effect.query) > 0 ? null : unwrittenOutcome(effect);
    if (result !== null) return { keep: false, result };
  }
  return { keep: true, result: { outcome: 'applied' } };
}
