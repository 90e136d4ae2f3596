import {
  attemptId,
  closeTokens,
  createUser,
  defaultRealm,
  enqueue,
  issueToken,
  record,
  requireEnabled,
  StorageUnavailable,
  setPassword,
  tokenId,
  userId,
  useToken,
} from '@pwreset/core';
import { expect, test } from 'vitest';
import { freshSchemas } from './fresh-schema.js';
import { startProxy } from './proxy.js';
import { address, ann, entry, newJob, newToken, newUser, openStorage, start } from './support.js';

const freshSchema = freshSchemas(import.meta.url);

/** Counts the round trips of a piece of work over one connection that is open already. */
async function counting(routine: boolean) {
  const { url } = await freshSchema();
  const proxy = await startProxy(url);
  const storage = await openStorage({ connection: proxy.url, maxConnections: 1, routine });
  await storage.commit([createUser(newUser()), issueToken(newToken())]);
  const trips = async (work: () => Promise<unknown>): Promise<number> => {
    proxy.reset();
    await work();
    return proxy.roundTrips();
  };
  return { proxy, storage, trips };
}

const limit = { name: 'ip', key: 'ip', capacity: 1, refillMs: 1000, now: start } as const;

test.each([true, false])(
  'a read, a charge, a claim and a commit of one statement take one round trip; routine: %s',
  async (routine) => {
    const { storage, trips } = await counting(routine);
    expect(await trips(() => storage.findToken(tokenId('token')))).toBe(1);
    expect(await trips(() => storage.findCodes(defaultRealm, address('ann@example.com')))).toBe(1);
    expect(await trips(() => storage.findArrival(limit.key))).toBe(1);
    expect(await trips(() => storage.charge([limit]))).toBe(1);
    expect(await trips(() => storage.claimJobs({ now: start, leaseMs: 1, limit: 1 }))).toBe(1);
    expect(await trips(() => storage.commit([enqueue(newJob())]))).toBe(1);
  },
);

const confirm = (attempt: string) => [
  useToken(tokenId('token'), { now: start, attempt: attemptId(attempt) }),
  requireEnabled(ann),
  setPassword(ann, '$new$hash', start),
  closeTokens(ann, ['reset'], start),
  record(entry(attempt)),
];

test('with the routine, a commit takes one round trip, whatever becomes of it, and so do its limits', async () => {
  const { proxy, storage, trips } = await counting(true);
  const begin = () => storage.commit([enqueue(newJob())], [limit]);
  expect(await trips(begin)).toBe(1);
  expect(await trips(async () => expect((await begin()).outcome).toBe('limited'))).toBe(1);
  expect(await trips(() => storage.commit(confirm('a')))).toBe(1);
  expect(await trips(async () => expect((await storage.commit(confirm('b'))).outcome).toBe('guard_failed'))).toBe(1);
  await expect(storage.commit([record(entry('a'))])).rejects.toThrow(StorageUnavailable);
  expect(proxy.statements()).toHaveLength(2);
});

test('with the routine, a code takes the place of the one before it in one round trip', async () => {
  const { storage, trips } = await counting(true);
  const open = async () => (await storage.findCodes(defaultRealm, address('ann@example.com')))[0]?.code?.id;
  for (const id of ['first', 'second'].map(tokenId)) {
    const issued = issueToken(newToken({ id, purpose: 'reset_code' }));
    expect(await trips(() => storage.commit([issued, closeTokens(ann, ['reset', 'reset_code'], start)]))).toBe(1);
    expect(await open()).toBe(id);
  }
  expect((await storage.findToken(tokenId('first')))?.token.closedAt).toBe(start);
});

test('statements of a commit go out together: locks with guards, effects, and the end', async () => {
  const { proxy, storage, trips } = await counting(false);
  expect(await trips(() => storage.commit(confirm('a')))).toBe(3);
  expect(proxy.statements()[0]).toBe('begin isolation level read committed');
  expect(proxy.statements().at(-1)).toBe('commit');
  expect(await trips(() => storage.commit(confirm('b')))).toBe(2);
  expect(proxy.statements().at(-1)).toBe('rollback');
  expect(await trips(() => storage.commit([requireEnabled(ann), closeTokens(ann, ['revoke'], start)]))).toBe(2);
  // Whether the row was written is known before the end is sent.
  expect(await trips(() => storage.commit([requireEnabled(ann), setPassword(ann, '$other$', start)]))).toBe(3);
});

test('no effect is sent before the guards have answered', async () => {
  const { proxy, storage } = await counting(false);
  proxy.reset();
  const held = proxy.hold(/^select .* "pwreset_tokens" .* for update$/);
  const commit = storage.commit(confirm('a'));
  const release = await held;
  // Nothing of this commit passes any more: a second connection of the same proxy shows that its statements would have.
  const other = await openStorage({ connection: proxy.url, routine: false });
  expect(await other.findUserById(userId('nobody'))).toBeNull();
  expect(proxy.statements().filter((sql) => /^(?:update|insert)/.test(sql))).toEqual([]);
  release();
  expect(await commit).toEqual({ outcome: 'applied' });
});

test('without the routine, a refused charge says how long to wait', async () => {
  const { storage, trips } = await counting(false);
  await storage.charge([limit]);
  expect(await storage.charge([limit])).toEqual({ outcome: 'limited', limit: 0, retryAfterMs: 1000 });
  expect(await trips(() => storage.charge([limit]))).toBe(4);
});
