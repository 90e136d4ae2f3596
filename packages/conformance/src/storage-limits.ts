import assert from 'node:assert/strict';
import { clearLimit, disableUser, type Limit, record, type Storage, settleLimit } from '@pwreset/core';
import { entry, limit, minute, start } from './storage-builders.js';
import { addUser, apply, type StorageCases, times, userOf } from './storage-kit.js';

const year = 365 * 24 * 60 * minute;
const charged = { outcome: 'charged' } as const;
const limited = (retryAfterMs: number, index = 0) => ({ outcome: 'limited', limit: index, retryAfterMs }) as const;

/** Charges one limit as often as it allows, at most five times, and answers how often that was. */
async function exhaust(storage: Storage, columns: Partial<Limit> = {}): Promise<number> {
  for (let count = 0; count < 5; count += 1) {
    if ((await storage.charge([limit(columns)])).outcome === 'limited') return count;
  }
  return 5;
}

/** A sequence that only looks random, so that every run is the same (a linear congruential generator). */
function* steadyNoise(seed: number): Generator<number, never> {
  for (let state = seed; ; ) {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    yield state;
  }
}

export const limitCases: StorageCases = {
  'nothing to charge is charged': async ({ storage }) => {
    assert.deepEqual(await storage.charge([]), charged);
  },

  'a limit allows its capacity at once and then says exactly when to come back': async ({ storage }) => {
    for (let count = 0; count < 3; count += 1) assert.deepEqual(await storage.charge([limit()]), charged);
    assert.deepEqual(await storage.charge([limit()]), limited(minute));
    assert.deepEqual(await storage.charge([limit({ now: start + 1 })]), limited(minute - 1));
    assert.deepEqual(await storage.charge([limit({ now: start + minute - 1 })]), limited(1));
    assert.deepEqual(await storage.charge([limit({ now: start + minute })]), charged);
    assert.deepEqual(await storage.charge([limit({ now: start + minute })]), limited(minute));
  },

  'a refusal costs nothing': async ({ storage }) => {
    await exhaust(storage);
    for (let count = 0; count < 3; count += 1) assert.deepEqual(await storage.charge([limit()]), limited(minute));
    assert.deepEqual(await storage.charge([limit({ now: start + minute })]), charged);
  },

  'a limit that rested is full again and no fuller': async ({ storage }) => {
    await exhaust(storage);
    assert.equal(await exhaust(storage, { now: start + 3 * minute }), 3);
    assert.equal(await exhaust(storage, { now: start + year }), 3);
  },

  'a capacity of one': async ({ storage }) => {
    const one = { capacity: 1, refillMs: 1 };
    assert.equal(await exhaust(storage, one), 1);
    assert.deepEqual(await storage.charge([limit(one)]), limited(1));
    assert.deepEqual(await storage.charge([limit({ ...one, now: start + 1 })]), charged);
  },

  'keys are told apart byte for byte': async ({ storage }) => {
    const keys = ['a', 'A', 'a ', ' a', '\u00e4', 'a\u0308', 'a%', ''];
    const one = keys.map((key) => limit({ key, capacity: 1 }));
    assert.deepEqual(await storage.charge(one), charged);
    for (const each of one) assert.deepEqual(await storage.charge([each]), limited(minute), each.key);
  },

  'a key is one limit, whatever name, capacity and refill it is charged with': async ({ storage }) => {
    await exhaust(storage);
    assert.deepEqual(await storage.charge([limit({ name: 'login_by_address' })]), limited(minute));
    assert.deepEqual(await storage.charge([limit({ capacity: 4 })]), charged);
  },

  'the first that refuses stops: those before it stay charged, those after it are not': async ({ storage }) => {
    const [before, full, after] = ['before', 'full', 'after'].map((key) => limit({ key, capacity: 1 }));
    assert.ok(before && full && after);
    await storage.charge([full]);
    assert.deepEqual(await storage.charge([before, full, after]), limited(minute, 1));
    assert.deepEqual(await storage.charge([before]), limited(minute));
    assert.deepEqual(await storage.charge([after]), charged);
  },

  'one key twice in one call is charged twice': async ({ storage }) => {
    assert.deepEqual(await storage.charge(times(4, () => limit())), limited(minute, 3));
  },

  'a clock that had jumped ahead locks no bucket': async ({ storage }) => {
    await exhaust(storage, { now: start + year });
    await exhaust(storage);
    assert.deepEqual(await storage.charge([limit({ now: start + minute })]), charged);
  },

  'a clock that runs a little ahead makes the limit no looser': async ({ storage }) => {
    await exhaust(storage, { now: start + 2 * minute });
    assert.deepEqual(await storage.charge([limit()]), limited(3 * minute));
    assert.deepEqual(await storage.charge([limit({ now: start + 3 * minute })]), charged);
  },

  'any sequence of times is settled by the arithmetic of Limit': async ({ storage }) => {
    const noise = steadyNoise(42);
    let arrival: number | null = null;
    for (let count = 0; count < 60; count += 1) {
      const now = start + (noise.next().value % (12 * minute)) - (count % 17 === 0 ? 60 * minute : 0);
      const settled = settleLimit(arrival, limit({ now, capacity: 4 }));
      const expected = settled.allowed ? charged : limited(settled.retryAfterMs);
      assert.deepEqual(await storage.charge([limit({ now, capacity: 4 })]), expected, `charge ${count}`);
      if (settled.allowed) arrival = settled.arrival;
    }
  },

  'clearLimit makes one limit full again': async ({ storage }) => {
    await exhaust(storage);
    await exhaust(storage, { key: 'other' });
    await apply(storage, [clearLimit(limit().key), clearLimit('unknown')]);
    assert.equal(await exhaust(storage), 3);
    assert.equal(await exhaust(storage, { key: 'other' }), 0);
  },

  'a limit that could never be charged is a TypeError, and those beside it stay uncharged': async (subject) => {
    const { storage, application } = subject;
    const wrong = [{ capacity: 0 }, { capacity: 1.5 }, { refillMs: 0 }, { refillMs: Number.NaN }, { now: Number.NaN }];
    for (const columns of wrong) {
      const limits = [limit(), limit({ key: 'wrong', ...columns })];
      await assert.rejects(storage.charge(limits), TypeError);
      await assert.rejects(storage.commit([record(entry(1))], limits), TypeError);
    }
    assert.equal(await exhaust(storage), 3);
    assert.deepEqual(await application.audit(), []);
  },

  'a commit that a limit refuses applies nothing, and the limits before it stay charged': async (subject) => {
    const { storage, application } = subject;
    const id = await addUser(application);
    await exhaust(storage, { key: 'full' });
    const limits = [limit({ key: 'before', capacity: 1 }), limit({ key: 'full', now: start + 5 })];
    const steps = [disableUser(id, start), record(entry(1)), clearLimit('full')];
    assert.deepEqual(await storage.commit(steps, limits), limited(minute - 5, 1));
    assert.equal((await userOf(storage, id)).enabled, true);
    assert.deepEqual(await application.audit(), []);
    assert.equal(await exhaust(storage, { key: 'before', capacity: 1 }), 0);
    assert.equal(await exhaust(storage, { key: 'full' }), 0);
  },

  'a limit that a list charges and clears is full afterwards': async ({ storage }) => {
    await apply(storage, [clearLimit(limit().key)], [limit()]);
    assert.equal(await exhaust(storage), 3);
  },
};
