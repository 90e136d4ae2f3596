import assert from 'node:assert/strict';
import { buryJob, closeTokens, enqueue, finishJob, issueToken, record, useToken } from '@pwreset/core';
import {
  attemptIdOf,
  entry,
  jobIdOf,
  keyIdOf,
  later,
  limit,
  minute,
  newJob,
  newToken,
  start,
  tokenIdOf,
} from './storage-builders.js';
import { addUser, apply, expectNoTrace, type StorageCases, times } from './storage-kit.js';

/** Times around one moment at which things end. */
const end = start + 10 * minute;
const farOff = end + 10_000 * minute;

export const purgeCases: StorageCases = {
  'an empty storage has nothing to purge': async ({ storage }) => {
    assert.equal(await storage.purge(farOff, 100), 0);
  },

  'tokens that were used, closed or expired before the time go, and not those that ended at it': async (subject) => {
    const { storage, application } = subject;
    const closing = await addUser(application, 2);
    const other = await addUser(application, 1);
    await apply(storage, [
      issueToken(newToken(1, other, { expiresAt: farOff })),
      issueToken(newToken(2, closing, { expiresAt: farOff })),
      issueToken(newToken(3, other, { expiresAt: end })),
    ]);
    await apply(storage, [useToken(tokenIdOf(1), { now: end, attempt: attemptIdOf(1) })]);
    await apply(storage, [closeTokens(closing, ['reset'], end)]);
    await expectNoTrace(subject, { users: [], tokens: [1, 2, 3] }, async () => {
      assert.equal(await storage.purge(end, 100), 0);
    });
    assert.equal(await storage.purge(end + 1, 100), 3);
    for (const n of [1, 2, 3]) assert.equal(await storage.findToken(tokenIdOf(n)), null);
  },

  'jobs that were done or dead before the time go, and not those that ended at it': async ({
    storage,
    application,
  }) => {
    await apply(storage, [enqueue(newJob(1)), enqueue(newJob(2))]);
    await apply(storage, [finishJob(jobIdOf(1), end), buryJob(jobIdOf(2), end)]);
    assert.equal(await storage.purge(end, 100), 0);
    assert.equal(await storage.purge(end + 1, 100), 2);
    assert.deepEqual(await application.jobs(), []);
  },

  'audit rows from before the time go, and not those from it': async ({ storage, application }) => {
    await apply(storage, [record(entry(1, { at: end })), record(entry(2, { at: end - 1 }))]);
    assert.equal(await storage.purge(end, 100), 1);
    assert.deepEqual(await application.audit(), [entry(1, { at: end })]);
  },

  'what settling left behind goes with its time, and not before': async ({ storage }) => {
    await storage.settle(attemptIdOf(1), end);
    assert.equal(await storage.purge(end, 100), 0);
    assert.equal(await storage.purge(end + 1, 100), 1);
  },

  'a limit goes when it has refilled, and not while it counts': async ({ storage }) => {
    const full = limit({ capacity: 2 });
    await storage.charge([full, full]);
    const refilled = start + 2 * minute;
    assert.equal(await storage.purge(refilled, 100), 0);
    assert.equal((await storage.charge([full])).outcome, 'limited');
    assert.equal(await storage.purge(refilled + 1, 100), 1);
  },

  'what is live stays, however old it is': async (subject) => {
    const { storage, application } = subject;
    const id = await addUser(application);
    await addUser(application, 2, { enabled: false });
    await application.addKey({ id: keyIdOf(1), userId: id, createdAt: start });
    await apply(storage, [
      issueToken(newToken(1, id, { expiresAt: farOff + 1 })),
      issueToken(newToken(2, id, { purpose: 'revoke', expiresAt: farOff })),
      enqueue(newJob(1, { expiresAt: start + 1 })),
      enqueue(newJob(2, { expiresAt: start + 1 })),
      record(entry(1, { at: farOff })),
    ]);
    await storage.claimJobs({ now: start, leaseMs: 1, limit: 1 });
    await storage.charge([limit({ capacity: 1, now: farOff })]);
    await expectNoTrace(subject, { users: [1, 2], tokens: [1, 2] }, async () => {
      assert.equal(await storage.purge(farOff, 100), 0);
    });
    assert.equal((await storage.claimJobs({ now: farOff, leaseMs: 1, limit: 10 })).length, 2);
    assert.equal((await storage.charge([limit({ capacity: 1, now: farOff })])).outcome, 'limited');
  },

  'no more than the limit of each sort goes at once': async ({ storage, application }) => {
    const id = await addUser(application);
    await apply(storage, [
      ...times(5, (n) => issueToken(newToken(n, id))),
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
    assert.deepEqual(await application.audit(), []);
    assert.deepEqual(await application.jobs(), []);
  },

  'a purge that races what it could take takes only what had ended': async ({ storage, application }) => {
    const id = await addUser(application);
    const live = times(5, (n) => newToken(n, id, { expiresAt: farOff + 1 }));
    const ended = times(5, (n) => newToken(10 + n, id));
    await apply(storage, [...live, ...ended].map(issueToken));
    await Promise.all([
      ...live.map((token, n) =>
        apply(storage, [
          useToken(token.id, { now: farOff, attempt: attemptIdOf(n) }),
          record(entry(n, { at: farOff })),
        ]),
      ),
      ...times(4, () => storage.purge(farOff, 2)),
    ]);
    for (const { id: token } of live) assert.equal((await storage.findToken(token))?.token.usedAt, farOff);
    await storage.purge(farOff, 10);
    for (const { id: token } of ended) assert.equal(await storage.findToken(token), null);
    assert.equal((await application.audit()).length, live.length);
  },

  'an id that was purged can be queued again': async ({ storage, application }) => {
    await apply(storage, [enqueue(newJob(1))]);
    await apply(storage, [finishJob(jobIdOf(1), start)]);
    await storage.purge(later, 10);
    await apply(storage, [enqueue(newJob(1))]);
    assert.deepEqual(
      (await application.jobs()).map(({ state }) => state),
      ['pending'],
    );
  },
};
