import { type Charge, type Plan, type PlanOutcome, unwrittenOutcome } from './plan.js';
import type { Columns } from './sql-value.js';
import type { Query } from './statement.js';

/** One connection of a driver, statement by statement. */
export interface Session {
  rows(query: Query): Promise<readonly Columns[]>;
  write(query: Query): Promise<number>;
}

/** Settles one limit; how long to wait where it refuses, else `null`. */
export async function settleCharge(session: Session, { charge, retryAfter }: Charge): Promise<number | null> {
  if ((await session.rows(charge)).length > 0) return null;
  const [row] = await session.rows(retryAfter);
  return Number(row?.['retry_after_ms']);
}

/** Carries out all of a plan but its charges. What it wrote is to be taken back unless the outcome is `applied`. */
export async function carryOut(session: Session, { locks, guards, effects }: Plan): Promise<PlanOutcome> {
  for (const lock of locks) await session.rows(lock);
  for (const { index, query } of guards) {
    if (query === null || (await session.rows(query)).length === 0) return { outcome: 'guard_failed', guard: index };
  }
  for (const effect of effects) {
    const outcome = (await session.write(effect.query)) > 0 ? null : unwrittenOutcome(effect);
    if (outcome !== null) return outcome;
  }
  return { outcome: 'applied' };
}
