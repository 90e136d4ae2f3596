import {
  attemptId,
  closeTokens,
  createUser,
  defaultRealm,
  enqueue,
  issueToken,
  jobId,
  realm,
  record,
  StorageUnavailable,
  serviceId,
  setPassword,
  tokenId,
  userId,
  useToken,
} from '@pwreset/core';
import SqliteDatabase from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { address, ann, entry, freshPath, newJob, newToken, newUser, openStorage, start } from './support.js';

const stored = async (storage: ReturnType<typeof openStorage>) => (await storage.findUserById(ann))?.credential.stored;

describe('a commit', () => {
  test('that throws in the middle takes back what came before', async () => {
    const storage = openStorage({ database: ':memory:' });
    await storage.commit([createUser(newUser()), issueToken(newToken())]);
    const steps = [
      useToken(tokenId('token'), { now: start, attempt: attemptId('a') }),
      setPassword(ann, '$new$hash', start),
      closeTokens(ann, ['reset'], start),
      enqueue(newJob()),
      record(entry('a')),
      issueToken(newToken({ id: tokenId('other') })),
    ];
    await storage.commit([issueToken(newToken({ id: tokenId('other') }))]);
    await expect(storage.commit(steps)).rejects.toThrow(/UNIQUE constraint/);
    expect(await stored(storage)).toBe('$old$hash');
    expect((await storage.findToken(tokenId('token')))?.token).toMatchObject({ usedAt: null, closedAt: null });
    expect(await storage.listJobs({ limit: 10 })).toEqual([]);
    expect(await storage.listAudit({ limit: 10 })).toEqual([]);
    expect(await storage.commit(steps.slice(0, -1))).toEqual({ outcome: 'applied' });
  });

  test('keeps its limits charged when a create conflicts and when its attempt is taken', async () => {
    const storage = openStorage({ database: ':memory:' });
    const limit = { name: 'ip', key: 'ip', capacity: 3, refillMs: 1000, now: start } as const;
    expect(await storage.settle(attemptId('settled'), start)).toBe('not_applied');
    await storage.commit([createUser(newUser())]);
    const bob = createUser(newUser({ id: userId('bob'), address: address('bob@example.com') }));
    expect(await storage.commit([enqueue(newJob()), bob, createUser(newUser())], [limit])).toEqual({
      outcome: 'conflict',
      step: 2,
    });
    expect(await storage.findUserById(userId('bob'))).toBeNull();
    await expect(storage.commit([enqueue(newJob()), record(entry('settled'))], [limit])).rejects.toThrow(
      StorageUnavailable,
    );
    expect(await storage.listJobs({ limit: 10 })).toEqual([]);
    expect(await storage.charge([limit])).toEqual({ outcome: 'charged' });
    expect(await storage.charge([limit])).toEqual({ outcome: 'limited', limit: 0, retryAfterMs: 1000 });
  });

  test('of nothing is applied', async () => {
    expect(await openStorage({ database: ':memory:' }).commit([])).toEqual({ outcome: 'applied' });
  });
});

