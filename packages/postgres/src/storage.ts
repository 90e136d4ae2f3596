import type { DirectoryStorage } from '@pwreset/core';
import { commitStatements, type Mapping, mappingProbes, postgresDialect, sqlStorage } from '@pwreset/kysely';
import { postgresExecutor } from './executor.js';
import { isInstalled, migrate, requireMapped, requireMigrated } from './migrate.js';
import { type ConnectionOptions, open } from './open.js';
import { plpgsqlRoutine } from './plpgsql-routine.js';

export interface PostgresOptions extends ConnectionOptions, Mapping {
  /** Brings the tables to this release's version first, and installs the routine. */
  readonly migrate?: boolean;
  /**
   * Whether a commit may be one call of a routine in the database, which `migrate` installs; `true` by default. Where it is
   * not there, and with `false`, a commit is a transaction of statements: the same, in more round trips.
   */
  readonly routine?: boolean;
}

export interface PostgresStorage extends DirectoryStorage {
  /** Ends the connections when what is under way is done; a pool that the application handed in stays open. */
  close(): Promise<void>;
}

/**
 * Keeps everything in a PostgreSQL database, for any number of machines. Every transaction is READ COMMITTED, whatever the
 * server's default is.
 *
 * @throws {@link SchemaMismatch} where the tables are older or newer than this release; see {@link PostgresOptions.migrate}
 * @throws {@link MappingMismatch} where the application's tables are not as `users` and `keys` say
 * @throws {@link StorageUnavailable} where the server cannot be reached or does not let this user in
 * @throws TypeError for a mapping that cannot keep what the storage promises
 *
 * @example
 * ```ts
 * import { type PostgresOptions, postgresStorage } from '@pwreset/postgres';
 *
 * const openStorage = (connection: PostgresOptions['connection']) => postgresStorage({ connection, migrate: true });
 * ```
 */
export async function postgresStorage(options: PostgresOptions): Promise<PostgresStorage> {
  const { connections, close } = open(options);
  try {
    const dialect = postgresDialect();
    const routine = options.routine === false ? null : plpgsqlRoutine(commitStatements(dialect, options));
    if (options.migrate === true) await migrate(connections, routine);
    await requireMigrated(connections);
    await requireMapped(connections, options, mappingProbes(dialect, options));
    const installed = routine !== null && (await isInstalled(connections, routine));
    return { ...sqlStorage(postgresExecutor(connections, installed ? routine : null), dialect, options), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/**
 * The routine that makes a commit one round trip, as plain SQL, for those who install by hand what `migrationSql` of
 * `@pwreset/kysely` leaves out. Its text and its name depend on the mapping; one that is no longer used does no harm.
 *
 * @throws TypeError for a mapping that cannot keep what the storage promises
 *
 * @example
 * ```ts
 * import { routineSql } from '@pwreset/postgres';
 *
 * routineSql(); // 'create or replace function pwreset_commit_…'
 * ```
 */
export const routineSql = (mapping: Mapping = {}): string =>
  `${plpgsqlRoutine(commitStatements(postgresDialect(), mapping)).sql};\n`;

/**
 * Brings the tables of a database to the version of this release, and installs the routine, as a step of a deployment of its own. Safe to run again,
 * and from several processes at once.
 *
 * @throws {@link SchemaMismatch} where the tables are newer than this release
 * @throws {@link StorageUnavailable} where the server cannot be reached or written to
 *
 * @example
 * ```ts
 * import { migratePostgres } from '@pwreset/postgres';
 *
 * const migrateAt = (connection: string) => migratePostgres({ connection });
 * ```
 */
export async function migratePostgres(options: Omit<PostgresOptions, 'migrate'>): Promise<void> {
  const storage = await postgresStorage({ ...options, migrate: true });
  await storage.close();
}
