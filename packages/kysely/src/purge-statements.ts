import { sql } from 'kysely';
import type { SqlDialect } from './dialect.js';
import { statement } from './statement.js';

interface Purge {
  readonly before: number;
  readonly limit: number;
}

/** Bounded deletes of what has ended, one for each table that grows. */
export function purgeStatements({ db, least }: SqlDialect) {
  // The first of its ends. The index over this very expression serves the search.
  const tokenEnd = sql<number>`${sql.raw(least)}(expires_at, coalesce(used_at, expires_at), coalesce(closed_at, expires_at))`;
  return {
    tokens: statement<Purge>((slot) =>
      db
        .deleteFrom('pwreset_tokens')
        .where('id', 'in', (inner) =>
          inner
            .selectFrom('pwreset_tokens')
            .select('id')
            .where(tokenEnd, '<', slot.number('before'))
            .limit(slot.number('limit')),
        ),
    ),

    jobs: statement<Purge>((slot) =>
      db
        .deleteFrom('pwreset_jobs')
        .where('id', 'in', (inner) =>
          inner
            .selectFrom('pwreset_jobs')
            .select('id')
            .where('ended_at', '<', slot.number('before'))
            .limit(slot.number('limit')),
        ),
    ),

    /**
     * A bucket whose arrival time has passed is full again, as one that has no row. The one search without an index: each
     * charge would have to move its row in it, which costs every request more than a purge saves.
     */
    limits: statement<Purge>((slot) =>
      db
        .deleteFrom('pwreset_limits')
        // Once more for the row itself: a charge may have come since it was found.
        .where('arrival', '<', slot.number('before'))
        .where('key', 'in', (inner) =>
          inner
            .selectFrom('pwreset_limits')
            .select('key')
            .where('arrival', '<', slot.number('before'))
            .limit(slot.number('limit')),
        ),
    ),

    audit: statement<Purge>((slot) =>
      db
        .deleteFrom('pwreset_audit')
        .where('id', 'in', (inner) =>
          inner
            .selectFrom('pwreset_audit')
            .select('id')
            .where('at', '<', slot.number('before'))
            .limit(slot.number('limit')),
        ),
    ),
  };
}

export type PurgeStatements = ReturnType<typeof purgeStatements>;
