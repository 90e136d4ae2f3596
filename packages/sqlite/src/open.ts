import SqliteDatabase, { type Database } from 'better-sqlite3';
import { sqliteCode, withFaults } from './faults.js';

const defaultBusyTimeoutMs = 5000;

export type Synchronous = 'FULL' | 'NORMAL';

/** Opens a file as one should: WAL, so that readers and the one writer do not wait for each other; foreign keys on. */
export function openDatabase(path: string, busyTimeoutMs = defaultBusyTimeoutMs): Database {
  return withFaults(() => {
    const database = new SqliteDatabase(path, { timeout: busyTimeoutMs });
    try {
      switchToWal(database, busyTimeoutMs);
      database.pragma('foreign_keys = ON');
      return database;
    } catch (error) {
      database.close();
      throw error;
    }
  });
}

const pauseMs = 10;

/**
 * SQLite does not wait for the lock that the switch takes, whatever the busy timeout; several processes that open a new file
 * at once would refuse each other.
 */
function switchToWal(database: Database, busyTimeoutMs: number): void {
  for (let waitedMs = 0; ; waitedMs += pauseMs) {
    try {
      if (database.pragma('journal_mode', { simple: true }) !== 'wal') database.pragma('journal_mode = WAL');
      return;
    } catch (error) {
      if (!sqliteCode(error).startsWith('SQLITE_BUSY') || waitedMs >= busyTimeoutMs) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pauseMs);
    }
  }
}

/**
 * What a connection needs for this storage's promises, whoever opened it; everything else of an application's connection is
 * the application's.
 *
 * @throws {TypeError} within a transaction, where SQLite does not let it change
 */
export function prepareConnection(
  database: Database,
  settings: { readonly synchronous: Synchronous; readonly busyTimeoutMs: number | undefined },
): void {
  const { synchronous, busyTimeoutMs } = settings;
  if (database.inTransaction) throw new TypeError('open the storage before the transaction that it is to join');
  withFaults(() => {
    database.pragma(`synchronous = ${synchronous}`);
    if (busyTimeoutMs !== undefined) database.pragma(`busy_timeout = ${busyTimeoutMs}`);
  });
}

/** better-sqlite3 ends an older Node without a word. @throws {Error} */
export function requireNode(version: string): void {
  if (Number(version.split('.', 1)[0]) < 22)
    throw new Error(`@pwreset/sqlite needs Node 22.12 or newer, not ${version}`);
}

/** @throws {TypeError} */
export function checkSettings(synchronous: Synchronous, busyTimeoutMs: number | undefined): void {
  if (synchronous !== 'FULL' && synchronous !== 'NORMAL') throw new TypeError('synchronous must be FULL or NORMAL');
  if (busyTimeoutMs === undefined) return;
  if (!Number.isSafeInteger(busyTimeoutMs) || busyTimeoutMs < 0 || busyTimeoutMs > 0x7fffffff) {
    throw new TypeError('busyTimeoutMs must be a whole number of milliseconds');
  }
}
