import assert from 'node:assert/strict';
import { closeTokens, disableUser, issueToken, requireEnabled } from '@pwreset/core';
import { count, inEach, meanwhile, type ProcessesCases } from './processes-kit.js';
import { emailOf, hashOf, keyIdOf, later, newToken, start, tokenIdOf } from './storage-builders.js';
import { addUser, times, tokenOf, userOf } from './storage-kit.js';
import { confirmSteps, revokeSteps, seedUser } from './storage-lists.js';

/** How often a race is run: each time another user, so that the runs do not meet. */
const races = times(10, (n) => n);

export const processesUserCases: ProcessesCases = {
  'P6: a key that is created while a revoke waits is revoked too': async (shared) => {
    const { storage, application } = shared;
    for (const n of races) {
      const id = await seedUser(shared, n);
      const revoking = inEach(shared, (contender, process) =>
        contender.commit([revokeSteps(application, n, process * 100 + n)]),
      );
      const results = await meanwhile(revoking, (k) =>
        application.addKey({ id: keyIdOf(n * 1000 + k), userId: id, createdAt: start }),
      );
      assert.equal(count(results.flat(), 'applied'), 1);
      const keys = await application.keys(id);
      assert.ok(keys.length >= 2);
      assert.deepEqual(
        keys.filter((key) => key.enabled || !key.revoked),
        [],
      );
      const user = await userOf(storage, id);
      assert.deepEqual([user.enabled, user.credential.state], [false, 'unusable']);
    }
    assert.equal((await application.audit()).length, races.length);
    assert.equal((await application.jobs()).length, races.length * 2);
  },

  'P6: a token that is issued while its user is disabled is closed too': async (shared) => {
    const { storage, application } = shared;
    for (const n of races) {
      const id = await addUser(application, n);
      const numbers = (process: number) => times(6, (k) => n * 100 + process * 10 + k);
      const results = await inEach(shared, (contender, process) =>
        process === 1
          ? contender.commit([[disableUser(id, later), closeTokens(id, ['reset'], later)]])
          : contender.commit(numbers(process).map((number) => [requireEnabled(id), issueToken(newToken(number, id))])),
      );
      assert.deepEqual(results[1], [{ outcome: 'applied' }]);
      for (const process of [0, 2]) {
        for (const [index, number] of numbers(process).entries()) {
          const found = await storage.findToken(tokenIdOf(number));
          assert.equal(found !== null, results[process]?.[index]?.outcome === 'applied');
          assert.ok(found === null || found.token.closedAt === later, 'a token outlived what closed all');
        }
      }
    }
  },

  'P6: a rename that races with a revoke does not enable the user again': async (shared) => {
    const { storage, application } = shared;
    for (const n of races) {
      const id = await seedUser(shared, n);
      const revoking = inEach(shared, (contender, process) =>
        contender.commit([revokeSteps(application, n, process * 100 + n)]),
      );
      let email = emailOf(n);
      const results = await meanwhile(revoking, async (k) => {
        email = `user${n}.${k}@example.org`;
        await application.editUser(id, { email });
      });
      assert.equal(count(results.flat(), 'applied'), 1);
      const user = await userOf(storage, id);
      assert.deepEqual([user.enabled, user.credential.state, user.email], [false, 'unusable', email]);
    }
  },

  'P6: no confirm comes after a disable, in whichever process they are': async (shared) => {
    const { storage, application } = shared;
    const [first, second, third] = shared.contenders;
    for (const n of races) {
      const id = await seedUser(shared, n);
      await first.findTokens([tokenIdOf(n)]);
      // In every other run the disable is done before the confirms begin.
      const before = n % 2 === 0;
      const disabling = second.commit([[disableUser(id, later)]]);
      if (before) await disabling;
      const [confirmed, , again] = await Promise.all([
        first.commit([confirmSteps(application, n)]),
        disabling,
        third.commit([confirmSteps(application, n, n + 100)]),
      ]);
      const confirms = [...confirmed, ...again];
      const applied = count(confirms, 'applied');
      assert.ok(applied <= (before ? 0 : 1), `${applied} confirms were applied`);
      for (const result of confirms) {
        // Who comes after another confirm finds the token used; after the disable the first two guards still hold.
        const guard = applied === 1 ? 0 : 2;
        if (result.outcome !== 'applied') assert.deepEqual(result, { outcome: 'guard_failed', guard });
      }
      const winner = confirmed[0]?.outcome === 'applied' ? n : n + 100;
      const user = await userOf(storage, id);
      assert.deepEqual([user.enabled, user.credential.stored], [false, hashOf(applied === 1 ? 1000 + winner : n)]);
      assert.equal((await tokenOf(storage, n)).usedAt, applied === 1 ? later : null);
    }
  },

  "P7: a confirm never overwrites a password that the application's own code has set": async (shared) => {
    const { storage, application } = shared;
    for (const n of races) {
      const id = await seedUser(shared, n);
      const own = hashOf(5000 + n);
      let edited = false;
      const edit = async () => {
        edited = true;
        await application.editUser(id, { hash: own });
      };
      // Each run edits a little later; the first one before the confirms begin.
      if (n === 1) await edit();
      const confirming = inEach(shared, (contender, process) =>
        contender.commit([confirmSteps(application, n, process * 100 + n)]),
      );
      const results = await meanwhile(confirming, async (k) => (k === n && !edited ? edit() : undefined));
      if (n === 1) assert.equal(count(results.flat(), 'guard_failed'), 3);
      if (!edited) await edit();
      assert.equal((await userOf(storage, id)).credential.stored, own);
    }
  },
};
