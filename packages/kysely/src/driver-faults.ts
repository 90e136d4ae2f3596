import type { SqlDatabase } from './dialect.js';

/** What an error of a driver means, whichever driver it is. */
export interface DriverFaults {
  /** The server or the library refused the statement: certainly nothing of it was done. */
  isRefusal(error: unknown): boolean;
  /** No mistake of a programmer: locked, full, read-only, out of reach, cancelled. */
  isOutage(error: unknown): boolean;
  /** Taken back for another transaction's sake: worth another try. */
  isTransient(error: unknown): boolean;
  /** The statement does not fit the tables: a name, a type or a permission. */
  isMismatch(error: unknown): boolean;
  /** What a rollback was answered says that no transaction is left, or no connection that could go on with one. */
  isOver(error: unknown): boolean;
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';

const severityOf = (error: unknown): unknown =>
  error instanceof Error && 'severity' in error ? error.severity : undefined;

/**
 * Five characters that PostgreSQL documents for each of its errors; empty for an error that it did not send. Without a
 * severity they are told by their form: a digit first, or one of five pairs of letters, unlike what an operating system calls
 * an error.
 *
 * @example
 * ```ts
 * import { sqlState } from '@pwreset/kysely';
 *
 * sqlState(Object.assign(new Error('duplicate key'), { code: '23505' })); // '23505'
 * sqlState(Object.assign(new Error('broken pipe'), { code: 'EPIPE' })); // ''
 * ```
 */
export function sqlState(error: unknown): string {
  const code = codeOf(error);
  return severityOf(error) !== undefined || /^(?:[0-9][0-9A-Z]|F0|HV|P0|PW|XX)[0-9A-Z]{3}$/.test(code) ? code : '';
}

/** Here the server says itself that it does not know. */
const open = /^(?:08007|40003)$/;

/** Classes that end a statement and never the connection, our own among them, for servers that do not speak English. */
const endsStatement = /^(?:0A|2[1-8]|3|4|54|55|57014|P0|PW)/;
const endsConnection = /^25P0[34]$/;

/**
 * Whether PostgreSQL refused a statement and its session lives on: then its transaction has certainly come to nothing. Only
 * the severity `ERROR` promises that; it is in the server's language, and not every driver passes it on.
 *
 * @example
 * ```ts
 * import { isPostgresRefusal } from '@pwreset/kysely';
 *
 * isPostgresRefusal(Object.assign(new Error('disk full'), { code: '53100', severity: 'ERROR' })); // true
 * isPostgresRefusal(Object.assign(new Error('disk full'), { code: '53100', severity: 'PANIC' })); // false
 * ```
 */
export function isPostgresRefusal(error: unknown): boolean {
  const state = sqlState(error);
  const severity = severityOf(error);
  if (state === '' || open.test(state) || severity === 'FATAL' || severity === 'PANIC') return false;
  return severity === 'ERROR' || (endsStatement.test(state) && !endsConnection.test(state));
}

/**
 * The same error, without the values of rows and parameters that PostgreSQL repeats in it: no address and no hash goes where
 * errors go (P12). It is changed in place.
 *
 * @example
 * ```ts
 * import { withoutValues } from '@pwreset/kysely';
 *
 * const refused = Object.assign(new Error('invalid input syntax for type integer: "s3cret"'), { code: '22P02' });
 * withoutValues(refused); // its message is 'invalid input syntax for type integer…'
 * ```
 */
export function withoutValues(error: unknown): unknown {
  const state = sqlState(error);
  if (!(error instanceof Error) || state === '') return error;
  if ('detail' in error) error.detail = undefined;
  if ('where' in error && typeof error.where === 'string') {
    error.where = error.where.replace(/\$\d+ = .*|JSON data.*/gs, '…');
  }
  // Data exceptions quote the value in the message itself, in the quotation marks of the server's language.
  if (state.startsWith('22')) {
    const { message, stack } = error;
    error.message = message.replace(/\s*[:"'`«»‹›„“”‘’「：].*/s, '…');
    if (stack !== undefined) error.stack = stack.replace(message, () => error.message);
  }
  return error;
}

const outagesOfPostgres = /^(?:08|40|53|57|58|XX)|^(?:25006|25P03|25P04|55P03)$/;

/**
 * Whether PostgreSQL itself said something that is no mistake of a programmer: connection, rollback of the transaction
 * (serialisation, deadlock), resources, a cancellation by an operator or a timeout, disk, internal errors, a read-only server,
 * locks not granted.
 *
 * @example
 * ```ts
 * import { isPostgresOutage } from '@pwreset/kysely';
 *
 * isPostgresOutage(Object.assign(new Error('deadlock detected'), { code: '40P01' })); // true
 * ```
 */
export const isPostgresOutage = (error: unknown): boolean => outagesOfPostgres.test(sqlState(error));

/**
 * Whether PostgreSQL took a transaction back for another one's sake, so that it is worth another try.
 *
 * @example
 * ```ts
 * import { isPostgresTransient } from '@pwreset/kysely';
 *
 * isPostgresTransient(Object.assign(new Error('deadlock detected'), { code: '40P01' })); // true
 * ```
 */
export const isPostgresTransient = (error: unknown): boolean => /^(?:40001|40P01)$/.test(sqlState(error));

const postgres: DriverFaults = {
  isRefusal: isPostgresRefusal,
  isOutage: (error) => {
    if (sqlState(error) !== '') return isPostgresOutage(error);
    // Drivers have no code of their own for a lost connection; what is wrong with a program is a TypeError.
    return !(error instanceof TypeError || error instanceof RangeError);
  },
  isTransient: isPostgresTransient,
  isMismatch: (error) => /^(?:22|3F|42)/.test(sqlState(error)),
  // In the words of pg and of Kysely's driver: the connection is dead, or will be closed when it is handed back.
  isOver: (error) =>
    /^(?:FATAL|PANIC)$/.test(String(severityOf(error))) ||
    (error instanceof Error && / (?:not queryable|been discarded)$/.test(error.message)),
};

const outagesOfSqlite =
  /^SQLITE_(?:BUSY|LOCKED|READONLY|IOERR|FULL|CANTOPEN|PERM|PROTOCOL|NOMEM|CORRUPT|NOTADB|NOLFS|INTERRUPT)(?:_|$)/;

/**
 * Whether SQLite said something that is no mistake of a programmer: the file is locked, read-only, full, damaged or out of
 * reach. With the extended forms, such as SQLITE_BUSY_SNAPSHOT.
 *
 * @example
 * ```ts
 * import { isSqliteOutage } from '@pwreset/kysely';
 *
 * isSqliteOutage(Object.assign(new Error('database is locked'), { code: 'SQLITE_BUSY' })); // true
 * ```
 */
export const isSqliteOutage = (error: unknown): boolean => outagesOfSqlite.test(codeOf(error));

const sqlite: DriverFaults = {
  // Frames may have reached the log before the disk failed: a recovery after a crash could still count them.
  isRefusal: (error) => !codeOf(error).startsWith('SQLITE_IOERR'),
  isOutage: isSqliteOutage,
  isTransient: () => false,
  isMismatch: (error) => codeOf(error) === 'SQLITE_ERROR',
  // SQLite has taken the transaction back by itself, or the application has closed the file.
  isOver: (error) => codeOf(error) === 'SQLITE_ERROR' || error instanceof TypeError,
};

export const driverFaults: Readonly<Record<SqlDatabase, DriverFaults>> = { postgres, sqlite };
