import assert from 'node:assert/strict';
import {
  buryJob,
  type ClaimedJob,
  type DirectoryStorage,
  enqueue,
  finishJob,
  holdJob,
  issueToken,
  type Job,
  type JobKind,
  renewJob,
  retryJob,
} from '@pwreset/core';
import { jobIdOf, minute, newJob, newToken, start } from './storage-builders.js';
import { apply, expectNoTrace, type StorageCases, times } from './storage-kit.js';

const leaseMs = 30_000;
const nothing = { users: [], tokens: [] };

const claim = (storage: DirectoryStorage, now = start, limit = 10): Promise<readonly ClaimedJob[]> =>
  storage.claimJobs({ now, leaseMs, limit });

const claimIds = async (storage: DirectoryStorage, now = start, limit = 10): Promise<string[]> =>
  (await claim(storage, now, limit)).map(({ id }) => id);

async function listed(storage: DirectoryStorage, n: number): Promise<Job | undefined> {
  return (await storage.listJobs({ limit: 100 })).find(({ id }) => id === jobIdOf(n));
}

export const jobCases: StorageCases = {
  'a job is handed out as it was queued, with its attempt': async (storage) => {
    const job = newJob(1, { kind: 'begin', uniqueKey: 'begin:1', address: 'Ann@example.org' });
    await apply(storage, [enqueue(job)]);
    assert.deepEqual(await claim(storage), [{ ...job, attempt: 1 }]);
  },

  'a job without address or unique key is handed out so': async (storage) => {
    const job = newJob(1, { kind: 'signal', address: null });
    await apply(storage, [enqueue(job)]);
    assert.deepEqual(await claim(storage), [{ ...job, attempt: 1 }]);
  },

  'a job is due from dueAt on': async (storage) => {
    await apply(storage, [enqueue(newJob(1, { dueAt: start + 10 }))]);
    assert.deepEqual(await claimIds(storage, start + 9), []);
    assert.deepEqual(await claimIds(storage, start + 10), [jobIdOf(1)]);
  },

  'a lease lasts until leaseUntil and not at it, and attempts count up': async (storage) => {
    await apply(storage, [enqueue(newJob(1))]);
    for (const attempt of [1, 2, 3]) {
      const now = start + (attempt - 1) * leaseMs;
      assert.deepEqual(await claim(storage, now - 1), []);
      assert.deepEqual(await claim(storage, now), [{ ...newJob(1), attempt }]);
      assert.deepEqual(await claim(storage, now), []);
    }
  },

  'signals come before notices, notices before mails, mails before begins, each by dueAt': async (storage) => {
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

  'only the kinds that were asked for are handed out': async (storage) => {
    await apply(storage, [enqueue(newJob(1, { kind: 'signal' })), enqueue(newJob(2, { kind: 'mail' }))]);
    const some = (kinds: readonly JobKind[]) => storage.claimJobs({ now: start, leaseMs, limit: 10, kinds });
    assert.deepEqual(await some([]), []);
    assert.deepEqual(
      (await some(['mail', 'begin'])).map(({ id }) => id),
      [jobIdOf(2)],
    );
    assert.deepEqual(await claimIds(storage), [jobIdOf(1)]);
  },

  'no more are handed out than asked for, and the most urgent first': async (storage) => {
    await apply(
      storage,
      times(5, (n) => enqueue(newJob(n, { dueAt: start - n }))),
    );
    assert.deepEqual(await claimIds(storage, start, 2), [4, 3].map(jobIdOf));
    assert.deepEqual(await claimIds(storage, start, 2), [2, 1].map(jobIdOf));
    assert.deepEqual(await claimIds(storage, start, 2), [0].map(jobIdOf));
  },

  'a job whose work is pointless by now is handed out all the same': async (storage) => {
    await apply(storage, [enqueue(newJob(1, { expiresAt: start + 1 }))]);
    assert.deepEqual(await claimIds(storage, start + 60 * minute), [jobIdOf(1)]);
  },

  'parallel claims hand each job to one': async (storage) => {
    await apply(
      storage,
      times(30, (n) => enqueue(newJob(n))),
    );
    const claimed = (await Promise.all(times(10, () => claimIds(storage, start, 4)))).flat();
    const left = await claimIds(storage, start, 100);
    assert.equal(new Set([...claimed, ...left]).size, 30);
    assert.equal(claimed.length + left.length, 30);
  },

  'parallel claims of an expired lease hand it to one': async (storage) => {
    await apply(storage, [enqueue(newJob(1))]);
    await claim(storage);
    const claimed = (await Promise.all(times(10, () => claim(storage, start + leaseMs)))).flat();
    assert.deepEqual(claimed, [{ ...newJob(1), attempt: 2 }]);
  },

  'finishJob erases address, payload and unique key, and the job is not handed out again': async (storage) => {
    await apply(storage, [enqueue(newJob(1, { uniqueKey: 'k' }))]);
    await claim(storage);
    await apply(storage, [holdJob(jobIdOf(1), 1), finishJob(jobIdOf(1), start + 5)]);
    const job = await listed(storage, 1);
    assert.deepEqual(
      [job?.state, job?.endedAt, job?.address, job?.payload, job?.uniqueKey],
      ['done', start + 5, null, '{}', null],
    );
    assert.deepEqual(await claim(storage, start + leaseMs), []);
  },

  'buryJob erases address and unique key and keeps the payload': async (storage) => {
    await apply(storage, [enqueue(newJob(1, { uniqueKey: 'k' }))]);
    await claim(storage);
    await apply(storage, [holdJob(jobIdOf(1), 1), buryJob(jobIdOf(1), start + 5)]);
    const job = await listed(storage, 1);
    assert.deepEqual(
      [job?.state, job?.endedAt, job?.address, job?.payload, job?.uniqueKey],
      ['dead', start + 5, null, newJob(1).payload, null],
    );
    assert.deepEqual(await claim(storage, start + leaseMs), []);
  },

  'retryJob gives the job back until its new dueAt': async (storage) => {
    await apply(storage, [enqueue(newJob(1))]);
    await claim(storage);
    await apply(storage, [holdJob(jobIdOf(1), 1), retryJob(jobIdOf(1), start + 100)]);
    assert.deepEqual(await claim(storage, start + 99), []);
    assert.deepEqual(await claim(storage, start + 100), [{ ...newJob(1), dueAt: start + 100, attempt: 2 }]);
  },

  'renewJob moves the end of the lease and keeps the attempt': async (storage) => {
    await apply(storage, [enqueue(newJob(1))]);
    await claim(storage);
    await apply(storage, [holdJob(jobIdOf(1), 1), renewJob(jobIdOf(1), start + 5 * leaseMs)]);
    assert.deepEqual(await claim(storage, start + 5 * leaseMs - 1), []);
    await apply(storage, [holdJob(jobIdOf(1), 1)]);
    assert.deepEqual(await claimIds(storage, start + 5 * leaseMs), [jobIdOf(1)]);
  },

  'a worker whose lease was taken over can change nothing': async (storage) => {
    await apply(storage, [enqueue(newJob(1))]);
    await claim(storage);
    await claim(storage, start + leaseMs);
    for (const effect of [
      finishJob(jobIdOf(1), start),
      retryJob(jobIdOf(1), start),
      renewJob(jobIdOf(1), start + 9 * leaseMs),
      buryJob(jobIdOf(1), start),
    ]) {
      await expectNoTrace(storage, nothing, async () => {
        const steps = [holdJob(jobIdOf(1), 1), effect, enqueue(newJob(2))];
        assert.deepEqual(await storage.commit(steps), { outcome: 'guard_failed', guard: 0 });
      });
    }
  },

  'of two workers that finish one job, one does what follows from it': async (storage) => {
    await apply(storage, [enqueue(newJob(1, { kind: 'begin' }))]);
    await claim(storage);
    const results = await Promise.all(
      times(8, (n) =>
        storage.commit([
          holdJob(jobIdOf(1), 1),
          finishJob(jobIdOf(1), start),
          issueToken(newToken(n)),
          enqueue(newJob(10 + n)),
        ]),
      ),
    );
    assert.equal(results.filter(({ outcome }) => outcome === 'applied').length, 1);
    assert.equal((await storage.listJobs({ state: 'pending', limit: 100 })).length, 1);
  },

  'a job that has ended stays as it is': async (storage) => {
    await apply(storage, [enqueue(newJob(1)), enqueue(newJob(2))]);
    await apply(storage, [finishJob(jobIdOf(1), start), buryJob(jobIdOf(2), start)]);
    await expectNoTrace(storage, nothing, async () => {
      for (const n of [1, 2]) {
        await apply(storage, [retryJob(jobIdOf(n), start)]);
        await apply(storage, [renewJob(jobIdOf(n), start)]);
        await apply(storage, [finishJob(jobIdOf(n), start + 1)]);
        await apply(storage, [buryJob(jobIdOf(n), start + 1)]);
      }
    });
    assert.deepEqual(await claim(storage, start + 60 * minute), []);
  },

  'one pending job has a unique key, and a second is left out of an applied list': async (storage) => {
    const first = newJob(1, { uniqueKey: 'begin:1' });
    await apply(storage, [enqueue(first)]);
    await apply(storage, [enqueue(newJob(2, { uniqueKey: 'begin:1' })), enqueue(newJob(3, { uniqueKey: 'begin:2' }))]);
    assert.equal(await listed(storage, 2), undefined);
    assert.ok(await listed(storage, 3));
    await claim(storage);
    await apply(storage, [enqueue(newJob(4, { uniqueKey: 'begin:1' }))]);
    assert.equal(await listed(storage, 4), undefined, 'a job in the hands of a worker is pending too');
    await apply(storage, [retryJob(jobIdOf(1), start)]);
    await apply(storage, [enqueue(newJob(5, { uniqueKey: 'begin:1' }))]);
    assert.equal(await listed(storage, 5), undefined, 'a job that waits for another attempt is pending too');
    assert.equal((await listed(storage, 1))?.uniqueKey, 'begin:1');
  },

  'any number of jobs have no unique key': async (storage) => {
    await apply(
      storage,
      times(5, (n) => enqueue(newJob(n))),
    );
    assert.equal((await storage.listJobs({ limit: 100 })).length, 5);
  },

  'a job that has ended frees its unique key, in the same list too': async (storage) => {
    const job = (n: number) => enqueue(newJob(n, { uniqueKey: 'begin:1' }));
    await apply(storage, [job(1)]);
    await apply(storage, [finishJob(jobIdOf(1), start)]);
    await apply(storage, [job(2)]);
    assert.ok(await listed(storage, 2));
    await apply(storage, [buryJob(jobIdOf(2), start), job(3)]);
    assert.ok(await listed(storage, 3));
    await apply(storage, [job(4), finishJob(jobIdOf(3), start)]);
    assert.ok(await listed(storage, 4));
  },

  'a job whose id is taken is left out of an applied list': async (storage) => {
    await apply(storage, [enqueue(newJob(1)), enqueue(newJob(2))]);
    await apply(storage, [finishJob(jobIdOf(2), start)]);
    await expectNoTrace(storage, nothing, async () => {
      await apply(storage, [enqueue(newJob(1, { kind: 'signal', payload: 'other' })), enqueue(newJob(2))]);
    });
  },
};
