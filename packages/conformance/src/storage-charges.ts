import assert from 'node:assert/strict';
import { enqueue, record, requireEnabled, StorageUnavailable, setPassword } from '@pwreset/core';
import { attemptIdOf, entry, hashOf, later, limit, minute, newJob, start } from './storage-builders.js';
import { addUser, expectNoTrace, type StorageCases, times } from './storage-kit.js';

const limited = (retryAfterMs: number, index = 0) => ({ outcome: 'limited', limit: index, retryAfterMs }) as const;
const once = (key: string) => limit({ key, capacity: 1 });

export const chargeCases: StorageCases = {
  'parallel guesses never pass the limit: of many charges at once exactly the capacity succeeds': async ({
    storage,
  }) => {
    const results = await Promise.all(times(30, () => storage.charge([limit({ capacity: 7 })])));
    assert.equal(results.filter(({ outcome }) => outcome === 'charged').length, 7);
    for (const result of results.filter(({ outcome }) => outcome === 'limited')) {
      assert.deepEqual(result, limited(minute));
    }
  },

  'parallel charges of several limits in different orders all end': async ({ storage }) => {
    const both = [limit({ key: 'a', capacity: 5 }), limit({ key: 'b', capacity: 50 })];
    const results = await Promise.all(times(20, (n) => storage.charge(n % 2 === 0 ? both : both.toReversed())));
    assert.equal(results.filter(({ outcome }) => outcome === 'charged').length, 5);
  },

  'parallel commits never pass the limit, and only those within it are applied': async ({ storage, application }) => {
    const limits = [limit({ key: 'free', capacity: 1000 }), limit()];
    const results = await Promise.all(times(16, (n) => storage.commit([record(entry(n))], limits)));
    assert.equal(results.filter(({ outcome }) => outcome === 'applied').length, 3);
    for (const result of results.filter(({ outcome }) => outcome !== 'applied')) {
      assert.deepEqual(result, limited(minute, 1));
    }
    assert.equal((await application.audit()).length, 3);
  },

  'a charge that races a purge of its bucket, full until then, is not lost': async ({ storage }) => {
    const now = start + 10 * minute;
    for (const round of times(6, (n) => n)) {
      const keys = times(24, (n) => `${round}.${n}`);
      await storage.charge(keys.map((key) => limit({ key })));
      // Call after call, so that some are on their way whenever the purges come to limits; each purge leaves some for the next.
      const charging = async (first: number) => {
        for (let at = first; at < keys.length; at += 8) {
          await storage.charge(keys.slice(at, at + 2).map((key) => limit({ key, now })));
        }
      };
      await Promise.all([...[0, 2, 4, 6].map(charging), ...times(6, () => storage.purge(now, 6))]);
      for (const key of keys) {
        assert.deepEqual(await storage.charge(times(3, () => limit({ key, now }))), limited(minute, 2), key);
      }
    }
  },

  'a charge stays when the flow fails after it': async (subject) => {
    const { storage, application } = subject;
    const id = await addUser(application, 1, { enabled: false });
    assert.deepEqual(await storage.charge([once('guess')]), { outcome: 'charged' });
    await expectNoTrace(subject, { users: [1], tokens: [] }, async () => {
      const refused = await storage.commit([requireEnabled(id), setPassword(id, hashOf(9), later)]);
      assert.deepEqual(refused, { outcome: 'guard_failed', guard: 0 });
    });
    assert.deepEqual(await storage.charge([once('guess')]), limited(minute));
  },

  'a charge stays when the list that follows it fails': async (subject) => {
    const { storage } = subject;
    await storage.settle(attemptIdOf(1), start);
    await expectNoTrace(subject, { users: [], tokens: [] }, async () => {
      const fenced = storage.commit([enqueue(newJob(1)), record(entry(1))], [once('begin')]);
      await assert.rejects(fenced, StorageUnavailable);
    });
    assert.deepEqual(await storage.charge([once('begin')]), limited(minute));
  },
};
