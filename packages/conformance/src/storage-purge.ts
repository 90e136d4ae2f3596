import assert from 'node:assert/strict';
import {
  buryJob,
  closeTokens,
  createKey,
  createService,
  createUser,
  enqueue,
  finishJob,
  issueToken,
  record,
  useToken,
} from '@pwreset/core';
import {
  attemptIdOf,
  entry,
  jobIdOf,
  limit,
  minute,
  newJob,
  newKey,
  newService,
  newToken,
  newUser,
  start,
  tokenIdOf,
  userIdOf,
} from './storage-builders.js';
import { apply, expectNoTrace, type StorageCases, times } from './storage-kit.js';

/** Times around one moment at which things end. */
const end = start + 10 * minute;
const farOff = end + 10_000 * minute;

export const purgeCases: StorageCases = {
  'an empty storage has nothing to purge': async (storage) => {
    assert.equal(await storage.purge(farOff, 100), 0);
  },

  'tokens that were used, closed or expired before the time go, and not those that ended at it': async (storage) => {
    const ending = (n: number, expiresAt: number) =>
      issueToken(newToken(n, { userId: userIdOf(n), purpose: 'reset', expiresAt }));
    await apply(storage, [ending(1, farOff), ending(2, farOff), ending(3, end)]);
    await apply(storage, [useToken(tokenIdOf(1), { now: end, attempt: attemptIdOf(1) })]);
    await apply(storage, [closeTokens(userIdOf(2), ['reset'], end)]);
    await expectNoTrace(storage, { users: [], tokens: [1, 2, 3] }, async () => {
      assert.equal(await storage.purge(end, 100), 0);
    });
    assert.equal(await storage.purge(end + 1, 100), 3);
    for (const n of [1, 2, 3]) assert.equal(await storage.findToken(tokenIdOf(n)), null);
  },

  'jobs that were done or dead before the time go, and not those that ended at it': async (storage) => {
    await apply(storage, [enqueue(newJob(1)), enqueue(newJob(2))]);
    await apply(storage, [finishJob(jobIdOf(1), end), buryJob(jobIdOf(2), end)]);
    assert.equal(await storage.purge(end, 100), 0);
    assert.equal(await storage.purge(end + 1, 100), 2);
    assert.deepEqual(await storage.listJobs({ limit: 100 }), []);
  },

  'audit rows from before the time go, and not those from it': async (storage) => {
    await apply(storage, [record(entry(1, { at: end })), record(entry(2, { at: end - 1 }))]);
    assert.equal(await storage.purge(end, 100), 1);
    assert.deepEqual(await storage.listAudit({ limit: 10 }), [entry(1, { at: end })]);
  },

  'a limit goes when it has refilled, and not while it counts': async (storage) => {
    const full = limit({ capacity: 2 });
    await storage.charge([full, full]);
    const refilled = start + 2 * minute;
    assert.equal(await storage.purge(refilled, 100), 0);
    assert.equal((await storage.charge([full])).outcome, 'limited');
    assert.equal(await storage.purge(refilled + 1, 100), 1);
  },

  'what is live stays, however old it is': async (storage) => {
    await apply(storage, [
      createUser(newUser(1)),
      createUser(newUser(2, { enabled: false, stored: null })),
      createKey(newKey(1, { enabled: false, revoked: true })),
      createService(newService(1, { enabled: false })),
      issueToken(newToken(1, { expiresAt: farOff + 1 })),
      enqueue(newJob(1, { expiresAt: start + 1 })),
      enqueue(newJob(2, { expiresAt: start + 1 })),
      record(entry(1, { at: farOff })),
    ]);
    await storage.claimJobs({ now: start, leaseMs: 1, limit: 1 });
    await expectNoTrace(storage, { users: [1, 2], tokens: [1] }, async () => {
      assert.equal(await storage.purge(farOff, 100), 0);
    });
    assert.deepEqual(await storage.findService(newService(1).id), newService(1, { enabled: false }));
    assert.equal((await storage.claimJobs({ now: farOff, leaseMs: 1, limit: 10 })).length, 2);
  },

  'no more than the limit of each sort goes at once': async (storage) => {
    await apply(storage, [
      ...times(5, (n) => issueToken(newToken(n))),
      ...times(3, (n) => enqueue(newJob(n))),
      ...times(4, (n) => record(entry(n))),
    ]);
    await apply(
      storage,
      times(3, (n) => finishJob(jobIdOf(n), start)),
    );
    await storage.charge(['a', 'b', 'c'].map((key) => limit({ key })));
    const purged: number[] = [];
    for (let round = 0; round < 4; round += 1) purged.push(await storage.purge(farOff, 2));
    assert.deepEqual(purged, [8, 6, 1, 0]);
    assert.deepEqual(await storage.listAudit({ limit: 10 }), []);
    assert.deepEqual(await storage.listJobs({ limit: 10 }), []);
  },

  'an id that was purged can be queued again': async (storage) => {
    await apply(storage, [enqueue(newJob(1))]);
    await apply(storage, [finishJob(jobIdOf(1), start)]);
    await storage.purge(start + 1, 10);
    await apply(storage, [enqueue(newJob(1))]);
    assert.equal((await storage.listJobs({ state: 'pending', limit: 10 })).length, 1);
  },
};
