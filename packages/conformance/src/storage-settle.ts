import assert from 'node:assert/strict';
import { disableUser, record, requireEnabled, StorageUnavailable } from '@pwreset/core';
import { attemptIdOf, entry, later, start } from './storage-builders.js';
import { addUser, apply, expectNoTrace, type StorageCases, times, tokenOf, userOf } from './storage-kit.js';
import { confirmSteps, seedUser, seedUsers, touched } from './storage-lists.js';

export const settleCases: StorageCases = {
  'a lost answer after COMMIT is settled as what happened: it was applied': async (subject) => {
    const { storage, application } = subject;
    await seedUser(subject);
    // The caller never hears this answer.
    await storage.commit(confirmSteps(application));
    await expectNoTrace(subject, touched(), async () => {
      assert.equal(await storage.settle(attemptIdOf(1), later), 'applied');
    });
    assert.equal((await tokenOf(storage, 1)).usedBy, attemptIdOf(1));
  },

  'a lost answer after a refusal is settled as what happened: nothing was applied': async (subject) => {
    const { storage, application } = subject;
    const id = await seedUser(subject);
    await apply(storage, [disableUser(id, later)]);
    await storage.commit(confirmSteps(application));
    assert.equal(await storage.settle(attemptIdOf(1), later), 'not_applied');
    assert.equal((await tokenOf(storage, 1)).usedAt, null);
  },

  'an attempt that was applied is, however often one asks': async ({ storage, application }) => {
    await apply(storage, [record(entry(1))]);
    assert.equal(await storage.settle(attemptIdOf(1), start), 'applied');
    assert.equal(await storage.settle(attemptIdOf(1), start + 1), 'applied');
    assert.deepEqual(await application.audit(), [entry(1)]);
  },

  'an attempt that was applied is not applied again': async ({ storage, application }) => {
    const id = await addUser(application);
    await apply(storage, [record(entry(1))]);
    await assert.rejects(storage.commit([disableUser(id, later), record(entry(1))]), StorageUnavailable);
    assert.equal((await userOf(storage, id)).enabled, true);
    assert.equal(await storage.settle(attemptIdOf(1), start), 'applied');
  },

  'an attempt that never arrived is not, however often one asks, and never will be': async (subject) => {
    const { storage, application } = subject;
    const id = await addUser(application);
    assert.equal(await storage.settle(attemptIdOf(1), start), 'not_applied');
    assert.equal(await storage.settle(attemptIdOf(1), start + 1), 'not_applied');
    await assert.rejects(storage.commit([disableUser(id, later), record(entry(1))]), StorageUnavailable);
    await assert.rejects(storage.commit([record(entry(1)), disableUser(id, later)]), StorageUnavailable);
    assert.equal((await userOf(storage, id)).enabled, true);
    assert.equal(await storage.settle(attemptIdOf(1), start + 2), 'not_applied');
  },

  'an attempt whose guard failed is not applied': async ({ storage, application }) => {
    const steps = [requireEnabled(application.userId(1)), record(entry(1))];
    assert.deepEqual(await storage.commit(steps), { outcome: 'guard_failed', guard: 0 });
    assert.equal(await storage.settle(attemptIdOf(1), start), 'not_applied');
  },

  'what settling leaves behind is no audit row and concerns no other attempt': async ({ storage, application }) => {
    await storage.settle(attemptIdOf(1), start);
    assert.deepEqual(await application.audit(), []);
    await apply(storage, [record(entry(2))]);
    assert.deepEqual(await application.audit(), [entry(2)]);
  },

  'a commit and the question what became of it agree, whoever comes first': async (subject) => {
    const { storage, application } = subject;
    const users = await seedUsers(subject, 10);
    await Promise.all(
      users.map(async (n) => {
        const commit = () =>
          storage.commit(confirmSteps(application, n)).then(
            ({ outcome }) => outcome === 'applied',
            (error: unknown) => {
              assert.ok(error instanceof StorageUnavailable);
              return false;
            },
          );
        const settle = () => storage.settle(attemptIdOf(n), start).then((answer) => answer === 'applied');
        const [one, other] = await Promise.all(n % 2 === 0 ? [commit(), settle()] : [settle(), commit()]);
        assert.equal(one, other);
        assert.equal((await tokenOf(storage, n)).usedAt !== null, one);
      }),
    );
  },

  'of several who ask what became of one attempt, all hear the same': async ({ storage }) => {
    const answers = await Promise.all([
      ...times(4, () => storage.settle(attemptIdOf(1), start)),
      storage.commit([record(entry(1))]).then(
        () => 'applied',
        () => 'not_applied',
      ),
      ...times(4, () => storage.settle(attemptIdOf(1), start)),
    ]);
    assert.equal(new Set(answers).size, 1, answers.join(', '));
  },
};
