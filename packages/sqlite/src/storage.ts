import type { DirectoryStorage } from '@pwreset/core';
import { type Mapping, mappingProbes, sqliteDialect, sqlStorage } from '@pwreset/kysely';
import type { Database } from 'better-sqlite3';
import { Connection } from './connection.js';
import { sqliteExecutor } from './executor.js';
import { migrate, requireMapped, requireMigrated } from './migrate.js';
import { checkSettings, openDatabase, prepareConnection, requireNode, type Synchronous } from './open.js';

export interface SqliteOptions extends Mapping {
  /** The path of the file, made if it is not there; or a connection of the application, which stays the application's. */
  readonly database: string | Database;
  /**
   * How sure a commit is. `FULL`, the default, survives a power cut. `NORMAL` is two to three times as fast and may lose the
   * last commits in one, a password change included; the file stays sound. It is set for the connection either way, since
   * better-sqlite3 would run `NORMAL` in WAL mode.
   */
  readonly synchronous?: Synchronous;
  /**
   * How long a statement waits for another connection's write lock, 5000 by default; the process does nothing else
   * meanwhile. A connection of the application keeps its own setting where this is left out.
   */
  readonly busyTimeoutMs?: number;
  /** Brings the tables to this release's version first. */
  readonly migrate?: boolean;
  /**
   * While the application has a transaction open on the connection that it handed in, commits join it with a savepoint and
   * last when it does. For a storage that serves that transaction alone: whatever else commits through it meanwhile is taken
   * back with it. `false` by default: a commit within such a transaction is refused with a `TypeError`.
   */
  readonly joinTransactions?: boolean;
}

export interface SqliteStorage extends DirectoryStorage {
  /** Closes the file; a connection that the application handed in stays open. */
  close(): void;
}

/**
 * Keeps everything in one SQLite file: for one machine, any number of processes on it. The file is opened in WAL mode.
 *
 * @throws {@link SchemaMismatch} where the tables are older or newer than this release; see {@link SqliteOptions.migrate}
 * @throws {@link MappingMismatch} where the application's tables are not as `users` and `keys` say
 * @throws {@link StorageUnavailable} where the file cannot be opened
 *
 * @example
 * ```ts
 * import { sqliteStorage } from '@pwreset/sqlite';
 *
 * const storage = sqliteStorage({ database: ':memory:', migrate: true });
 * storage.close();
 * ```
 */
export function sqliteStorage(options: SqliteOptions): SqliteStorage {
  requireNode(process.versions.node);
  const { database, synchronous = 'FULL', busyTimeoutMs } = options;
  checkSettings(synchronous, busyTimeoutMs);
  const isOurs = typeof database === 'string';
  const opened = isOurs ? openDatabase(database, busyTimeoutMs) : database;
  const close = (): void => {
    if (isOurs) opened.close();
  };
  try {
    const connection = new Connection(opened, options.joinTransactions);
    prepareConnection(opened, { synchronous, busyTimeoutMs });
    if (options.migrate === true) migrate(connection);
    requireMigrated(connection);
    const dialect = sqliteDialect();
    requireMapped(connection, options, mappingProbes(dialect, options));
    return { ...sqlStorage(sqliteExecutor(connection), dialect, options), close };
  } catch (error) {
    close();
    throw error;
  }
}

/**
 * Brings the tables of a file to the version of this release, as a step of a deployment of its own. Safe to run again, and
 * from several processes at once.
 *
 * @throws {@link SchemaMismatch} where the tables are newer than this release
 * @throws {@link StorageUnavailable} where the file cannot be opened or written
 *
 * @example
 * ```ts
 * import { migrateSqlite } from '@pwreset/sqlite';
 *
 * migrateSqlite({ database: ':memory:' });
 * ```
 */
export const migrateSqlite = (options: Omit<SqliteOptions, 'migrate'>): void =>
  sqliteStorage({ ...options, migrate: true }).close();
