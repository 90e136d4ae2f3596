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
  /**
   * How long PostgreSQL works on one statement of a commit, 15,000 by default. An answer that the driver waits for has to be
   * given more time than that: see its `query_timeout`. A transaction of the application keeps its own.
   */
  readonly statementTimeoutMs?: number;
  /** How long a statement of a commit waits for a row that another transaction holds, 10,000 by default; PostgreSQL only. */
  readonly lockTimeoutMs?: number;
}

export interface KyselyStorage<DB> extends DirectoryStorage {
  /**
   * The same storage as a part of a transaction of the application: a commit is a savepoint in it and lasts when the
   * transaction does, and so do limits that are charged meanwhile. On PostgreSQL the transaction has to be READ COMMITTED.
   * When it throws, let the transaction fail too: where the connection was lost, so was the way to take back a part.
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
 * @throws TypeError for a mapping that cannot keep what the storage promises, and for a timeout that cannot be meant
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
  const settings = settingsOf(options);
  let fits = false;
  const over = (instance: Kysely<AnyDatabase>): DirectoryStorage => {
    const plain = instance.withoutPlugins();
    // Not one run for all: another may be waiting for the connection that this transaction has.
    const ready = once();
    const isolation = once();
    const executor = checked(kyselyExecutor(plain, { database, settings }), async (inner) => {
      await ready(async () => {
        if (!fits) await requireReady(inner, database, mapping, statements);
        fits = true;
      });
      if (plain.isTransaction && database === 'postgres') await isolation(() => requireReadCommitted(inner));
    });
    return storageOver(executor, dialect, statements);
  };
  return { ...over(db), within: over };
}

/** What an idle transaction may take beyond a statement's own timeout. */
const maxSlackMs = 2000;

/** So that the server gives up before its client does, and a client that vanished holds no rows. */
function settingsOf({ database, ...timeouts }: Pick<KyselyOptions<AnyDatabase>, 'database' | TimeoutName>) {
  const statementMs = milliseconds('statementTimeoutMs', timeouts.statementTimeoutMs ?? 15_000);
  const lockMs = milliseconds('lockTimeoutMs', timeouts.lockTimeoutMs ?? 10_000);
  if (database !== 'postgres') return {};
  return {
    statement_timeout: String(statementMs),
    lock_timeout: String(lockMs),
    idle_in_transaction_session_timeout: String(statementMs + Math.min(statementMs, maxSlackMs)),
  };
}

type TimeoutName = 'statementTimeoutMs' | 'lockTimeoutMs';

function milliseconds(name: TimeoutName, value: number): number {
  if (Number.isSafeInteger(value) && value >= 1 && value <= 0x3fff_ffff) return value;
  throw new TypeError(`${name} must be a whole number of milliseconds, 1 or more`);
}
