import { sql } from 'kysely';
import type { SqlDialect } from './dialect.js';
import { statement } from './statement.js';

interface Charging {
  readonly key: string;
  readonly now: number;
  readonly refill_ms: number;
  readonly window_ms: number;
}

/** The arithmetic that `Limit` of core documents (GCRA), settled by the database on the row as it is. */
export function limitStatements({ db, greatest, least }: SqlDialect) {
  return {
    /** Answers a row where the limit allowed it; one that refuses writes nothing and answers none. */
    charge: statement<Charging & { first: number; ceiling: number }>((slot) => {
      const next = sql<number>`${sql.raw(greatest)}(${sql.raw(least)}(${sql.ref('pwreset_limits.arrival')}, ${slot('ceiling')}), ${slot('now')}) + ${slot('refill_ms')}`;
      return db
        .insertInto('pwreset_limits')
        .values({ key: slot('key'), arrival: slot('first') })
        .onConflict((conflict) =>
          conflict.column('key').doUpdateSet({ arrival: next }).where(next, '<=', slot('ceiling')),
        )
        .returning('arrival');
    }),

    /** For a limit that has just refused, in the same transaction. */
    retryAfter: statement<Charging & { ceiling: number }>((slot) => {
      const next = sql<number>`${sql.raw(greatest)}(${sql.raw(least)}(arrival, ${slot('ceiling')}), ${slot('now')}) + ${slot('refill_ms')}`;
      return db
        .selectFrom('pwreset_limits')
        .select(sql<number>`${next} - ${slot('window_ms')} - ${slot('now')}`.as('retry_after_ms'))
        .where('key', '=', slot('key'));
    }),

    clear: statement<{ key: string }>((slot) => db.deleteFrom('pwreset_limits').where('key', '=', slot('key'))),
  };
}

export type LimitStatements = ReturnType<typeof limitStatements>;
