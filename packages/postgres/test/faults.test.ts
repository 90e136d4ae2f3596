import { inspect } from 'node:util';
import { createUser, issueToken, record, setPassword, userId } from '@pwreset/core';
import pg from 'pg';
import { expect, test, vi } from 'vitest';
import { faultFrom, inDoubt, retried, statementFault } from '../src/faults.js';
import type { PostgresStorage } from '../src/index.js';
import { freshSchemas } from './fresh-schema.js';
import {
  address,
  ann,
  connect,
  entry,
  type Kind,
  kinds,
  newToken,
  newUser,
  openKind,
  openStorage,
  outage,
  start,
  untilBlocked,
} from './support.js';

const freshSchema = freshSchemas(import.meta.url);
const bob = userId('bob');

/** A storage on a schema with one user, and a connection of the test's own. */
async function withUser(
  kind: Kind,
  options: { readonly statementTimeoutMs?: number; readonly lockTimeoutMs?: number },
) {
  const { url } = await freshSchema();
  const storage = await openKind(kind, url, options);
  await storage.commit([createUser(newUser())]);
  return { storage, other: await connect(url) };
}

const stored = async (storage: PostgresStorage) => (await storage.findUserById(ann))?.credential.stored;

test.each(kinds)(
  'with $name, a row that is held past the timeout is an outage, and the storage works on',
  async (kind) => {
    const { storage, other } = await withUser(kind, { lockTimeoutMs: 20 });
    await other.query('begin');
    await other.query('select from pwreset_users for update');
    await expect(storage.commit([setPassword(ann, '$new$hash', start)])).rejects.toEqual(outage('55P03'));
    expect(await stored(storage)).toBe('$old$hash');
    await other.query('rollback');
    expect(await storage.commit([setPassword(ann, '$new$hash', start)])).toEqual({ outcome: 'applied' });
  },
);

test.each(kinds)('with $name, a statement that takes longer than the timeout is an outage', async (kind) => {
  const { storage, other } = await withUser(kind, { statementTimeoutMs: 300 });
  await other.query('begin; lock table pwreset_users in access exclusive mode');
  await expect(storage.commit([setPassword(ann, '$new$hash', start)])).rejects.toEqual(outage('57014'));
  // A read alone on the application's connection has only the client's own timeout.
  await expect(storage.findUserById(ann)).rejects.toEqual(
    kind.own ? outage('57014') : expect.objectContaining({ name: 'StorageUnavailable' }),
  );
  await other.query('rollback');
  expect(await stored(storage)).toBe('$old$hash');
});

test.each(kinds)('with $name, a deadlock is resolved inside, by trying again', async (kind) => {
  const { url } = await freshSchema();
  const quick = new URL(url);
  quick.searchParams.set('options', `${quick.searchParams.get('options')} -c deadlock_timeout=100ms`);
  const storage = await openKind(kind, quick.href);
  await storage.commit([
    createUser(newUser()),
    createUser(newUser({ id: bob, address: address('bob@example.com'), email: 'bob@example.com' })),
  ]);
  const other = await connect(url);
  const watcher = await connect(url);
  // The other one would wait: whoever looks for a deadlock first gives way.
  await other.query("set deadlock_timeout = '1min'");
  await other.query("begin; select from pwreset_users where id = 'bob' for update");
  const commit = storage.commit([setPassword(ann, '$new$hash', start), setPassword(bob, '$new$hash', start)]);
  await untilBlocked(watcher);
  await other.query("select from pwreset_users where id = 'ann' for update");
  await other.query('commit');
  expect(await commit).toEqual({ outcome: 'applied' });
  const { rows } = await watcher.query(
    'select deadlocks::int from pg_stat_database where datname = current_database()',
  );
  expect(rows[0]?.deadlocks).toBeGreaterThanOrEqual(0);
  expect((await storage.findUserById(bob))?.credential.stored).toBe('$new$hash');
});

test.each(kinds)('with $name, a server that only reads is one clear outage for a write', async (kind) => {
  const { url } = await freshSchema();
  await (await openStorage({ connection: url })).commit([createUser(newUser())]);
  const readOnly = new URL(url);
  readOnly.searchParams.set('options', `${readOnly.searchParams.get('options')} -c default_transaction_read_only=on`);
  const storage = await openKind(kind, readOnly.href);
  expect((await storage.findUserById(ann))?.name).toBe('Ann');
  await expect(storage.commit([record(entry('a'))])).rejects.toEqual(outage('25006'));
  await expect(storage.commit([setPassword(ann, '$new$hash', start)])).rejects.toEqual(outage('25006'));
  await expect(storage.claimJobs({ now: start, leaseMs: 1, limit: 1 })).rejects.toEqual(outage('25006'));
  await expect(openKind(kind, readOnly.href, { migrate: true })).rejects.toEqual(outage('25006'));
});

test.each(kinds)('with $name, an error that is no outage keeps its form and tells no values', async (kind) => {
  const { url } = await freshSchema();
  const storage = await openKind(kind, url);
  await storage.commit([issueToken(newToken()), record(entry('a'))]);
  const again = storage.commit([issueToken(newToken()), record(entry('b'))]);
  const error: unknown = await again.catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(pg.DatabaseError);
  expect(error).toMatchObject({ code: '23505', detail: undefined });
  expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('(token)');
});

const databaseError = (code: string, severity: string): Error =>
  Object.assign(new pg.DatabaseError('…', 1, 'error'), { code, severity });

test.each([
  ['08007', 'ERROR', false],
  ['40003', 'ERROR', false],
  ['57P01', 'FATAL', false],
  ['57P01', 'FATAL', false],
  ['25P03', 'FATAL', false],
  ['25P04', 'СБОЙ', false],
  ['53100', 'PANIC', false],
  ['58030', 'PANIK', false],
  ['08P01', 'FATAL', false],
  ['XX000', 'FATAL', false],
  ['53100', 'ERROR', true],
  ['40001', 'FEHLER', true],
  ['23505', 'ERREUR', true],
  ['55P03', 'ОШИБКА', true],
  ['57014', 'FEHLER', true],
  ['25006', 'FEHLER', true],
  ['PW003', 'FEHLER', true],
])('P3: %s with severity %s: whether it promises that nothing was applied: %s', async (code, severity, promises) => {
  const error = databaseError(code, severity);
  const answer = inDoubt(Promise.reject(error));
  if (promises) await expect(answer).rejects.toBe(error);
  else await expect(answer).rejects.toEqual(expect.objectContaining({ name: 'CommitUnknown', cause: error }));
});

test('retries end, and what remains is an outage', async () => {
  const work = vi.fn(() => Promise.reject(databaseError('40001', 'ERROR')));
  await expect(retried(work)).rejects.toEqual(outage('40001'));
  expect(work).toHaveBeenCalledTimes(10);
});

test('an error that the server did not send is no secret either, and what is not of the driver stays as it is', () => {
  const where = { where: "unnamed portal with parameters: $1 = 'Secret', $2 = 'Word'" };
  expect(statementFault(Object.assign(databaseError('22P02', 'ERROR'), where, { detail: 'Secret' }))).toMatchObject({
    where: 'unnamed portal with parameters: …',
    detail: undefined,
  });
  const mistake = new TypeError('mine');
  expect(faultFrom(mistake)).toBe(mistake);
});
