import assert from 'node:assert/strict';
import {
  buryJob,
  type ClaimedJob,
  enqueue,
  finishJob,
  holdJob,
  issueToken,
  renewJob,
  retryJob,
  type Storage,
} from '@pwreset/core';
import { jobIdOf, newJob, newToken, start } from './storage-builders.js';
import { addUser, apply, expectNoTrace, type StorageCases, times } from './storage-kit.js';

export const leaseMs = 30_000;

/** For what concerns jobs only. */
export const nothing = { users: [], tokens: [] };

export const claim = (storage: Storage, now = start, limit = 10): Promise<readonly ClaimedJob[]> =>
  storage.claimJobs({ now, leaseMs, limit });

export const claimIds = async (storage: Storage, now = start, limit = 10): Promise<string[]> =>
  (await claim(storage, now, limit)).map(({ id }) => id);

export const leaseCases: StorageCases = {
  'a lease lasts until leaseUntil and not at it, and attempts count up': async ({ storage }) => {
    await apply(storage, [enqueue(newJob(1))]);
    for (const attempt of [1, 2, 3]) {
      const now = start + (attempt - 1) * leaseMs;
      assert.deepEqual(await claim(storage, now - 1), []);
      assert.deepEqual(await claim(storage, now), [{ ...newJob(1), attempt }]);
      assert.deepEqual(await claim(storage, now), []);
    }
  },

  'a job is claimed by one worker at a time: parallel claims hand each job to one': async ({ storage }) => {
    await apply(
      storage,
      times(30, (n) => enqueue(newJob(n))),
    );
    const claimed = (await Promise.all(times(10, () => claimIds(storage, start, 4)))).flat();
    const left = await claimIds(storage, start, 100);
    assert.equal(new Set([...claimed, ...left]).size, 30);
    assert.equal(claimed.length + left.length, 30);
  },

  'a job is claimed again after its lease: parallel claims of an expired lease hand it to one': async ({ storage }) => {
    await apply(storage, [enqueue(newJob(1))]);
    await claim(storage);
    const claimed = (await Promise.all(times(10, () => claim(storage, start + leaseMs)))).flat();
    assert.deepEqual(claimed, [{ ...newJob(1), attempt: 2 }]);
  },

  'retryJob gives the job back until its new dueAt': async ({ storage }) => {
    await apply(storage, [enqueue(newJob(1))]);
    await claim(storage);
    await apply(storage, [holdJob(jobIdOf(1), 1), retryJob(jobIdOf(1), start + 100)]);
    assert.deepEqual(await claim(storage, start + 99), []);
    assert.deepEqual(await claim(storage, start + 100), [{ ...newJob(1), dueAt: start + 100, attempt: 2 }]);
  },

  'renewJob moves the end of the lease and keeps the attempt': async ({ storage }) => {
    await apply(storage, [enqueue(newJob(1))]);
    await claim(storage);
    await apply(storage, [holdJob(jobIdOf(1), 1), renewJob(jobIdOf(1), start + 5 * leaseMs)]);
    assert.deepEqual(await claim(storage, start + 5 * leaseMs - 1), []);
    await apply(storage, [holdJob(jobIdOf(1), 1)]);
    assert.deepEqual(await claimIds(storage, start + 5 * leaseMs), [jobIdOf(1)]);
  },

  'a stale lease cannot finish a job: a worker whose lease was taken over can change nothing': async (subject) => {
    const { storage } = subject;
    await apply(storage, [enqueue(newJob(1))]);
    await claim(storage);
    await claim(storage, start + leaseMs);
    for (const effect of [
      finishJob(jobIdOf(1), start),
      retryJob(jobIdOf(1), start),
      renewJob(jobIdOf(1), start + 9 * leaseMs),
      buryJob(jobIdOf(1), start),
    ]) {
      await expectNoTrace(subject, nothing, async () => {
        const steps = [holdJob(jobIdOf(1), 1), effect, enqueue(newJob(2))];
        assert.deepEqual(await storage.commit(steps), { outcome: 'guard_failed', guard: 0 });
      });
    }
    await apply(storage, [holdJob(jobIdOf(1), 2), finishJob(jobIdOf(1), start)]);
  },

  'a worker that finishes a job and one that takes it over do not both have it': async ({ storage }) => {
    await apply(
      storage,
      times(6, (n) => enqueue(newJob(n))),
    );
    await claim(storage);
    const results = await Promise.all([
      ...times(3, (n) => storage.commit([holdJob(jobIdOf(n), 1), finishJob(jobIdOf(n), start)])),
      claimIds(storage, start + leaseMs),
      ...times(3, (n) => storage.commit([holdJob(jobIdOf(n + 3), 1), finishJob(jobIdOf(n + 3), start)])),
    ]);
    const taken = results.flatMap((result) => ('outcome' in result ? [] : result));
    const outcomes = results.flatMap((result) => ('outcome' in result ? [result.outcome] : []));
    const finished = times(6, jobIdOf).filter((_, index) => outcomes[index] === 'applied');
    assert.deepEqual([...taken, ...finished].sort(), times(6, jobIdOf));
  },

  'of two workers that finish one job, one does what follows from it': async ({ storage, application }) => {
    const id = await addUser(application);
    await apply(storage, [enqueue(newJob(1, { kind: 'begin' }))]);
    await claim(storage);
    const results = await Promise.all(
      times(8, (n) =>
        storage.commit([
          holdJob(jobIdOf(1), 1),
          finishJob(jobIdOf(1), start),
          issueToken(newToken(n, id)),
          enqueue(newJob(10 + n)),
        ]),
      ),
    );
    assert.equal(results.filter(({ outcome }) => outcome === 'applied').length, 1);
    assert.equal((await application.jobs()).filter(({ state }) => state === 'pending').length, 1);
  },
};
