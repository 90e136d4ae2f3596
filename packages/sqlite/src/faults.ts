import { StorageUnavailable } from '@pwreset/core';
import { isSqliteOutage } from '@pwreset/kysely';

/** The code of an error that SQLite raised; empty for any other. */
export const sqliteCode = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';

/** An outage as {@link StorageUnavailable} with its cause; every other error as it is. */
export const faultFrom = (error: unknown): unknown =>
  isSqliteOutage(error) ? new StorageUnavailable({ cause: error }) : error;

/** Runs `work` and throws what {@link faultFrom} makes of its errors. */
export function withFaults<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw faultFrom(error);
  }
}
