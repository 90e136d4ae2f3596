import type { SqlDatabase } from './dialect.js';
import { driverFaults } from './driver-faults.js';
import type { Executor } from './executor.js';
import { requireSchema } from './migrations.js';
import { MappingMismatch, probesOf } from './probes.js';
import type { Mapping, Statements } from './statements.js';

const versionTable: Readonly<Record<SqlDatabase, string>> = {
  sqlite: "select 1 as found from sqlite_schema where type = 'table' and name = 'pwreset_migrations'",
  postgres: "select 1 as found where to_regclass('pwreset_migrations') is not null",
};

/** A guard without a query: what went before it is taken back. */
const refused = { index: 0, query: null };

/** The version of the schema in the database; 0 where there is none. */
export async function versionIn(executor: Pick<Executor, 'rows'>, database: SqlDatabase): Promise<number> {
  const found = await executor.rows({ sql: versionTable[database], values: [] });
  if (found.length === 0) return 0;
  const [row] = await executor.rows({ sql: 'select max(version) as version from pwreset_migrations', values: [] });
  return Number(row?.['version'] ?? 0);
}

/**
 * Triggers of the application may fire for a statement that meets no row, so the probes are taken back.
 *
 * @throws {@link SchemaMismatch} @throws {@link MappingMismatch}
 */
export async function requireReady(
  executor: Executor,
  database: SqlDatabase,
  mapping: Mapping,
  statements: Statements,
): Promise<void> {
  requireSchema(database, await versionIn(executor, database));
  const probes = probesOf(statements);
  if (probes.length === 0) return;
  try {
    await executor.run({ charges: [], locks: probes, guards: [refused], effects: [] });
  } catch (error) {
    throw driverFaults[database].isMismatch(error) ? new MappingMismatch(mapping, { cause: error }) : error;
  }
}

/** @throws {TypeError} for a transaction in which a statement does not see what was committed before it */
export async function requireReadCommitted(executor: Executor): Promise<void> {
  const [row] = await executor.rows({ sql: "select current_setting('transaction_isolation') as level", values: [] });
  const level = row?.['level'];
  if (level === 'read committed') return;
  throw new TypeError(`a transaction that a commit joins must be read committed, and this one is ${String(level)}`);
}

/** Runs `work` until it has succeeded once; whoever comes meanwhile waits for the same run. */
export function once(): (work: () => Promise<void>) => Promise<void> {
  let running: Promise<void> | null = null;
  return (work) => {
    running ??= work().catch((error: unknown) => {
      running = null;
      throw error;
    });
    return running;
  };
}

/** An executor that looks whether it may before each use. */
export const checked = (executor: Executor, check: (inner: Executor) => Promise<void>): Executor => ({
  async rows(query) {
    await check(executor);
    return executor.rows(query);
  },
  async write(query) {
    await check(executor);
    return executor.write(query);
  },
  async run(plan) {
    await check(executor);
    return executor.run(plan);
  },
});
