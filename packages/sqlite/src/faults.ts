import { StorageUnavailable } from '@pwreset/core';

/**
 * Results of SQLite that are no mistake of a programmer: the file is locked, read-only, full, damaged or out of reach. With
 * their extended forms, such as SQLITE_BUSY_SNAPSHOT.
 */
const outages =
  /^SQLITE_(?:BUSY|LOCKED|READONLY|IOERR|FULL|CANTOPEN|PERM|PROTOCOL|NOMEM|CORRUPT|NOTADB|NOLFS|INTERRUPT)(?:_|$)/;

/** The code of an error that SQLite raised; empty for any other. */
export const sqliteCode = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';

/** An outage as {@link StorageUnavailable} with its cause; every other error as it is. */
export const faultFrom = (error: unknown): unknown =>
  outages.test(sqliteCode(error)) ? new StorageUnavailable({ cause: error }) : error;

/** Runs `work` and throws what {@link faultFrom} makes of its errors. */
export function withFaults<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw faultFrom(error);
  }
}
