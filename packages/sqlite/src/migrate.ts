import {
  type Mapping,
  MappingMismatch,
  migrationDone,
  migrationsFor,
  migrationsTable,
  type Query,
  requireSchema,
  type UserMapping,
} from '@pwreset/kysely';
import type { Connection } from './connection.js';
import { sqliteCode, withFaults } from './faults.js';
import { inTransaction } from './transaction.js';

/** The version of the schema in the file; 0 where there is none. */
export function versionOf(connection: Connection): number {
  const [table] = connection.rows({
    sql: "select 1 from sqlite_schema where type = 'table' and name = 'pwreset_migrations'",
    values: [],
  });
  if (table === undefined) return 0;
  const [row] = connection.rows({ sql: 'select max(version) as version from pwreset_migrations', values: [] });
  return Number(row?.['version'] ?? 0);
}

/**
 * Brings the tables to the version of this release in one transaction. The write lock lets one process in at a time; who
 * comes later finds the work done.
 *
 * @throws {@link SchemaMismatch} where the tables are newer than this release
 */
export function migrate(connection: Connection): void {
  withFaults(() =>
    inTransaction(connection, () => {
      const { database } = connection;
      database.exec(migrationsTable('sqlite'));
      const version = versionOf(connection);
      for (const migration of migrationsFor('sqlite').filter((candidate) => candidate.version > version)) {
        for (const statement of migration.statements) database.exec(statement);
        database.exec(migrationDone(migration));
      }
      requireSchema('sqlite', versionOf(connection));
      return { keep: true, result: undefined };
    }),
  );
}

/** @throws {@link SchemaMismatch} */
export const requireMigrated = (connection: Connection): void =>
  withFaults(() => requireSchema('sqlite', versionOf(connection)));

/** Runs what would meet no row. @throws {@link MappingMismatch} */
export function requireMapped(connection: Connection, mapping: Mapping, probes: readonly Query[]): void {
  withFaults(() => {
    try {
      for (const { sql } of probes) connection.database.prepare(sql);
      requireTextId(connection, mapping.users);
    } catch (error) {
      throw sqliteCode(error) === 'SQLITE_ERROR' || error instanceof TypeError
        ? new MappingMismatch(mapping, { cause: error })
        : error;
    }
  });
}

/** SQLite compares text with numbers as it is asked to; an integer that goes by as text would escape the question of reuse. */
function requireTextId(connection: Connection, users: UserMapping | undefined): void {
  if (users === undefined || (typeof users.id !== 'string' && users.id.as !== 'text')) return;
  const column = typeof users.id === 'string' ? users.id : users.id.column;
  const [schema, table] = users.table.includes('.') ? users.table.split('.', 2) : ['main', users.table];
  const [found] = connection.rows({
    sql: 'select type from pragma_table_info(?, ?) where name = ? collate nocase',
    values: [table ?? '', schema ?? '', column],
  });
  if (/int/i.test(String(found?.['type'])))
    throw new TypeError(
      `the id is an integer: map it as { column, as: 'integer' }, with neverReused where it is autoincrement, else with createdAt`,
    );
}
