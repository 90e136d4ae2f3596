import { CompiledQuery, type Kysely } from 'kysely';
import type { SqlDatabase } from './dialect.js';
import { versionIn } from './kysely-ready.js';
import { migrationBegin, migrationDone, migrationsFor, migrationsTable, requireSchema } from './migrations.js';
import type { Columns } from './sql-value.js';

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
export async function migrateKysely<DB>(db: Kysely<DB>, database: SqlDatabase): Promise<void> {
  await db
    .withoutPlugins()
    .connection()
    .execute(async (connection) => {
      const run = (text: string): Promise<unknown> => connection.executeQuery(CompiledQuery.raw(text));
      const rows = async ({ sql }: { readonly sql: string }): Promise<readonly Columns[]> =>
        (await connection.executeQuery<Columns>(CompiledQuery.raw(sql))).rows;
      for (const text of migrationBegin[database]) await run(text);
      try {
        await run(migrationsTable(database));
        const version = await versionIn({ rows }, database);
        for (const migration of migrationsFor(database).filter((candidate) => candidate.version > version)) {
          for (const statement of migration.statements) await run(statement);
          await run(migrationDone(migration));
        }
        requireSchema(database, await versionIn({ rows }, database));
        await run('commit');
      } catch (error) {
        await run('rollback');
        throw error;
      }
    });
}
