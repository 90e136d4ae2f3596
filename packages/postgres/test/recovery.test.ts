import { once } from 'node:events';
import { createServer } from 'node:net';
import { attemptId, CommitUnknown, createUser, enqueue, record, StorageUnavailable, setPassword } from '@pwreset/core';
import { describe, expect, onTestFinished, test } from 'vitest';
import { postgresStorage } from '../src/index.js';
import { freshSchemas } from './fresh-schema.js';
import { type Fate, startProxy } from './proxy.js';
import {
  ann,
  applicationPool,
  connect,
  entry,
  type Kind,
  kinds,
  newJob,
  newUser,
  openKind,
  openStorage,
  outage,
  start,
  terminate,
  untilBlocked,
} from './support.js';

const freshSchema = freshSchemas(import.meta.url);

/** A password set, a job and the attempt's record. */
const change = (attempt = 'a') => [setPassword(ann, '$new$hash', start), enqueue(newJob()), record(entry(attempt))];

/** A storage on a schema with one user, by way of a proxy, and a second one that sees what is there. */
async function behindProxy(kind: Kind, statementTimeoutMs = 15_000) {
  const { url } = await freshSchema();
  const direct = await openStorage({ connection: url });
  await direct.commit([createUser(newUser())]);
  const proxy = await startProxy(url);
  const storage = await openKind(kind, proxy.url, { statementTimeoutMs });
  const stored = async () => (await direct.findUserById(ann))?.credential.stored;
  // With the routine and a session of its own, the call is the whole transaction.
  const alone = kind.own && kind.routine;
  return { url, proxy, direct, storage, stored, alone, end: alone ? call : /^commit/ };
}

const call = /^select pwreset_commit_/;

/** Makes a commit that wrote a user's row wait for a lock of the test's. */
const slowCommits = `
  create function slow() returns trigger language plpgsql as
    $$ begin perform pg_advisory_xact_lock(1); return null; end $$;
  create constraint trigger slow after update on pwreset_users deferrable initially deferred
    for each row execute function slow()`;

/** What happens before the end of a commit, and the statement by which to know it. */
const stagesOf = ({ own, routine }: Kind): [string, RegExp][] => [
  ...(own && routine ? [] : [['the transaction begins', /^begin/] satisfies [string, RegExp]]),
  ...(routine && !own ? [['the routine is called', call] satisfies [string, RegExp]] : []),
  ...(routine ? [] : [['a row is locked', / for update$/] satisfies [string, RegExp]]),
  ...(routine ? [] : [['an effect is written', /^insert into "pwreset_jobs"/] satisfies [string, RegExp]]),
];

const afterwards: readonly [string, Fate][] = [
  ['cut', { does: 'cut', at: 'answer' }],
  ['cut in the middle of the answer', { does: 'cut', at: 'answer', passing: 7 }],
  ['cut at the last byte', { does: 'cut', at: 'answer', passing: 17 }],
  ['black-holed', { does: 'hole', at: 'answer' }],
];

