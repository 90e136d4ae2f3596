import { DummyDriver, Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely';
import type { PwresetSchema } from './schema.js';

/** Where the databases differ. */
export interface SqlDialect {
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
}

/** SQLite 3.39 or later, for `is not distinct from`. */
export function sqliteDialect(): SqlDialect {
  const db = new Kysely<PwresetSchema>({
    dialect: {
      createAdapter: () => new SqliteAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (kysely) => new SqliteIntrospector(kysely),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    },
  });
  return { db, greatest: 'max', least: 'min', rowLocks: false };
}
