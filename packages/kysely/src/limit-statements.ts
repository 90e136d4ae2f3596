import { type Expression, type RawBuilder, sql } from 'kysely';
import type { SqlDialect } from './dialect.js';
import { type Slots, statement } from './statement.js';

interface Charging {
  readonly key: string;
  readonly now: number;
  readonly refill_ms: number;
  /** An arrival beyond it was stored by a clock that had jumped ahead. */
  readonly unbelievable: number;
}

/** The arithmetic that `Limit` of core documents (GCRA), settled by the database on the row as it is. */
export function limitStatements({ db, greatest }: SqlDialect) {
  const nextArrival = (slot: Slots<Charging>, arrival: Expression<unknown>): RawBuilder<number> =>
    sql`case when ${arrival} > ${slot.number('unbelievable')} then ${slot.number('now')} else ${sql.raw(greatest)}(${arrival}, ${slot.number('now')}) end + ${slot.number('refill_ms')}`;

  return {
    /** Answers a row where the limit allowed it; one that refuses writes nothing and answers none. */
    charge: statement<Charging & { first: number; ceiling: number }>((slot) => {
      const next = nextArrival(slot, sql.ref('pwreset_limits.arrival'));
      return db
        .insertInto('pwreset_limits')
        .values({ key: slot('key'), arrival: slot.number('first') })
        .onConflict((conflict) =>
          conflict.column('key').doUpdateSet({ arrival: next }).where(next, '<=', slot.number('ceiling')),
        )
        .returning('arrival');
    }),

    /** For a limit that has just refused, in the same transaction. */
    retryAfter: statement<Charging & { ceiling: number }>((slot) =>
      db
        .selectFrom('pwreset_limits')
        .select(sql<number>`${nextArrival(slot, sql.ref('arrival'))} - ${slot.number('ceiling')}`.as('retry_after_ms'))
        .where('key', '=', slot('key')),
    ),

    find: statement<{ key: string }>((slot) =>
      db.selectFrom('pwreset_limits').select('arrival').where('key', '=', slot('key')),
    ),

    clear: statement<{ key: string }>((slot) => db.deleteFrom('pwreset_limits').where('key', '=', slot('key'))),
  };
}

export type LimitStatements = ReturnType<typeof limitStatements>;
