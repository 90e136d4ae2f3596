import { enqueue, finishJob, holdJob, jobId, retryJob } from '@pwreset/core';
import { expect, test } from 'vitest';
import { freshPath, newJob, openStorage, start } from './support.js';

test('two connections that claim at once never hold one job between them', async () => {
  const database = freshPath();
  const [one, two] = [openStorage({ database }), openStorage({ database })];
  await one.commit(Array.from({ length: 21 }, (_, n) => enqueue(newJob({ id: jobId(`${n}`) }))));
  const claim = { now: start, leaseMs: 1000, limit: 3 };
  const claimed = await Promise.all(Array.from({ length: 8 }, (_, n) => (n % 2 === 0 ? one : two).claimJobs(claim)));
  const ids = claimed.flat().map(({ id }) => id);
  expect(ids).toHaveLength(21);
  expect(new Set(ids).size).toBe(21);
});

test('an expired lease goes to the other connection, and the first one is fenced off', async () => {
  const database = freshPath();
  const [one, two] = [openStorage({ database }), openStorage({ database })];
  await one.commit([enqueue(newJob())]);
  const [first] = await one.claimJobs({ now: start, leaseMs: 1000, limit: 1 });
  expect(await two.claimJobs({ now: start + 999, leaseMs: 1000, limit: 1 })).toEqual([]);
  const [second] = await two.claimJobs({ now: start + 1000, leaseMs: 1000, limit: 1 });
  expect([first?.attempt, second?.attempt]).toEqual([1, 2]);
  const end = finishJob(jobId('job'), start);
  expect(await one.commit([holdJob(jobId('job'), 1), end])).toEqual({ outcome: 'guard_failed', guard: 0 });
  await two.commit([holdJob(jobId('job'), 2), retryJob(jobId('job'), start + 5000)]);
  expect(await two.commit([holdJob(jobId('job'), 2), end])).toEqual({ outcome: 'guard_failed', guard: 0 });
  expect(await one.claimJobs({ now: start + 4999, leaseMs: 1000, limit: 1 })).toEqual([]);
  expect(await one.claimJobs({ now: start + 5000, leaseMs: 1000, limit: 1 })).toMatchObject([{ attempt: 3 }]);
});

test('signals come before notices, notices before mails, mails before begins, and the older first', async () => {
  const storage = openStorage({ database: ':memory:' });
  const kinds = ['begin', 'mail', 'notice', 'signal'] as const;
  for (const [n, kind] of kinds.entries()) {
    await storage.commit([
      enqueue(newJob({ id: jobId(`late ${kind}`), kind, dueAt: start - n })),
      enqueue(newJob({ id: jobId(`early ${kind}`), kind, dueAt: start - 10 - n })),
    ]);
  }
  const expected = kinds.toReversed().flatMap((kind) => [`early ${kind}`, `late ${kind}`]);
  const claimed = async (now: number, limit: number) =>
    (await storage.claimJobs({ now, leaseMs: 1000, limit })).map(({ id }) => id);
  expect(await claimed(start, 8)).toEqual(expected);
  // Asked for one at a time, the database alone chooses.
  for (const id of expected) expect(await claimed(start + 1000, 1)).toEqual([id]);
});
