import type { Table } from './table.js';
import type { Tables } from './tables.js';

/** Deletes at most `limit` rows of each sort that ended before `before`; answers how many. */
export function purgeTables(tables: Tables, before: number, limit: number): number {
  const isPast = (at: number | null): boolean => at !== null && at < before;
  return (
    purgeTable(
      tables.tokens,
      (token) => token.id,
      limit,
      ({ usedAt, closedAt, expiresAt }) => [usedAt, closedAt, expiresAt].some(isPast),
    ) +
    purgeTable(
      tables.jobs,
      (job) => job.id,
      limit,
      (job) => job.state !== 'pending' && isPast(job.endedAt),
    ) +
    purgeTable(
      tables.limits,
      (row) => row.key,
      limit,
      (row) => isPast(row.arrival),
    ) +
    purgeTable(
      tables.audit,
      (row) => row.id,
      limit,
      (row) => isPast(row.at),
    )
  );
}

function purgeTable<Row extends object>(
  table: Table<Row>,
  idOf: (row: Row) => string,
  limit: number,
  hasEnded: (row: Row) => boolean,
): number {
  const ended = table.where(hasEnded).slice(0, limit);
  for (const row of ended) table.delete(idOf(row));
  return ended.length;
}
