import { type Application, testFlows, testStorage } from '@pwreset/conformance';
import { faultyStorage, manualClock, memoryMailer, testHasher } from '@pwreset/memory';
import pg from 'pg';
import { test } from 'vitest';
import { type PostgresOptions, type PostgresStorage, postgresStorage, routineSql } from '../../src/index.js';
import { type Place, placesFor } from '../fresh-schema.js';
import { existingApplication } from './application.js';
import type { ExistingTables } from './tables.js';

type Options = Pick<PostgresOptions, 'routine'>;

/** Tables with a storage over them, and the connections of the application. */
interface Opened {
  readonly schema: string;
  readonly pool: pg.Pool;
  readonly storage: PostgresStorage;
  readonly application: Application;
}

/** What a place is leased with, for it to have these tables. */
export const setupOf = ({ ddl, mapping }: ExistingTables): string => `${ddl}; ${routineSql(mapping)}`;

export async function openExisting(
  { url, schema }: Place,
  tables: ExistingTables,
  options: Options = {},
): Promise<Opened> {
  const pool = new pg.Pool({ connectionString: url, allowExitOnIdle: true });
  const storage = await postgresStorage({ ...options, ...tables.mapping, connection: url });
  return { schema, pool, storage, application: existingApplication(pool, tables, storage) };
}

/** Opening takes longer than most tests: one storage serves a place for every test that leases it. */
function existingStorages(file: string, tables: ExistingTables, options: Options) {
  const lease = placesFor(file);
  const known = new Map<string, Opened>();
  return async () => {
    const place = await lease({ setup: setupOf(tables) });
    const opened = known.get(place.schema) ?? (await openExisting(place, tables, options));
    known.set(place.schema, opened);
    return { ...opened, dispose: async () => place.giveBack() };
  };
}

/** Every row of every table, as text. */
async function dumpOf(pool: pg.Pool, schema: string): Promise<string> {
  const { rows } = await pool.query<{ name: string }>(
    'select quote_ident(tablename) as name from pg_tables where schemaname = $1',
    [schema],
  );
  const texts = rows.map(({ name }) => pool.query(`select json_agg(t)::text as rows from ${name} as t`));
  return JSON.stringify((await Promise.all(texts)).map((result) => result.rows));
}

/** The whole kit on tables that were there before. `file` is the `import.meta.url` of the test. */
export function testExisting(name: string, file: string, tables: ExistingTables, options: Options = {}): void {
  const open = existingStorages(file, tables, options);
  const on = (title: string, run: () => Promise<void>) => test(`${name}: ${title}`, run);
  testStorage({ test: on, factory: open });
  testFlows({
    test: on,
    factory: async () => {
      const { schema, pool, storage, application, dispose } = await open();
      return {
        storage: faultyStorage(storage),
        application,
        clock: manualClock(),
        mailer: memoryMailer(),
        hasher: testHasher(),
        dump: () => dumpOf(pool, schema),
        dispose,
      };
    },
  });
}
