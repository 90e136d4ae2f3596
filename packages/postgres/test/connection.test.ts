import { inspect } from 'node:util';
import { createUser, enqueue, record, StorageUnavailable, serviceId, setPassword, tokenId } from '@pwreset/core';
import pg from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { postgresStorage } from '../src/index.js';
import { freshSchemas } from './fresh-schema.js';
import {
  ann,
  applicationPool,
  connect,
  entry,
  newJob,
  newUser,
  openStorage,
  outage,
  start,
  terminate,
} from './support.js';

const freshSchema = freshSchemas(import.meta.url);
const steps = [createUser(newUser()), enqueue(newJob()), record(entry('a'))];

test('a connection string is all that is needed', async () => {
  const { url } = await freshSchema();
  const storage = await openStorage({ connection: url });
  expect(await storage.commit(steps)).toEqual({ outcome: 'applied' });
  expect(await storage.commit([setPassword(ann, '$new$hash', start + 1)])).toEqual({ outcome: 'applied' });
  expect(await storage.findUserById(ann)).toMatchObject({ createdAt: start, credential: { stored: '$new$hash' } });
});

test('the schema may be named apart from the search path', async () => {
  const place = await freshSchema();
  const bare = new URL(place.url);
  bare.searchParams.delete('options');
  await expect(postgresStorage({ connection: bare.href })).rejects.toThrow(/version 0/);
  const storage = await openStorage({ connection: bare.href, schema: place.schema });
  await storage.commit(steps);
  const check = await connect(place.url);
  expect((await check.query('select id from pwreset_users')).rows).toEqual([{ id: 'ann' }]);
});

