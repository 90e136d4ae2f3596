import assert from 'node:assert/strict';
import { buryJob, enqueue, finishJob, holdJob, issueToken, record, renewJob, retryJob } from '@pwreset/core';
import { count, expectLosers, inEach, type ProcessesCases, sorted } from './processes-kit.js';
import { attemptIdOf, entry, jobIdOf, later, newJob, newToken, start, tokenIdOf } from './storage-builders.js';
import { addUser, apply, times } from './storage-kit.js';

const leaseMs = 30_000;
const claim = (now = start, limit = 1) => ({ now, leaseMs, limit });
const heldNoMore = { outcome: 'guard_failed', guard: 0 } as const;

export const processesJobCases: ProcessesCases = {
  'P5: each job is claimed by one process': async (shared) => {
    const { storage, application } = shared;
    const size = 12;
    for (const round of times(8, (n) => n)) {
      const ids = times(size, (n) => jobIdOf(round * size + n));
      await apply(
        storage,
        times(size, (n) => enqueue(newJob(round * size + n))),
      );
      const claimed = await inEach(shared, (contender) =>
        contender.claimJobs([claim(start, size), claim(), claim(), claim(start, size)], 2),
      );
      // A claim may pass over what another is just taking; nothing may be left in the end.
      const left = await storage.claimJobs(claim(start, size));
      const jobs = [...claimed.flat(2), ...left];
      assert.deepEqual(sorted(jobs.map(({ id }) => id)), sorted(ids));
      for (const { attempt } of jobs) assert.equal(attempt, 1);
    }
    for (const { attempt } of await application.jobs()) assert.equal(attempt, 1);
    assert.deepEqual(await inEach(shared, (contender) => contender.claimJobs([claim()])), [[[]], [[]], [[]]]);
  },

  'P5: a job is claimed again when its lease is over, by one process, and not before': async (shared) => {
    const { storage } = shared;
    await apply(storage, [enqueue(newJob(1))]);
    const [first, second, third] = shared.contenders;
    const attemptsOf = async (contender: typeof first, now: number) =>
      (await contender.claimJobs([claim(now)])).flat().map(({ attempt }) => attempt);
    assert.deepEqual(await attemptsOf(first, start), [1]);
    for (const other of [second, third]) assert.deepEqual(await attemptsOf(other, start + leaseMs - 1), []);
    const again = await inEach(shared, (contender) => attemptsOf(contender, start + leaseMs));
    const late = await storage.claimJobs(claim(start + leaseMs));
    assert.deepEqual([...again.flat(), ...late.map(({ attempt }) => attempt)], [2]);
  },

  'P5: a holder whose lease another process took over can change nothing': async (shared) => {
    const { storage, application } = shared;
    await apply(storage, [enqueue(newJob(1))]);
    const [stale, holder] = shared.contenders;
    await stale.claimJobs([claim()]);
    await holder.claimJobs([claim(start + leaseMs)]);
    const before = await application.jobs();
    const effects = [
      finishJob(jobIdOf(1), later),
      retryJob(jobIdOf(1), later),
      renewJob(jobIdOf(1), later + 9 * leaseMs),
      buryJob(jobIdOf(1), later),
    ];
    const lists = effects.map((effect) => [holdJob(jobIdOf(1), 1), effect, enqueue(newJob(2))]);
    assert.deepEqual(await stale.commit(lists), [heldNoMore, heldNoMore, heldNoMore, heldNoMore]);
    assert.deepEqual(await application.jobs(), before);
    assert.deepEqual(await holder.commit([[holdJob(jobIdOf(1), 2), finishJob(jobIdOf(1), later)]]), [
      { outcome: 'applied' },
    ]);
  },

  'P5: a holder that ends its job as the lease passes to another process ends it before that, or not at all': async (
    shared,
  ) => {
    const { storage, application } = shared;
    const [holder, second, third] = shared.contenders;
    const numbers = times(12, (n) => n);
    await apply(
      storage,
      numbers.map((n) => enqueue(newJob(n))),
    );
    await holder.claimJobs([claim(start, numbers.length)]);
    const lists = numbers.map((n) => [
      holdJob(jobIdOf(n), 1),
      finishJob(jobIdOf(n), later),
      record(entry(n)),
      enqueue(newJob(100 + n, { dueAt: later * 2 })),
    ]);
    const queries = times(6, () => claim(start + leaseMs));
    const [finished, ...taken] = await Promise.all([
      holder.commit(lists),
      second.claimJobs(queries),
      third.claimJobs(queries),
    ]);
    expectLosers(finished, heldNoMore);
    const ended = numbers.filter((_, index) => finished[index]?.outcome === 'applied');
    const lost = taken.flat(2);
    for (const { attempt } of lost) assert.equal(attempt, 2);
    assert.deepEqual(sorted([...ended.map(jobIdOf), ...lost.map(({ id }) => id)]), sorted(numbers.map(jobIdOf)));
    assert.deepEqual(sorted((await application.audit()).map(({ id }) => id)), sorted(ended.map(attemptIdOf)));
    const jobs = await application.jobs();
    assert.equal(jobs.length, numbers.length + ended.length);
    assert.deepEqual(
      sorted(jobs.filter(({ state }) => state === 'done').map(({ id }) => id)),
      sorted(ended.map(jobIdOf)),
    );
  },

  'of several processes that end one job, one does what follows from it': async (shared) => {
    const { storage, application } = shared;
    const id = await addUser(application);
    const numbers = times(8, (n) => n);
    await apply(
      storage,
      numbers.map((n) => enqueue(newJob(n, { kind: 'begin' }))),
    );
    await storage.claimJobs(claim(start, numbers.length));
    const results = await inEach(shared, (contender, process) =>
      contender.commit(
        numbers.map((n) => [
          holdJob(jobIdOf(n), 1),
          finishJob(jobIdOf(n), later),
          issueToken(newToken(n + 100 * process, id)),
          enqueue(newJob(n + 100 + 100 * process)),
          record(entry(n + 100 * process, { event: 'reset_begun', userId: id })),
        ]),
        { atOnce: 2 },
      ),
    );
    expectLosers(results.flat(), heldNoMore);
    for (const [index, n] of numbers.entries()) {
      const winners = results.flatMap((result, process) => (result[index]?.outcome === 'applied' ? [process] : []));
      assert.equal(winners.length, 1, `job ${n} was ended by ${winners.length} processes`);
      for (const process of [0, 1, 2]) {
        const issued = await storage.findToken(tokenIdOf(n + 100 * process));
        assert.equal(issued !== null, winners.includes(process));
      }
    }
    assert.equal(count(results.flat(), 'applied'), numbers.length);
    assert.equal((await application.audit()).length, numbers.length);
    assert.equal((await application.jobs()).filter(({ state }) => state === 'pending').length, numbers.length);
  },

  'P5: of several processes whose lists hold one job, and concern no user, one ends it': async (shared) => {
    const { storage, application } = shared;
    const numbers = times(8, (n) => n);
    await apply(
      storage,
      numbers.map((n) => enqueue(newJob(n))),
    );
    await storage.claimJobs(claim(start, numbers.length));
    // Every process has found the jobs held before the first one ends them.
    const holds = numbers.map((n) => [holdJob(jobIdOf(n), 1)]);
    for (const held of await inEach(shared, (contender) => contender.commit(holds))) {
      assert.equal(count(held, 'applied'), numbers.length);
    }
    const attempt = (n: number, process: number) => n + 100 + 100 * process;
    const results = await inEach(shared, (contender, process) =>
      contender.commit(
        numbers.map((n) => [
          holdJob(jobIdOf(n), 1),
          finishJob(jobIdOf(n), later),
          enqueue(newJob(attempt(n, process))),
          record(entry(attempt(n, process))),
        ]),
        { atOnce: 4 },
      ),
    );
    expectLosers(results.flat(), heldNoMore);
    const won = results.flatMap((result, process) =>
      numbers
        .filter((_, index) => result[index]?.outcome === 'applied')
        .map((n) => ({ n, attempt: attempt(n, process) })),
    );
    assert.deepEqual(sorted(won.map(({ n }) => jobIdOf(n))), sorted(numbers.map(jobIdOf)));
    const attempts = won.map((one) => one.attempt);
    assert.deepEqual(sorted((await application.audit()).map(({ id }) => id)), sorted(attempts.map(attemptIdOf)));
    const pending = (await application.jobs()).filter(({ state }) => state === 'pending');
    assert.deepEqual(sorted(pending.map(({ id }) => id)), sorted(attempts.map(jobIdOf)));
  },
};