describe('a file', () => {
  test('keeps everything over a restart', async () => {
    const database = freshPath();
    const before = openStorage({ database });
    await before.commit([createUser(newUser()), issueToken(newToken()), enqueue(newJob()), record(entry('a'))]);
    await before.charge([{ name: 'ip', key: 'ip', capacity: 1, refillMs: 1001, now: start }]);
    const user = await before.findUserById(ann);
    before.close();

    const after = openStorage({ database, migrate: false });
    expect(await after.findUsersByEmail(defaultRealm, address('ann@example.com'))).toEqual([user]);
    expect((await after.findToken(tokenId('token')))?.user).toEqual(user);
    expect(await after.settle(attemptId('a'), start)).toBe('applied');
    expect(await after.claimJobs({ now: start, leaseMs: 1, limit: 9 })).toEqual([{ ...newJob(), attempt: 1 }]);
    const again = [{ name: 'ip', key: 'ip', capacity: 1, refillMs: 1001, now: start }] as const;
    expect(await after.charge(again)).toEqual({ outcome: 'limited', limit: 0, retryAfterMs: 1001 });
  });

  test('is opened in WAL mode with foreign keys, and syncs every commit unless told otherwise', () => {
    const database = freshPath();
    openStorage({ database });
    const inspect = new SqliteDatabase(database);
    expect(inspect.pragma('journal_mode', { simple: true })).toBe('wal');
    const settings = { FULL: 2, NORMAL: 1 } as const;
    for (const synchronous of ['FULL', 'NORMAL'] as const) {
      openStorage({ database: inspect, synchronous });
      expect(inspect.pragma('synchronous', { simple: true })).toBe(settings[synchronous]);
    }
    openStorage({ database: inspect, busyTimeoutMs: 7 });
    expect(inspect.pragma('synchronous', { simple: true })).toBe(settings.FULL);
    expect(inspect.pragma('busy_timeout', { simple: true })).toBe(7);
    inspect.close();
  });

  test('is closed by who opened it', () => {
    const mine = new SqliteDatabase(':memory:');
    openStorage({ database: mine }).close();
    expect(mine.open).toBe(true);
    mine.close();
  });
});

describe('text', () => {
  const storage = () => openStorage({ database: ':memory:' });
  const odd = ['\u0000', 'a\u0000b', '\ud800', 'x\udc00'];

  test.each(odd)('%j is absent for every read', async (text) => {
    const all = storage();
    await all.commit([createUser(newUser({ id: userId('\ufffd'), name: 'x\ufffd' }))]);
    expect(await all.findUserById(userId(text))).toBeNull();
    expect(await all.findUsersByEmail(realm(text), address('ann@example.com'))).toEqual([]);
    expect(await all.findToken(tokenId(text))).toBeNull();
    expect(await all.findService(serviceId(text))).toBeNull();
    expect(await all.findKeyByDigest(text)).toBeNull();
    expect(await all.listKeys(userId(text))).toEqual([]);
    expect(await all.listAudit({ userId: userId(text), limit: 1 })).toEqual([]);
    const guard = useToken(tokenId(text), { now: start, attempt: attemptId('a') });
    expect(await all.commit([guard])).toEqual({ outcome: 'guard_failed', guard: 0 });
  });

  test.each(odd)('%j is refused in every write, before anything is written', async (text) => {
    const all = storage();
    await expect(all.commit([createUser(newUser()), enqueue(newJob({ payload: text }))])).rejects.toThrow(TypeError);
    await expect(all.settle(attemptId(text), start)).rejects.toThrow(TypeError);
    const limit = { name: 'ip', key: text, capacity: 1, refillMs: 1, now: start } as const;
    await expect(all.charge([limit])).rejects.toThrow(TypeError);
    expect(await all.findUserById(ann)).toBeNull();
  });

  test('comes back as it went in, 64 KiB of it too', async () => {
    const all = storage();
    const payload = JSON.stringify({ text: `é e\u0301 ﬁ 🔑 ﷽ \u202e'";--\n\t\\ ${'ß'.repeat(32_768)}` });
    await all.commit([createUser(newUser({ name: payload })), enqueue(newJob({ payload }))]);
    expect((await all.findUserById(ann))?.name).toBe(payload);
    expect((await all.listJobs({ limit: 1 }))[0]?.payload).toBe(payload);
  });
});

test('a count that is none is refused', async () => {
  const storage = openStorage({ database: ':memory:' });
  await storage.commit([enqueue(newJob()), enqueue(newJob({ id: jobId('second') }))]);
  for (const limit of [-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
    await expect(storage.claimJobs({ now: start, leaseMs: 1, limit })).rejects.toThrow(TypeError);
    await expect(storage.purge(start, limit)).rejects.toThrow(TypeError);
    await expect(storage.listJobs({ limit })).rejects.toThrow(TypeError);
    await expect(storage.listAudit({ limit })).rejects.toThrow(TypeError);
  }
  expect(await storage.claimJobs({ now: start, leaseMs: 1, limit: 0 })).toEqual([]);
});
