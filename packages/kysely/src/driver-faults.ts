import type { SqlDatabase } from './dialect.js';

/** What an error of a driver means, whichever driver it is. */
export interface DriverFaults {
  /** The server or the library refused the statement: certainly nothing of it was done. */
  isRefusal(error: unknown): boolean;
  /** No mistake of a programmer: locked, full, read-only, out of reach, cancelled. */
  isOutage(error: unknown): boolean;
  /** Taken back for another transaction's sake: worth another try. */
  isTransient(error: unknown): boolean;
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';

/** SQLSTATE, which begins with a digit or one of four pairs of letters; what the operating system calls an error does not. */
const sqlState = (error: unknown): string =>
  /^(?:[0-9][0-9A-Z]|F0|HV|P0|XX)[0-9A-Z]{3}$/.exec(codeOf(error))?.[0] ?? '';

const outagesOfPostgres = /^(?:08|40|53|57|58|XX)|^(?:25006|25P03|25P04|55P03)$/;
/** Those after which the server itself does not know. */
const inDoubt = /^(?:08|57P|40003)/;

const postgres: DriverFaults = {
  isRefusal: (error) => sqlState(error) !== '' && !inDoubt.test(sqlState(error)),
  isOutage: (error) => {
    const state = sqlState(error);
    // Drivers have no code of their own for a lost connection; what is wrong with a program is a TypeError.
    return state === '' ? !(error instanceof TypeError || error instanceof RangeError) : outagesOfPostgres.test(state);
  },
  isTransient: (error) => /^(?:40001|40P01)$/.test(sqlState(error)),
};

/**
 * Results of SQLite that are no mistake of a programmer: the file is locked, read-only, full, damaged or out of reach. With
 * their extended forms, such as SQLITE_BUSY_SNAPSHOT.
 */
const outagesOfSqlite =
  /^SQLITE_(?:BUSY|LOCKED|READONLY|IOERR|FULL|CANTOPEN|PERM|PROTOCOL|NOMEM|CORRUPT|NOTADB|NOLFS|INTERRUPT)(?:_|$)/;

const sqlite: DriverFaults = {
  // Frames may have reached the log before the disk failed: a recovery after a crash could still count them.
  isRefusal: (error) => !codeOf(error).startsWith('SQLITE_IOERR'),
  isOutage: (error) => outagesOfSqlite.test(codeOf(error)),
  isTransient: () => false,
};

export const driverFaults: Readonly<Record<SqlDatabase, DriverFaults>> = { postgres, sqlite };
