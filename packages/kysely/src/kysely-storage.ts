import type { DirectoryStorage } from '@pwreset/core';
import type { Kysely, Transaction } from 'kysely';
import { postgresDialect, type SqlDatabase, type SqlDialect, sqliteDialect } from './dialect.js';
import { kyselyExecutor } from './kysely-executor.js';
import { checked, once, requireReadCommitted, requireReady } from './kysely-ready.js';
import { createStatements, type Mapping } from './statements.js';
import { storageOver } from './storage.js';
import type { AnyDatabase, KeyMapping, UserMapping } from './user-mapping.js';

export interface KyselyOptions<DB> {
  /** An instance, or a transaction of the application; see {@link KyselyStorage.within}. */
  readonly db: Kysely<DB> | Transaction<DB>;
  /** Which language the instance speaks. */
  readonly database: SqlDatabase;
  /** The application's users; left out, they are in `pwreset_users`. */
  readonly users?: UserMapping<NoInfer<DB>>;
  /** The application's table of keys, which a revoke disables too. */
  readonly keys?: KeyMapping<NoInfer<DB>>;
}

export interface KyselyStorage<DB> extends DirectoryStorage {
  /**
   * The same storage as a part of a transaction of the application: a commit is a savepoint in it and lasts when the
   * transaction does, and so do limits that are charged meanwhile. On PostgreSQL the transaction has to be READ COMMITTED.
   */
  within(transaction: Transaction<DB>): DirectoryStorage;
}

const dialects: Readonly<Record<SqlDatabase, () => SqlDialect>> = { sqlite: sqliteDialect, postgres: postgresDialect };

/**
 * Keeps everything in the database of a Kysely instance that the application has already. `@pwreset/postgres` takes fewer
 * round trips and `@pwreset/sqlite` is quicker; this one joins the application's own transactions. The tables are made by
 * `migrateKysely`, or by hand from `migrationSql`.
 *
 * At its first use it looks at the tables: a call then throws {@link SchemaMismatch}, or {@link MappingMismatch} where the
 * application's tables are not as the mapping says.
 *
 * @throws TypeError for a mapping that cannot keep what the storage promises
 *
 * @example
 * ```ts
 * import { kyselyStorage, type KyselyStorage } from '@pwreset/kysely';
 * import type { Kysely } from 'kysely';
 *
 * interface DB {
 *   users: { id: string; email: string; password_hash: string; active: boolean };
 * }
 * const storageOn = (db: Kysely<DB>): KyselyStorage<DB> =>
 *   kyselyStorage({
 *     db,
 *     database: 'postgres',
 *     users: { table: 'users', id: 'id', email: 'email', password: 'password_hash', enabled: 'active' },
 *   });
 * ```
 */
export function kyselyStorage<DB>(options: KyselyOptions<DB>): KyselyStorage<DB>;
export function kyselyStorage(options: KyselyOptions<AnyDatabase>): KyselyStorage<AnyDatabase> {
  const { db, database, users, keys } = options;
  const mapping: Mapping = { ...(users !== undefined && { users }), ...(keys !== undefined && { keys }) };
  const dialect = dialects[database]();
  const statements = createStatements(dialect, mapping);
  const ready = once();
  const over = (instance: Kysely<AnyDatabase>): DirectoryStorage => {
    const plain = instance.withoutPlugins();
    const isolation = once();
    const executor = checked(kyselyExecutor(plain, database), async (inner) => {
      await ready(() => requireReady(inner, database, mapping, statements));
      if (plain.isTransaction && database === 'postgres') await isolation(() => requireReadCommitted(inner));
    });
    return storageOver(executor, dialect, statements);
  };
  return { ...over(db), within: over };
}
