import { type ChargeResult, type CommitResult, concernedUsers, isGuard, type Limit, type Step } from '@pwreset/core';
import type { SqlDialect } from './dialect.js';
import { type EffectQuery, planEffects } from './effect-plan.js';
import { type GuardQuery, planGuard } from './guard-plan.js';
import type { Query } from './statement.js';
import type { Statements } from './statements.js';

/** One limit. `charge` answers a row where it is allowed; `retryAfter` then answers `retry_after_ms` where it is not. */
export interface Charge {
  readonly key: string;
  readonly charge: Query;
  readonly retryAfter: Query;
}

/**
 * A commit as data, for an {@link Executor} to run in one transaction, in this order:
 *
 * 1. `charges`, until one refuses; they stay charged however the rest ends;
 * 2. `locks`, in their order, each a statement of its own, so that what follows sees all that was committed before;
 * 3. `guards`: the first that answers no row ends the commit, as does one without a query;
 * 4. `effects`, in their order; `unwritten` says what it means that one wrote no row.
 */
export interface Plan {
  readonly charges: readonly Charge[];
  readonly locks: readonly Query[];
  readonly guards: readonly GuardQuery[];
  readonly effects: readonly EffectQuery[];
}

/** What an executor answers beside the result of a commit; either way certainly nothing was applied. */
export type PlanOutcome =
  | CommitResult
  /** The audit id is held already. */
  | { readonly outcome: 'attempt_taken' }
  /** A row of a user who is there could not be written. */
  | { readonly outcome: 'refused'; readonly step: number };

/**
 * What it makes of a plan that one of its effects wrote no row; `null` where it does not matter.
 *
 * @example
 * ```ts
 * import { unwrittenOutcome } from '@pwreset/kysely';
 *
 * const query = { sql: 'insert …', values: [] };
 * unwrittenOutcome({ index: 3, query, unwritten: 'conflict' }); // { outcome: 'conflict', step: 3 }
 * ```
 */
export function unwrittenOutcome({ index, unwritten }: EffectQuery): PlanOutcome | null {
  if (unwritten === 'nothing') return null;
  return unwritten === 'attempt_taken' ? { outcome: unwritten } : { outcome: unwritten, step: index };
}

export function planCharges({ limits: { charge, retryAfter } }: Statements, limits: readonly Limit[]): Charge[] {
  return limits.map(({ key, capacity, refillMs, now }) => {
    const windowMs = capacity * refillMs;
    const settled = { key, now, refill_ms: refillMs, unbelievable: now + 2 * windowMs, ceiling: now + windowMs };
    return { key, charge: charge({ ...settled, first: now + refillMs }), retryAfter: retryAfter(settled) };
  });
}

/** Turns a checked list into data. @throws {TypeError} for a value that cannot be stored */
export function planCommit(
  statements: Statements,
  dialect: SqlDialect,
  steps: readonly Step[],
  limits: readonly Limit[],
): Plan {
  const lockable = dialect.rowLocks ? concernedUsers(steps).filter((id) => statements.source.ids.known(id)) : [];
  return {
    charges: planCharges(statements, limits),
    locks: lockable.flatMap((id) => statements.users.locks.map((lock) => lock({ id }))),
    guards: [...steps.entries()].flatMap(([index, step]) =>
      isGuard(step) ? [{ index, query: planGuard(statements, step) }] : [],
    ),
    effects: planEffects(statements, steps),
  };
}

/** What a plan of charges alone came to. */
export function chargeResult(outcome: PlanOutcome): ChargeResult {
  if (outcome.outcome === 'limited') return outcome;
  if (outcome.outcome === 'applied') return { outcome: 'charged' };
  throw new Error(`charging limits ended as ${outcome.outcome}`);
}