describe.each(kinds)('with $name', (kind) => {
  test.each(afterwards)(
    'P3: a connection that is %s after the commit leaves the answer open, and settling it says yes',
    async (_name, fate) => {
      const { proxy, storage, stored, end } = await behindProxy(kind, 300);
      const struck = proxy.next(end, fate);
      await expect(storage.commit(change())).rejects.toThrow(CommitUnknown);
      await struck;
      expect(await storage.settle(attemptId('a'), start)).toBe('applied');
      expect(await stored()).toBe('$new$hash');
    },
  );

  test('P3: a connection that is cut before the commit arrives leaves the answer open, and settling it says no', async () => {
    const { proxy, storage, stored, direct, end } = await behindProxy(kind);
    const struck = proxy.next(end, { does: 'cut', at: 'statement' });
    await expect(storage.commit(change())).rejects.toThrow(CommitUnknown);
    await struck;
    expect(await storage.settle(attemptId('a'), start)).toBe('not_applied');
    await expect(storage.commit(change())).rejects.toThrow(StorageUnavailable);
    expect(await stored()).toBe('$old$hash');
    expect(await direct.listJobs({ limit: 1 })).toEqual([]);
  });

  test('P3: a black hole before the commit does not keep the attempt open: the server gives the transaction up', async () => {
    const { proxy, storage, stored, direct, end } = await behindProxy(kind, 300);
    const struck = proxy.next(end, { does: 'hole', at: 'statement' });
    await expect(storage.commit(change())).rejects.toThrow(CommitUnknown);
    await struck;
    expect(await direct.settle(attemptId('a'), start)).toBe('not_applied');
    expect(await stored()).toBe('$old$hash');
  });

  test.each(stagesOf(kind))(
    'P4: a connection that is lost when %s is an outage, and nothing is applied',
    async (_name, match) => {
      const { proxy, storage, stored, direct } = await behindProxy(kind);
      for (const at of ['statement', 'answer'] as const) {
        const struck = proxy.next(match, { does: 'cut', at });
        await expect(storage.commit(change())).rejects.toThrow(StorageUnavailable);
        await struck;
      }
      expect(await stored()).toBe('$old$hash');
      expect([await direct.listJobs({ limit: 1 }), await direct.listAudit({ limit: 1 })]).toEqual([[], []]);
      expect(await storage.commit(change())).toEqual({ outcome: 'applied' });
    },
  );

  test('P4: a black hole in the middle ends the call, and the server lets go of what it locked', async () => {
    const { url, proxy, storage, stored, alone } = await behindProxy(kind, 300);
    const struck = proxy.next(kind.routine ? call : /^insert into "pwreset_jobs"/, { does: 'hole', at: 'statement' });
    await expect(storage.commit(change())).rejects.toThrow(alone ? CommitUnknown : StorageUnavailable);
    await struck;
    const other = await connect(url);
    expect((await other.query('select id from pwreset_users for update')).rows).toEqual([{ id: 'ann' }]);
    expect(await stored()).toBe('$old$hash');
  });

  test('a lost answer to a read or a charge is an outage', async () => {
    const { proxy, storage } = await behindProxy(kind);
    const limit = { name: 'ip', key: 'ip', capacity: 2, refillMs: 1000, now: start } as const;
    void proxy.next(kind.routine ? call : /"pwreset_limits"/, { does: 'cut', at: 'answer' });
    await expect(storage.charge([limit])).rejects.toThrow(StorageUnavailable);
    void proxy.next(/"pwreset_users"/, { does: 'cut', at: 'answer' });
    await expect(storage.findUserById(ann)).rejects.toThrow(StorageUnavailable);
    expect((await storage.findUserById(ann))?.name).toBe('Ann');
  });

  test('a server that goes away is an outage, and when it is back the next call is answered', async () => {
    const { proxy, storage } = await behindProxy(kind);
    await storage.commit(change());
    await proxy.down();
    await expect(storage.findUserById(ann)).rejects.toThrow(StorageUnavailable);
    await expect(storage.commit(change('b'))).rejects.toThrow(StorageUnavailable);
    await proxy.up();
    expect((await storage.findUserById(ann))?.credential.stored).toBe('$new$hash');
    expect(await storage.commit([record(entry('b'))])).toEqual({ outcome: 'applied' });
  });

  test('a backend that is ended in the middle of a statement is an outage, and nothing is applied', async () => {
    const { url, storage, stored, alone } = await behindProxy(kind);
    const other = await connect(url);
    const watcher = await connect(url);
    await other.query('begin; select from pwreset_users for update');
    const commit = storage.commit(change());
    await untilBlocked(watcher);
    // Where the call is all there is, an end without an answer may have come after it.
    const failed = alone
      ? expect(commit).rejects.toThrow(CommitUnknown)
      : expect(commit).rejects.toEqual(outage('57P01'));
    expect(await terminate(watcher)).toBeGreaterThan(0);
    await failed;
    await other.query('commit');
    expect(await stored()).toBe('$old$hash');
  });

  test('P3: a backend that is ended in the middle of a commit leaves the answer open, and settling it says no', async () => {
    const { url, storage, stored } = await behindProxy(kind);
    const other = await connect(url);
    const watcher = await connect(url);
    await other.query(slowCommits);
    await other.query('select pg_advisory_lock(1)');
    const commit = storage.commit(change());
    await untilBlocked(watcher);
    const failed = expect(commit).rejects.toThrow(CommitUnknown);
    expect(await terminate(watcher)).toBeGreaterThan(0);
    await failed;
    await other.query('select pg_advisory_unlock(1); drop function slow() cascade');
    expect(await storage.settle(attemptId('a'), start)).toBe('not_applied');
    expect(await stored()).toBe('$old$hash');
  });
});

test.each(afterwards)('P3: a commit of one statement alone that is %s leaves the answer open', async (_name, fate) => {
  const { proxy, storage } = await behindProxy({ name: '', own: true, routine: false }, 300);
  const struck = proxy.next(/^insert into "pwreset_audit"/, fate);
  await expect(storage.commit([record(entry('a'))])).rejects.toThrow(CommitUnknown);
  await struck;
  expect(await storage.settle(attemptId('a'), start)).toBe('applied');
});

test('a server that takes connections and says nothing is an outage', async () => {
  const silent = createServer();
  silent.listen(0, '127.0.0.1');
  await once(silent, 'listening');
  onTestFinished(() => void silent.close());
  const address = silent.address();
  const port = typeof address === 'object' ? address?.port : 0;
  const connection = `postgres://nobody:nothing@127.0.0.1:${port}/x`;
  await expect(postgresStorage({ connection, connectTimeoutMs: 20 })).rejects.toThrow(StorageUnavailable);
  const pool = applicationPool(connection, { connectionTimeoutMillis: 500 });
  await expect(postgresStorage({ connection: pool, connectTimeoutMs: 20 })).rejects.toThrow(StorageUnavailable);
});
