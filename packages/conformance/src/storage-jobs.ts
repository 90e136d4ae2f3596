import assert from 'node:assert/strict';
import { buryJob, enqueue, finishJob, type JobKind, renewJob, retryJob } from '@pwreset/core';
import { jobIdOf, minute, newJob, start } from './storage-builders.js';
import { apply, expectNoTrace, jobOf, type StorageCases, times } from './storage-kit.js';
import { claim, claimIds, leaseMs, nothing } from './storage-leases.js';

export const jobCases: StorageCases = {
  'a job is handed out as it was queued, with its attempt': async ({ storage }) => {
    const job = newJob(1, { kind: 'begin', uniqueKey: 'begin:1', address: 'Ann@example.org' });
    await apply(storage, [enqueue(job)]);
    assert.deepEqual(await claim(storage), [{ ...job, attempt: 1 }]);
  },

  'a job without address or unique key is handed out so': async ({ storage }) => {
    const job = newJob(1, { kind: 'signal', address: null });
    await apply(storage, [enqueue(job)]);
    assert.deepEqual(await claim(storage), [{ ...job, attempt: 1 }]);
  },

  'a job is due from dueAt on': async ({ storage }) => {
    await apply(storage, [enqueue(newJob(1, { dueAt: start + 10 }))]);
    assert.deepEqual(await claimIds(storage, start + 9), []);
    assert.deepEqual(await claimIds(storage, start + 10), [jobIdOf(1)]);
  },

  'signals come before notices, notices before mails, mails before begins, each by dueAt': async ({ storage }) => {
    const jobs = [
      newJob(1, { kind: 'begin', dueAt: start - 9 }),
      newJob(2, { kind: 'mail', dueAt: start - 1 }),
      newJob(3, { kind: 'mail', dueAt: start - 2 }),
      newJob(4, { kind: 'notice', dueAt: start }),
      newJob(5, { kind: 'signal', dueAt: start }),
      newJob(6, { kind: 'signal', dueAt: start - 1 }),
      newJob(7, { kind: 'signal', dueAt: start + 1 }),
    ];
    await apply(storage, jobs.map(enqueue));
    assert.deepEqual(await claimIds(storage), [6, 5, 4, 3, 2, 1].map(jobIdOf));
  },

  'only the kinds that were asked for are handed out': async ({ storage }) => {
    await apply(storage, [enqueue(newJob(1, { kind: 'signal' })), enqueue(newJob(2, { kind: 'mail' }))]);
    const some = (kinds: readonly JobKind[]) => storage.claimJobs({ now: start, leaseMs, limit: 10, kinds });
    assert.deepEqual(await some([]), []);
    const claimed = await some(['mail', 'begin']);
    assert.deepEqual(
      claimed.map(({ id }) => id),
      [jobIdOf(2)],
    );
    assert.deepEqual(await claimIds(storage), [jobIdOf(1)]);
  },

  'no more are handed out than asked for, and the most urgent first': async ({ storage }) => {
    await apply(
      storage,
      times(5, (n) => enqueue(newJob(n, { dueAt: start - n }))),
    );
    assert.deepEqual(await claimIds(storage, start, 2), [5, 4].map(jobIdOf));
    assert.deepEqual(await claimIds(storage, start, 2), [3, 2].map(jobIdOf));
    assert.deepEqual(await claimIds(storage, start, 2), [1].map(jobIdOf));
  },

  'a job whose work is pointless by now is handed out all the same': async ({ storage }) => {
    await apply(storage, [enqueue(newJob(1, { expiresAt: start + 1 }))]);
    assert.deepEqual(await claimIds(storage, start + 60 * minute), [jobIdOf(1)]);
  },

  'finishJob erases address, payload and unique key, and the job is not handed out again': async (subject) => {
    const { storage, application } = subject;
    await apply(storage, [enqueue(newJob(1, { uniqueKey: 'k' }))]);
    await claim(storage);
    await apply(storage, [finishJob(jobIdOf(1), start + 5)]);
    const { state, endedAt, address, payload, uniqueKey } = (await jobOf(application, 1)) ?? {};
    assert.deepEqual([state, endedAt, address, payload, uniqueKey], ['done', start + 5, null, '{}', null]);
    assert.deepEqual(await claim(storage, start + leaseMs), []);
  },

  'buryJob erases address and unique key and keeps the payload': async ({ storage, application }) => {
    await apply(storage, [enqueue(newJob(1, { uniqueKey: 'k' }))]);
    await claim(storage);
    await apply(storage, [buryJob(jobIdOf(1), start + 5)]);
    const { state, endedAt, address, payload, uniqueKey } = (await jobOf(application, 1)) ?? {};
    assert.deepEqual([state, endedAt, address, payload, uniqueKey], ['dead', start + 5, null, '{"n":1}', null]);
    assert.deepEqual(await claim(storage, start + leaseMs), []);
  },

  'a job that has ended stays as it is': async (subject) => {
    const { storage } = subject;
    await apply(storage, [enqueue(newJob(1)), enqueue(newJob(2))]);
    await apply(storage, [finishJob(jobIdOf(1), start), buryJob(jobIdOf(2), start)]);
    await expectNoTrace(subject, nothing, async () => {
      for (const change of [
        (n: number) => retryJob(jobIdOf(n), start),
        (n: number) => renewJob(jobIdOf(n), start),
        (n: number) => finishJob(jobIdOf(n), start + 1),
        (n: number) => buryJob(jobIdOf(n), start + 1),
      ]) {
        await apply(storage, [change(1), change(2)]);
      }
    });
    assert.deepEqual(await claim(storage, start + 60 * minute), []);
  },

  'one pending job has a unique key, and a second is left out of an applied list': async (subject) => {
    const { storage, application } = subject;
    await apply(storage, [enqueue(newJob(1, { uniqueKey: 'begin:1' }))]);
    await apply(storage, [enqueue(newJob(2, { uniqueKey: 'begin:1' })), enqueue(newJob(3, { uniqueKey: 'begin:2' }))]);
    assert.equal(await jobOf(application, 2), undefined);
    assert.ok(await jobOf(application, 3));
    await claim(storage);
    await apply(storage, [enqueue(newJob(4, { uniqueKey: 'begin:1' }))]);
    assert.equal(await jobOf(application, 4), undefined, 'a job in the hands of a worker is pending too');
    await apply(storage, [retryJob(jobIdOf(1), start)]);
    await apply(storage, [enqueue(newJob(5, { uniqueKey: 'begin:1' }))]);
    assert.equal(await jobOf(application, 5), undefined, 'a job that waits for another attempt is pending too');
    assert.equal((await jobOf(application, 1))?.uniqueKey, 'begin:1');
  },

  'any number of jobs have no unique key': async ({ storage, application }) => {
    await apply(
      storage,
      times(5, (n) => enqueue(newJob(n))),
    );
    assert.equal((await application.jobs()).length, 5);
  },

  'a job that has ended frees its unique key, in the same list too': async ({ storage, application }) => {
    const job = (n: number) => enqueue(newJob(n, { uniqueKey: 'begin:1' }));
    await apply(storage, [job(1)]);
    await apply(storage, [finishJob(jobIdOf(1), start)]);
    await apply(storage, [job(2)]);
    assert.ok(await jobOf(application, 2));
    await apply(storage, [buryJob(jobIdOf(2), start), job(3)]);
    assert.ok(await jobOf(application, 3));
    await apply(storage, [job(4), finishJob(jobIdOf(3), start)]);
    assert.ok(await jobOf(application, 4));
  },

  'a job whose id is taken is left out of an applied list': async (subject) => {
    const { storage } = subject;
    await apply(storage, [enqueue(newJob(1)), enqueue(newJob(2))]);
    await apply(storage, [finishJob(jobIdOf(2), start)]);
    await expectNoTrace(subject, nothing, async () => {
      await apply(storage, [enqueue(newJob(1, { kind: 'signal', payload: 'other' })), enqueue(newJob(2))]);
    });
  },
};
