import assert from 'node:assert/strict';
import { clearLimit, type Limit, settleLimit } from '@pwreset/core';
import { limit, minute, start } from './storage-builders.js';
import { apply, type StorageCases, times } from './storage-kit.js';

const { key } = limit();
const day = 24 * 60 * minute;

/** What is kept after charges of one limit at these times, by the arithmetic of {@link Limit}. */
const arrivalAfter = (charges: readonly Limit[]): number | null =>
  charges.reduce<number | null>((arrival, charge) => {
    const settled = settleLimit(arrival, charge);
    return settled.allowed ? settled.arrival : arrival;
  }, null);

export const arrivalCases: StorageCases = {
  'a limit that was never charged has no arrival': async ({ storage }) => {
    assert.equal(await storage.findArrival(key), null);
    await storage.charge([limit({ key: 'other' })]);
    assert.equal(await storage.findArrival(key), null);
  },

  'the arrival is what the arithmetic of Limit keeps': async ({ storage }) => {
    const times = [0, 1, 2, 30_000, minute, minute, 5 * minute, day, day + 1, day - minute, 0, 2 * day];
    const charges = times.map((ms) => limit({ now: start + ms }));
    for (const [index, charge] of charges.entries()) {
      await storage.charge([charge]);
      assert.equal(await storage.findArrival(key), arrivalAfter(charges.slice(0, index + 1)), `charge ${index}`);
    }
  },

  'a charge that is refused leaves the arrival': async ({ storage }) => {
    await storage.charge(times(3, () => limit()));
    for (const now of [start, start + 1, start + minute - 1]) {
      assert.equal((await storage.charge([limit({ now })])).outcome, 'limited');
      assert.equal(await storage.findArrival(key), start + 3 * minute);
    }
  },

  'an arrival a century ahead is kept to the millisecond': async ({ storage }) => {
    const rare = limit({ capacity: 100, refillMs: 50 * 365 * day });
    await storage.charge([rare, rare]);
    assert.equal(await storage.findArrival(key), start + 100 * 365 * day);
  },

  'to look at an arrival charges nothing': async ({ storage }) => {
    for (let count = 0; count < 5; count += 1) assert.equal(await storage.findArrival(key), null);
    await storage.charge([limit()]);
    for (let count = 0; count < 5; count += 1) assert.equal(await storage.findArrival(key), start + minute);
    assert.deepEqual(await storage.charge([limit(), limit(), limit()]), {
      outcome: 'limited',
      limit: 2,
      retryAfterMs: minute,
    });
  },

  'limits that a list brings have arrivals too, and clearLimit takes one away': async ({ storage }) => {
    await apply(storage, [], [limit(), limit({ key: 'other' })]);
    assert.equal(await storage.findArrival(key), start + minute);
    await apply(storage, [clearLimit(key), clearLimit('unknown')]);
    assert.equal(await storage.findArrival(key), null);
    assert.equal(await storage.findArrival('other'), start + minute);
  },

  'a limit that was purged has no arrival, and one that counts keeps its own': async ({ storage }) => {
    await storage.charge([limit({ key: 'old' }), limit({ now: start + day })]);
    await storage.purge(start + day, 100);
    assert.equal(await storage.findArrival('old'), null);
    assert.equal(await storage.findArrival(key), start + day + minute);
  },

  'keys are told apart byte for byte': async ({ storage }) => {
    const keys = ['a', 'A', 'a ', ' a', '\u00e4', 'a\u0308', 'a%', ''];
    await storage.charge(keys.map((each, index) => limit({ key: each, now: start + index })));
    for (const [index, each] of keys.entries()) assert.equal(await storage.findArrival(each), start + index + minute);
    for (const absent of ['b', '%', 'a\0', '\ud83d', "' OR 1=1 --", 'x'.repeat(10_000)]) {
      assert.equal(await storage.findArrival(absent), null);
    }
  },
};
