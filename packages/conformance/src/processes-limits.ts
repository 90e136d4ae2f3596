import assert from 'node:assert/strict';
import { clearLimit, enqueue, record } from '@pwreset/core';
import { count, inEach, type ProcessesCases } from './processes-kit.js';
import { entry, limit, minute, newJob } from './storage-builders.js';
import { times } from './storage-kit.js';

const limited = (index: number) => ({ outcome: 'limited', limit: index, retryAfterMs: minute }) as const;

export const processesLimitCases: ProcessesCases = {
  'charges in several processes never pass the limit, and all of it can be used': async (shared) => {
    const { storage } = shared;
    const capacity = 17;
    const results = await inEach(shared, (contender) =>
      contender.charge(
        times(20, () => [limit({ capacity })]),
        5,
      ),
    );
    const all = results.flat();
    assert.equal(count(all, 'charged'), capacity);
    for (const result of all) if (result.outcome === 'limited') assert.deepEqual(result, limited(0));
    assert.deepEqual(await storage.charge([limit({ capacity })]), limited(0));
  },

  'a limit that one process has used up is used up for all, and one that it cleared is free for all': async (
    shared,
  ) => {
    const { storage } = shared;
    const [first, second, third] = shared.contenders;
    const once = limit({ capacity: 1 });
    assert.deepEqual(await first.charge([[once]]), [{ outcome: 'charged' }]);
    for (const other of [second, third]) assert.deepEqual(await other.charge([[once]]), [limited(0)]);
    assert.deepEqual(await storage.charge([once]), limited(0));
    assert.deepEqual(await second.commit([[clearLimit(once.key)]]), [{ outcome: 'applied' }]);
    assert.deepEqual(await third.charge([[once]]), [{ outcome: 'charged' }]);
    assert.deepEqual(await first.charge([[once]]), [limited(0)]);
  },

  'charges of several limits in different orders all end, and none is passed': async (shared) => {
    const both = [limit({ key: 'a', capacity: 5 }), limit({ key: 'b', capacity: 50 })];
    const results = await inEach(shared, (contender, process) =>
      contender.charge(
        times(12, (n) => ((n + process) % 2 === 0 ? both : both.toReversed())),
        4,
      ),
    );
    assert.equal(count(results.flat(), 'charged'), 5);
  },

  'commits with limits in several processes: as many are applied as the limit allows': async (shared) => {
    const { application } = shared;
    const limits = [limit({ key: 'free', capacity: 1000 }), limit({ capacity: 4 })];
    const results = await inEach(shared, (contender, process) =>
      contender.commit(
        times(8, (n) => [record(entry(process * 8 + n))]),
        { limits, atOnce: 4 },
      ),
    );
    const all = results.flat();
    assert.equal(count(all, 'applied'), 4);
    for (const result of all) if (result.outcome !== 'applied') assert.deepEqual(result, limited(1));
    assert.equal((await application.audit()).length, 4);
  },

  'P1: of jobs that several processes queue with one unique key, one is pending, and no list fails': async (shared) => {
    const { application } = shared;
    const results = await inEach(shared, (contender, process) =>
      contender.commit(
        times(6, (n) => [enqueue(newJob(process * 6 + n, { kind: 'begin', uniqueKey: 'begin:1' }))]),
        { limits: [limit({ capacity: 100 })], atOnce: 3 },
      ),
    );
    assert.equal(count(results.flat(), 'applied'), 18);
    assert.equal((await application.jobs()).length, 1);
  },
};
