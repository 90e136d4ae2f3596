import { type ClaimedJob, jobKinds } from '@pwreset/core';

/** `returning` answers rows in no order of its own; this is the one in which they were chosen. */
export const inOrderOfUrgency = (jobs: readonly ClaimedJob[]): readonly ClaimedJob[] =>
  jobs.toSorted(
    (a, b) => jobKinds.indexOf(a.kind) - jobKinds.indexOf(b.kind) || a.dueAt - b.dueAt || a.createdAt - b.createdAt,
  );

/** @throws {TypeError} for what is no count: SQLite takes a negative limit for none at all. */
export function requireCount(limit: number): number {
  if (!Number.isSafeInteger(limit) || limit < 0) throw new TypeError('limit must be a whole number of 0 or more');
  return limit;
}
