import { createHash } from 'node:crypto';
import type { Charge, Columns, Plan, PlanOutcome, Query } from '@pwreset/kysely';
import { sqlState } from './faults.js';
import type { Routine } from './routine.js';
import { conflictCode, type Entry, placeIn, queueNumber, refusedCode, routineBody, takenCode } from './routine-body.js';

/** A routine, and how it is installed. */
export interface PlpgsqlRoutine extends Routine {
  readonly name: string;
  /** The statement that installs it. */
  readonly sql: string;
  /** What a refusal by the routine itself means; `null` for any other error. */
  refusal(plan: Plan, error: unknown): PlanOutcome | null;
}

/**
 * Limits that two calls settle in different orders would make each wait for the other. So a call that settles several first
 * queues for all of them, in one order for everybody.
 */
const queue = (charges: readonly Charge[]): readonly (readonly unknown[])[] =>
  charges.length < 2
    ? []
    : charges.map(({ key }) => [queueNumber, key]).sort(([, a], [, b]) => (String(a) < String(b) ? -1 : 1));

/** The routine for one set of statements; its name changes with them, so that releases and mappings do not meet. */
export function plpgsqlRoutine(entries: readonly Entry[]): PlpgsqlRoutine {
  const body = routineBody(entries);
  if (body.includes('$pwreset$')) throw new TypeError('a mapping holds $pwreset$, which ends the text of a routine');
  const name = `pwreset_commit_${createHash('sha256').update(body).digest('hex').slice(0, 16)}`;
  const numbers = new Map(entries.map(({ sql }, index) => [sql, index + 1]));
  const text = `select ${name}($1) as outcome`;
  const numbered = ({ sql, values }: Query): readonly unknown[] | null => {
    const number = numbers.get(sql);
    return number === undefined ? null : [number, ...values];
  };

  return {
    name,
    sql: `create or replace function ${name}(pwreset_plan jsonb) returns text language plpgsql volatile as $pwreset$${body}$pwreset$`,
    call({ charges, locks, guards, effects }) {
      // What was charged stays charged, and must not be held while a user's row is waited for.
      const fallible = effects.some(({ unwritten }) => unwritten !== 'nothing');
      if (charges.length > 0 && (locks.length > 0 || fallible)) return null;
      const items: readonly (readonly unknown[] | null)[] = [
        ...charges.map(({ charge, retryAfter }) =>
          numbered({ ...charge, values: [...charge.values, ...retryAfter.values] }),
        ),
        ...locks.map(numbered),
        ...guards.map(({ query }) => (query === null ? [0] : numbered(query))),
        ...effects.map(({ query, unwritten }) =>
          numbered(unwritten === 'refused' ? { ...query, values: [...query.values, 1] } : query),
        ),
      ];
      return items.includes(null) ? null : { sql: text, values: [JSON.stringify([...queue(charges), ...items])] };
    },
    outcome(plan, rows: readonly Columns[]) {
      const [outcome, at, wait] = String(rows[0]?.['outcome']).split(' ');
      const place = Number(at) - queue(plan.charges).length;
      if (outcome === 'applied') return { outcome };
      if (outcome === 'limited') return { outcome, limit: place, retryAfterMs: Number(wait) };
      const guard = plan.guards[place - plan.charges.length - plan.locks.length];
      if (outcome === 'failed' && guard !== undefined) return { outcome: 'guard_failed', guard: guard.index };
      throw new Error(`the routine ${name} answered ${outcome}`);
    },
    refusal(plan, error) {
      const code = sqlState(error);
      if (code === takenCode) return { outcome: 'attempt_taken' };
      // A plan that may be refused so has no charges.
      const { locks, guards, effects } = plan;
      const effect = effects[placeIn(error) - locks.length - guards.length];
      if (effect === undefined) return null;
      if (code === conflictCode) return { outcome: 'conflict', step: effect.index };
      return code === refusedCode ? { outcome: 'refused', step: effect.index } : null;
    },
  };
}
