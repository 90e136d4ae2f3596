import {
  type Mapping,
  MappingMismatch,
  migrationBegin,
  migrationDone,
  migrationsFor,
  migrationsTable,
  type Query,
  requireSchema,
} from '@pwreset/kysely';
import type { Connections } from './connections.js';
import { retried, sqlState } from './faults.js';
import type { PlpgsqlRoutine } from './plpgsql-routine.js';
import type { Session } from './session.js';
import { commit, transacted } from './transaction.js';

/** The version of the schema that the search path finds; 0 where there is none. */
async function versionOf(session: Session): Promise<number> {
  const table = await session.send("select to_regclass('pwreset_migrations') as found");
  if (table.rows[0]?.['found'] === null) return 0;
  const { rows } = await session.send('select max(version) as version from pwreset_migrations');
  return Number(rows[0]?.['version'] ?? 0);
}

/**
 * Brings the tables to the version of this release in one transaction. A lock of this library's own lets one process in at a
 * time, however long it takes; who comes later finds the work done.
 *
 * @throws {@link SchemaMismatch} where the tables are newer than this release
 */
export const migrate = (connections: Connections, routine: PlpgsqlRoutine | null): Promise<void> =>
  retried(() =>
    transacted(connections, async (session) => {
      await session.send(connections.begin);
      // An index on a large table takes its time, and so does whoever migrates first.
      await session.send('set local statement_timeout = 0; set local lock_timeout = 0');
      session.wait();
      const [, ...locks] = migrationBegin.postgres;
      for (const lock of locks) await session.send(lock);
      await session.send(migrationsTable('postgres'));
      const version = await versionOf(session);
      for (const migration of migrationsFor('postgres').filter((candidate) => candidate.version > version)) {
        for (const statement of migration.statements) await session.send(statement);
        await session.send(migrationDone(migration));
      }
      requireSchema('postgres', await versionOf(session));
      if (routine !== null) await session.send(routine.sql);
      await commit(session);
    }),
  );

/** @throws {@link SchemaMismatch} */
export const requireMigrated = (connections: Connections): Promise<void> =>
  retried(async () => requireSchema('postgres', await connections.use(versionOf)));

/** Whether the routine is where the search path finds it, for this user to call. */
export const isInstalled = (connections: Connections, { name }: PlpgsqlRoutine): Promise<boolean> =>
  retried(async () => {
    const routine = `to_regprocedure('${name}(jsonb)')`;
    const found = `select ${routine} as found where has_function_privilege(${routine}, 'execute')`;
    const { rows } = await connections.use((session) => session.send(found));
    return rows.length > 0;
  });

/** What PostgreSQL says of tables, columns, types and permissions that are not as a statement has them. */
const mismatch = /^(?:42|22|3F)/;

/** Runs what would meet no row, and takes it back. @throws {@link MappingMismatch} */
export const requireMapped = (connections: Connections, mapping: Mapping, probes: readonly Query[]): Promise<void> =>
  retried(async () => {
    if (probes.length === 0) return;
    await transacted(connections, async (session) => {
      await session.send(connections.begin);
      try {
        for (const probe of probes) await session.send(probe);
      } catch (error) {
        throw mismatch.test(sqlState(error)) ? new MappingMismatch(mapping, { cause: error }) : error;
      }
      await session.send('rollback');
    });
  });
