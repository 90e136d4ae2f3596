import {
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';
import type { PwresetSchema } from './schema.js';

/** The databases that the schema is written for. */
export type SqlDatabase = 'sqlite' | 'postgres';

/** Where the databases differ. */
export interface SqlDialect {
  readonly database: SqlDatabase;
  /** Builds and compiles statements and never runs one. */
  readonly db: Kysely<PwresetSchema>;
  /** The functions that answer the larger and the smaller of their arguments. */
  readonly greatest: 'max' | 'greatest';
  readonly least: 'min' | 'least';
  /**
   * Whether rows are locked one by one, with `for update`. SQLite has one writer at a time, which `begin immediate` makes
   * of a commit before it reads anything.
   */
  readonly rowLocks: boolean;
  /** A collation under which texts are equal only byte for byte. */
  readonly bytes: 'binary' | 'C';
  /** Yes and no in a boolean column. */
  readonly booleans: { readonly yes: boolean | number; readonly no: boolean | number };
}

/**
 * A bare parameter lets the planner look at its value, and SQLite then prepares the statement again whenever another is bound.
 */
class UnseenValues extends SqliteQueryCompiler {
  protected override getCurrentParameterPlaceholder(): string {
    return '+?';
  }
}

/** SQLite 3.42 or later, for times with milliseconds. */
export function sqliteDialect(): SqlDialect {
  const db = new Kysely<PwresetSchema>({
    dialect: {
      createAdapter: () => new SqliteAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (kysely) => new SqliteIntrospector(kysely),
      createQueryCompiler: () => new UnseenValues(),
    },
  });
  const booleans = { yes: 1, no: 0 };
  return { database: 'sqlite', db, greatest: 'max', least: 'min', rowLocks: false, bytes: 'binary', booleans };
}

/**
 * PostgreSQL 14 or later.
 *
 * @example
 * ```ts
 * import { type Executor, postgresDialect, sqlStorage } from '@pwreset/kysely';
 *
 * const storageOn = (executor: Executor) => sqlStorage(executor, postgresDialect());
 * ```
 */
export function postgresDialect(): SqlDialect {
  const db = new Kysely<PwresetSchema>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (kysely) => new PostgresIntrospector(kysely),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
  });
  const booleans = { yes: true, no: false };
  return { database: 'postgres', db, greatest: 'greatest', least: 'least', rowLocks: true, bytes: 'C', booleans };
}
