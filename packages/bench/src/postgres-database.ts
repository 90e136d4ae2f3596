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
  await administer(serverUrl, `create database ${name}`);
  const address = new URL(serverUrl);
  address.pathname = `/${name}`;
  const storage = await postgresStorage({ connection: address.href, migrate: true, maxConnections: workers });
  const pools = [poolOf(address.href, 1), poolOf(address.href, workers), poolOf(address.href, workers)] as const;
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
      const { rowCount } = await own.query(
        `update pwreset_jobs
         set state = 'done', lease_until = null, address = null, unique_key = null, payload = '{}', ended_at = created_at
         where state = 'pending'`,
      );
      return rowCount ?? 0;
    },
    async tidy() {
      // A claim steps over every dead entry of its index.
      await own.query('vacuum pwreset_users, pwreset_tokens, pwreset_jobs, pwreset_audit, pwreset_limits');
    },
    async tally() {
      const { rows: counted } = await own.query<Tally>(tallyQuery("split_part(key, ':', 1)"));
      return tallyOf(counted);
    },
    async close() {
      await storage.close();
      await Promise.all(pools.map((pool) => pool.end()));
      // A pool has ended before the server has noticed.
      await administer(serverUrl, `drop database ${name} with (force)`);
    },
  };
}

/** The server may end a connection before the pool has closed it; without a listener that would end the process. */
function poolOf(connectionString: string, max: number): Pool {
  const pool = new pg.Pool({ connectionString, max, idleTimeoutMillis: 0 });
  pool.on('error', () => undefined);
  return pool;
}

async function administer(connectionString: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
