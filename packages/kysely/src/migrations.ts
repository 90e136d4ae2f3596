import type { SqlDatabase } from './dialect.js';
import { initialPostgres } from './migration-001-postgres.js';
import { initialSqlite } from './migration-001-sqlite.js';
import { resetCodes } from './migration-002-reset-codes.js';

/** One step of the schema, applied once and never undone. */
export interface Migration {
  /** Counts from 1 without gaps. */
  readonly version: number;
  readonly name: string;
  readonly statements: readonly string[];
}

const remembered =
  'create table if not exists pwreset_migrations (version integer primary key not null, name text not null)';

/**
 * The statement that makes the table that remembers which migrations a database has; safe to run again.
 *
 * @example
 * ```ts
 * import { migrationsTable } from '@pwreset/kysely';
 *
 * migrationsTable('postgres'); // 'create table if not exists pwreset_migrations …'
 * ```
 */
export const migrationsTable = (database: SqlDatabase): string =>
  database === 'sqlite' ? `${remembered} strict` : remembered;

/** What both databases say alike. */
const afterInitial: readonly Migration[] = [{ version: 2, name: 'reset codes', statements: resetCodes }];

const byDatabase: Readonly<Record<SqlDatabase, readonly Migration[]>> = {
  sqlite: [{ version: 1, name: 'initial', statements: initialSqlite }, ...afterInitial],
  postgres: [{ version: 1, name: 'initial', statements: initialPostgres }, ...afterInitial],
};

/** How a migration begins: nobody else may migrate meanwhile. The number is this library's own, for advisory locks. */
export const migrationBegin: Readonly<Record<SqlDatabase, readonly string[]>> = {
  sqlite: ['begin immediate'],
  postgres: ['begin isolation level read committed', 'select pg_advisory_xact_lock(8140517302566)'],
};

/** Every migration, in order. */
export const migrationsFor = (database: SqlDatabase): readonly Migration[] => byDatabase[database];

/** The version of the schema that this release works with. */
export const schemaVersion = (database: SqlDatabase): number => migrationsFor(database).at(-1)?.version ?? 0;

/** The statement that remembers a migration as done. */
export const migrationDone = ({ version, name }: Migration): string =>
  `insert into pwreset_migrations (version, name) values (${version}, '${name}')`;

/**
 * The migrations as plain SQL, for those who review and run SQL by hand: one transaction each, `after` the version that the
 * database has.
 *
 * @example
 * ```ts
 * import { migrationSql } from '@pwreset/kysely';
 *
 * console.log(migrationSql('sqlite'));
 * ```
 */
export function migrationSql(database: SqlDatabase, options: { readonly after?: number } = {}): string {
  const due = migrationsFor(database).filter(({ version }) => version > (options.after ?? 0));
  return due
    .map((migration) => {
      const body = [migrationsTable(database), ...migration.statements, migrationDone(migration)];
      return [...migrationBegin[database], ...body, 'commit'].map((line) => `${line};\n`).join('\n');
    })
    .join('\n');
}

/** The tables are not those that this release works with. */
export class SchemaMismatch extends Error {
  override readonly name = 'SchemaMismatch';

  constructor(
    /** The version that was found; 0 where there is none. */
    readonly found: number,
    /** The version that this release works with. */
    readonly expected: number,
  ) {
    super(
      found > expected
        ? `the database has version ${found} of the pwreset schema and this release knows ${expected}: update @pwreset`
        : `the database has version ${found} of the pwreset schema and this release needs ${expected}: open the storage with migrate: true, or run migrateSqlite, migratePostgres or migrateKysely, or the SQL that migrationSql prints`,
    );
  }
}

/** Refuses a database whose tables are not those of this release. @throws {@link SchemaMismatch} */
export function requireSchema(database: SqlDatabase, found: number): void {
  const expected = schemaVersion(database);
  if (found !== expected) throw new SchemaMismatch(found, expected);
}
