import assert from 'node:assert/strict';
import { createUser, record, requireEnabled, StorageUnavailable } from '@pwreset/core';
import { attemptIdOf, entry, newUser, start, userIdOf } from './storage-builders.js';
import { apply, type StorageCases, times } from './storage-kit.js';

export const settleCases: StorageCases = {
  'an attempt that was applied is, however often one asks': async (storage) => {
    await apply(storage, [record(entry(1))]);
    assert.equal(await storage.settle(attemptIdOf(1), start), 'applied');
    assert.equal(await storage.settle(attemptIdOf(1), start + 1), 'applied');
    assert.deepEqual(await storage.listAudit({ limit: 10 }), [entry(1)]);
  },

  'an attempt that never arrived is not, however often one asks, and never will be': async (storage) => {
    assert.equal(await storage.settle(attemptIdOf(1), start), 'not_applied');
    assert.equal(await storage.settle(attemptIdOf(1), start + 1), 'not_applied');
    await assert.rejects(storage.commit([createUser(newUser(1)), record(entry(1))]), StorageUnavailable);
    await assert.rejects(storage.commit([record(entry(1)), createUser(newUser(1))]), StorageUnavailable);
    assert.equal(await storage.findUserById(userIdOf(1)), null);
    assert.equal(await storage.settle(attemptIdOf(1), start + 2), 'not_applied');
  },

  'an attempt whose guard failed is not applied': async (storage) => {
    const steps = [requireEnabled(userIdOf(1)), record(entry(1))];
    assert.deepEqual(await storage.commit(steps), { outcome: 'guard_failed', guard: 0 });
    assert.equal(await storage.settle(attemptIdOf(1), start), 'not_applied');
  },

  'what settling leaves behind is no audit row and concerns no other attempt': async (storage) => {
    await storage.settle(attemptIdOf(1), start);
    assert.deepEqual(await storage.listAudit({ limit: 10 }), []);
    await apply(storage, [record(entry(2))]);
    assert.deepEqual(await storage.listAudit({ limit: 10 }), [entry(2)]);
  },

  'a commit and the question what became of it agree, whoever comes first': async (storage) => {
    await Promise.all(
      times(16, async (n) => {
        const commit = () =>
          storage.commit([createUser(newUser(n)), record(entry(n))]).then(
            ({ outcome }) => outcome === 'applied',
            (error: unknown) => {
              assert.ok(error instanceof StorageUnavailable);
              return false;
            },
          );
        const settle = () => storage.settle(attemptIdOf(n), start).then((answer) => answer === 'applied');
        const [one, other] = await Promise.all(n % 2 === 0 ? [commit(), settle()] : [settle(), commit()]);
        assert.equal(one, other);
        assert.equal((await storage.findUserById(userIdOf(n))) !== null, one);
      }),
    );
  },
};
