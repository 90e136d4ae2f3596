import {
  attemptId,
  type ComparableAddress,
  comparableAddress,
  defaultRealm,
  jobId,
  type NewJob,
  type NewToken,
  type NewUser,
  secretId,
  serviceId,
  tokenId,
  userId,
} from '@pwreset/core';
import pg from 'pg';
import { expect, onTestFinished } from 'vitest';
import { type PostgresOptions, type PostgresStorage, postgresStorage } from '../src/index.js';

export const start = Date.UTC(2026, 0, 2, 3, 4, 5, 678);

/** A storage that is closed when the test ends. */
export async function openStorage(options: PostgresOptions): Promise<PostgresStorage> {
  const storage = await postgresStorage(options);
  onTestFinished(() => storage.close());
  return storage;
}

/** A connection of the test's own, past the storage. */
export async function connect(url: string, options: pg.ClientConfig = {}): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, ...options });
  // A test that ends this connection on the server's side is told by its own statements.
  client.on('error', () => undefined);
  await client.connect();
  onTestFinished(() => client.end());
  return client;
}

/** Resolves when this many statements in the database of `client` wait for a lock. */
export async function untilBlocked(client: pg.Client, count = 1): Promise<void> {
  const waiting = `select count(*)::int as waiting from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock'`;
  for (;;) {
    const { rows } = await client.query<{ waiting: number }>(waiting);
    if (rows[0]?.waiting === count) return;
  }
}

/** The name under which the connections of storages are known in these tests. */
const storages = 'pwreset';

/** Ends every connection of a storage in the database of `client`, and waits until the driver has heard of it. */
export async function terminate(client: pg.Client): Promise<number> {
  const ended = await client.query(
    'select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = current_database() and application_name = $1',
    [storages],
  );
  await new Promise(setImmediate);
  return ended.rowCount ?? 0;
}

/** What a {@link StorageUnavailable} looks like whose cause has this code. */
export const outage = (code: string) =>
  expect.objectContaining({ name: 'StorageUnavailable', cause: expect.objectContaining({ code }) });

/** A pool as an application has one. */
export function applicationPool(url: string, options: pg.PoolConfig = {}): pg.Pool {
  const pool = new pg.Pool({ connectionString: url, application_name: storages, ...options });
  onTestFinished(() => pool.end());
  return pool;
}

/** The ways in which a storage can reach its database. */
export interface Kind {
  readonly name: string;
  /** Connections of its own, else a pool of the application. */
  readonly own: boolean;
  /** Whether a commit is one call of the routine. */
  readonly routine: boolean;
}

export const kinds: readonly Kind[] = [
  { name: 'own connections and the routine', own: true, routine: true },
  { name: 'own connections and statements', own: true, routine: false },
  { name: 'a pool of the application and the routine', own: false, routine: true },
  { name: 'a pool of the application and statements', own: false, routine: false },
];

/** A storage of one kind on a schema that is ready. */
export const openKind = (
  { own, routine }: Kind,
  url: string,
  options: Omit<PostgresOptions, 'connection'> = {},
): Promise<PostgresStorage> => openStorage({ connection: own ? url : applicationPool(url), routine, ...options });

export const ann = userId('ann');

export function address(email: string): ComparableAddress {
  const comparable = comparableAddress(email);
  if (comparable === null) throw new TypeError(`${email} is no address`);
  return comparable;
}

export const newUser = (columns: Partial<NewUser> = {}): NewUser => ({
  id: ann,
  realm: defaultRealm,
  email: 'Ann@example.com',
  address: address('ann@example.com'),
  enabled: true,
  name: 'Ann',
  locale: 'en',
  timezone: 'Etc/UTC',
  stored: '$old$hash',
  passwordAllowReset: true,
  passwordRequireUpdate: false,
  createdAt: start,
  ...columns,
});

export const newToken = (columns: Partial<NewToken> = {}): NewToken => ({
  id: tokenId('token'),
  purpose: 'reset',
  userId: ann,
  serviceId: serviceId('service'),
  secretId: secretId('secret'),
  fingerprint: 'fingerprint',
  issuedAt: start,
  expiresAt: start + 3_600_000,
  ...columns,
});

export const newJob = (columns: Partial<NewJob> = {}): NewJob => ({
  id: jobId('job'),
  kind: 'mail',
  uniqueKey: null,
  address: 'Ann@example.com',
  payload: '{"n":1}',
  createdAt: start,
  dueAt: start,
  expiresAt: start + 3_600_000,
  ...columns,
});

export const entry = (id: string, at = start) => ({
  id: attemptId(id),
  event: 'password_reset' as const,
  at,
  userId: ann,
  serviceId: null,
  ip: null,
  userAgent: null,
});
