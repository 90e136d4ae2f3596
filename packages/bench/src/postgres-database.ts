import { randomBytes } from 'node:crypto';
import { systemClock } from '@pwreset/core';
import { postgresStorage } from '@pwreset/postgres';
import pg, { type Pool } from 'pg';
import { type BenchDatabase, type Tally, tallyOf, tallyQuery } from './bench-database.js';
import { fillPostgres } from './fill-postgres.js';
import { floor } from './floor.js';
import { callsFloor } from './floor-postgres-calls.js';
import { floorFunctions } from './floor-postgres-functions.js';
import { statementsFloor } from './floor-postgres-statements.js';
import { flow, workers } from './flow.js';

/** A database of its own on this server. Each contestant has as many connections as the others. */
export async function postgresDatabase(serverUrl: string, rows: number): Promise<BenchDatabase> {
  const name = `pwreset_bench_${randomBytes(6).toString('hex')}`;
  const admin = new pg.Pool({ connectionString: serverUrl, max: 1 });
  await admin.query(`create database ${name}`);
  const address = new URL(serverUrl);
  address.pathname = `/${name}`;
  const poolOf = (max: number): Pool => new pg.Pool({ connectionString: address.href, max, idleTimeoutMillis: 0 });

  const storage = await postgresStorage({ connection: address.href, migrate: true, maxConnections: workers });
  const pools = [poolOf(1), poolOf(workers), poolOf(workers)] as const;
  const [own, statements, calls] = pools;
  await fillPostgres(own, rows, systemClock.now());
  for (const definition of floorFunctions) await own.query(definition);
  return {
    database: 'postgres',
    mode: 'fsync on',
    rows,
    contestants: [
      flow(storage),
      floor('statements', statementsFloor(statements)),
      floor('one call', callsFloor(calls)),
    ],
    async settle() {
      await own.query(
        `update pwreset_jobs
         set state = 'done', lease_until = null, address = null, unique_key = null, payload = '{}', ended_at = created_at
         where state = 'pending'`,
      );
    },
    async tally() {
      const { rows: counted } = await own.query<Tally>(tallyQuery("split_part(key, ':', 1)"));
      return tallyOf(counted);
    },
    async close() {
      await storage.close();
      await Promise.all(pools.map((pool) => pool.end()));
      await admin.query(`drop database ${name}`);
      await admin.end();
    },
  };
}
