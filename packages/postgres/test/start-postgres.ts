import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import pg from 'pg';

export interface TestServer {
  /** The address of an empty database; the user in it is a superuser. */
  readonly url: string;
  /** Stops the server, or leaves one that was there before as it was found. */
  stop(): Promise<void>;
}

/**
 * A PostgreSQL for tests: the one that PWRESET_TEST_POSTGRES_URL names, else a real one that is started for them and leaves
 * nothing behind. Any number may be started at once.
 */
export async function startPostgres(): Promise<TestServer> {
  const given = process.env['PWRESET_TEST_POSTGRES_URL'];
  const server = given === undefined ? await startServer() : { url: given, stop: async () => undefined };
  const database = `pwreset_${randomBytes(6).toString('hex')}`;
  await administer(server.url, (client) => client.query(`create database ${database}`));
  return {
    url: addressOf(server.url, database),
    async stop() {
      if (given !== undefined) await administer(given, (client) => dropDatabases(client, database));
      await server.stop();
    },
  };
}

/** The same server and user with another database. */
export function addressOf(url: string, database: string): string {
  const address = new URL(url);
  address.pathname = `/${database}`;
  return address.href;
}

/** One connection for the length of `work`. */
export async function administer<Result>(url: string, work: (client: pg.Client) => Promise<Result>): Promise<Result> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** This run's database and those that its workers made beside it. */
async function dropDatabases(client: pg.Client, prefix: string): Promise<void> {
  const found = await client.query<{ datname: string }>(
    'select datname from pg_database where starts_with(datname, $1)',
    [prefix],
  );
  for (const { datname } of found.rows) await client.query(`drop database ${datname} with (force)`);
}

/**
 * The server is the child of a process of its own, which ends it when this one ends in whatever way. In this process the
 * package that starts it would also decide the exit code.
 */
async function startServer(): Promise<TestServer> {
  const child = fork(fileURLToPath(new URL('../../../.config/postgres-process.ts', import.meta.url)), [], {
    execArgv: ['--no-warnings', '--experimental-strip-types'],
  });
  const exited = once(child, 'exit');
  const started = once(child, 'message').then(([url]) => String(url));
  const url = await Promise.race([
    started,
    exited.then(([code]) => Promise.reject(new Error(`PostgreSQL did not start, code ${code}`))),
  ]);
  return {
    url,
    async stop() {
      if (child.connected) child.disconnect();
      await exited;
    },
  };
}
