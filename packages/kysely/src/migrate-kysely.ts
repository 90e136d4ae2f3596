import type { Kysely } from 'kysely';
import type { SqlDatabase } from './dialect.js';
import { versionIn } from './kysely-ready.js';
import { inTransaction } from './kysely-transaction.js';
import { migrationBegin, migrationDone, migrationsFor, migrationsTable, requireSchema } from './migrations.js';

/**
 * Brings the tables of a database to the version of this release, in one transaction. Safe to run again, and from many
 * processes at once: they wait for each other.
 *
 * @throws {@link SchemaMismatch} where the tables are newer than this release
 *
 * @example
 * ```ts
 * import { migrateKysely } from '@pwreset/kysely';
 * import type { Kysely } from 'kysely';
 *
 * const prepare = <DB>(db: Kysely<DB>): Promise<void> => migrateKysely(db, 'postgres');
 * ```
 */
export const migrateKysely = <DB>(db: Kysely<DB>, database: SqlDatabase): Promise<void> =>
  inTransaction(db.withoutPlugins(), database, async (session) => {
    const run = (sql: string): Promise<number> => session.write({ sql, values: [] });
    const [, ...alone] = migrationBegin[database];
    for (const text of alone) await run(text);
    await run(migrationsTable(database));
    const version = await versionIn(session, database);
    for (const migration of migrationsFor(database).filter((candidate) => candidate.version > version)) {
      for (const statement of migration.statements) await run(statement);
      await run(migrationDone(migration));
    }
    requireSchema(database, await versionIn(session, database));
    return { keep: true, outcome: undefined };
  });