test("a pool of the application stays the application's", async () => {
  const { url } = await freshSchema();
  const pool = applicationPool(url, { max: 1, statement_timeout: 1234 });
  const settings = `select current_setting('statement_timeout') as statement, current_setting('lock_timeout') as lock,
    current_setting('default_transaction_isolation') as level, 1::bigint as big`;
  pg.types.setTypeParser(20, (text) => `parsed ${text}`);
  onTestFinished(() => pg.types.setTypeParser(20, String));
  const before = (await pool.query(settings)).rows;
  const storage = await postgresStorage({ connection: pool });
  await storage.commit(steps);
  expect((await storage.findUserById(ann))?.createdAt).toBe(start);
  expect(before).toEqual([{ statement: '1234ms', lock: '0', level: 'read committed', big: 'parsed 1' }]);
  expect((await pool.query(settings)).rows).toEqual(before);
  expect(pool.listenerCount('error')).toBe(1);
  await storage.close();
  expect(pool.listenerCount('error')).toBe(0);
  expect((await pool.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
});

test('storages share the sessions of one pool and its prepared statements', async () => {
  const { url } = await freshSchema();
  const pool = applicationPool(url, { max: 1 });
  const first = await openStorage({ connection: pool });
  const second = await openStorage({ connection: pool });
  await first.findUserById(ann);
  await second.findToken(tokenId('t'));
  await first.findToken(tokenId('t'));
  await second.findUserById(ann);
  const { rows } = await pool.query(
    "select count(*)::int as kept from pg_prepared_statements where name ~ '^pwreset_'",
  );
  expect(rows).toEqual([{ kept: 2 }]);
});

test('without prepared statements the sessions keep none', async () => {
  const { url } = await freshSchema();
  const pool = applicationPool(url, { max: 1 });
  const storage = await openStorage({ connection: pool, prepare: false });
  await storage.commit(steps);
  expect(await storage.listJobs({ limit: 2 })).toHaveLength(1);
  expect((await pool.query('select * from pg_prepared_statements')).rows).toEqual([]);
  const own = await openStorage({ connection: url, prepare: false });
  expect(await own.commit([setPassword(ann, '$new$hash', start)])).toEqual({ outcome: 'applied' });
});

test('a session whose plan no longer fits its table is replaced', async () => {
  const { url } = await freshSchema({ setup: 'create table notes (id int)' });
  const pool = applicationPool(url, { max: 1 });
  const storage = await openStorage({ connection: pool });
  await storage.commit(steps);
  expect(await storage.listJobs({ limit: 2 })).toHaveLength(1);
  await pool.query('alter table pwreset_jobs add column if not exists remark text');
  onTestFinished(async () => void (await pool.query('alter table pwreset_jobs drop column remark')));
  expect(await storage.listJobs({ limit: 2 })).toHaveLength(1);
  await pool.query('deallocate all');
  expect(await storage.listJobs({ limit: 2 })).toHaveLength(1);
});

test.each(['a connection string', 'a pool of the application'])(
  'with %s, idle connections that the server ends are replaced',
  async (kind) => {
    const { url } = await freshSchema();
    const pool = applicationPool(url);
    const storage = await openStorage({ connection: kind === 'a connection string' ? url : pool });
    const other = await connect(url);
    await storage.commit(steps);
    expect(await terminate(other)).toBeGreaterThan(0);
    expect((await storage.findUserById(ann))?.name).toBe('Ann');
  },
);

test('a pool without a free connection is an outage, and the connection that comes too late is given back', async () => {
  const { url } = await freshSchema();
  const pool = applicationPool(url, { max: 1 });
  await pool.query('select 1');
  const storage = await openStorage({ connection: pool, connectTimeoutMs: 20 });
  const held = await pool.connect();
  await expect(storage.findUserById(ann)).rejects.toThrow(StorageUnavailable);
  await expect(storage.commit(steps)).rejects.toThrow(StorageUnavailable);
  held.release();
  expect(await storage.commit(steps)).toEqual({ outcome: 'applied' });
  expect(pool.idleCount).toBe(1);
});

test('more calls than connections wait for their turn', async () => {
  const { url } = await freshSchema();
  const storage = await openStorage({ connection: url, maxConnections: 2 });
  await storage.commit(steps);
  const found = await Promise.all(Array.from({ length: 50 }, () => storage.findUserById(ann)));
  expect(found.filter((user) => user?.name === 'Ann')).toHaveLength(50);
});

test.each([
  ['a wrong password', '28P01', { password: 'Secret-Word' }],
  ['an unknown database', '3D000', { pathname: '/nowhere' }],
  ['a port that nobody listens at', 'ECONNREFUSED', { port: '1' }],
])('%s is an outage that tells no password', async (_name, code, parts) => {
  const { url } = await freshSchema();
  const address = Object.assign(new URL(url), parts);
  const error: unknown = await postgresStorage({ connection: address.href }).catch((thrown: unknown) => thrown);
  expect(error).toEqual(outage(code));
  expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(address.password);
});

test('what is no connection string is not repeated', async () => {
  const error: unknown = await postgresStorage({ connection: 'postgres://a:Secret-Word@host:port/x' }).catch(
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(TypeError);
  expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('Secret-Word');
});

test('mistakes of the programmer stay what they are', async () => {
  const { url } = await freshSchema();
  const closed = await postgresStorage({ connection: url });
  await closed.close();
  await closed.close();
  await expect(closed.findUserById(ann)).rejects.toThrow(TypeError);
  const pool = applicationPool(url);
  const wrong = [
    { connection: url, statementTimeoutMs: 0 },
    { connection: url, lockTimeoutMs: 1.5 },
    { connection: url, connectTimeoutMs: Number.NaN },
    { connection: url, maxConnections: 0 },
    { connection: pool, maxConnections: 3 },
    { connection: pool, schema: 's' },
    { connection: url, schema: 's', prepare: false },
  ];
  for (const options of wrong) await expect(postgresStorage(options)).rejects.toThrow(TypeError);
  const storage = await openStorage({ connection: url });
  await pool.query('alter table pwreset_services rename to elsewhere');
  onTestFinished(async () => void (await pool.query('alter table elsewhere rename to pwreset_services')));
  const missing = expect.objectContaining({ code: '42P01', message: expect.stringContaining('pwreset_services') });
  await expect(storage.findService(serviceId('s'))).rejects.toEqual(missing);
});
