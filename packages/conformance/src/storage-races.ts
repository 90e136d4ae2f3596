import assert from 'node:assert/strict';
import {
  type CommitResult,
  closeTokens,
  disableUser,
  enqueue,
  issueToken,
  record,
  requireEnabled,
  revokeKeys,
  setPassword,
} from '@pwreset/core';
import { emailOf, entry, hashOf, keyIdOf, later, newJob, newToken, start, tokenIdOf } from './storage-builders.js';
import { addUser, apply, either, type StorageCases, times, tokenOf, userOf } from './storage-kit.js';
import { confirmSteps, requireSample, revokeSteps, seedUser, seedUsers } from './storage-lists.js';

const won = (results: readonly CommitResult[]): readonly CommitResult[] =>
  results.filter(({ outcome }) => outcome === 'applied');

export const raceCases: StorageCases = {
  'of many confirms of one token at once, one succeeds': async (subject) => {
    const { storage, application } = subject;
    await seedUser(subject);
    const attempts = times(16, (n) => n);
    const results = await Promise.all(attempts.map((attempt) => storage.commit(confirmSteps(application, 1, attempt))));
    const winners = attempts.filter((_, index) => results[index]?.outcome === 'applied');
    const [winner] = winners;
    assert.ok(winner !== undefined && winners.length === 1, `winners: ${winners.join(', ')}`);
    for (const result of results.filter(({ outcome }) => outcome !== 'applied')) {
      assert.deepEqual(result, { outcome: 'guard_failed', guard: 0 });
    }
    const found = await storage.findToken(tokenIdOf(1));
    assert.equal(found?.token.usedBy, entry(winner).id);
    assert.equal(found?.user?.credential.stored, hashOf(1000 + winner));
    assert.deepEqual(
      (await application.audit()).map(({ id }) => id),
      [entry(winner).id],
    );
    assert.equal((await application.jobs()).length, 2);
  },

  'confirms of different users do not hinder each other': async (subject) => {
    const users = await seedUsers(subject, 8);
    const results = await Promise.all(users.map((n) => subject.storage.commit(confirmSteps(subject.application, n))));
    assert.equal(won(results).length, users.length);
  },

  'of many updates from one credential, one succeeds': async ({ storage, application }) => {
    const id = await addUser(application);
    const results = await Promise.all(
      times(12, (n) => storage.commit([requireSample(id), setPassword(id, hashOf(100 + n), later), record(entry(n))])),
    );
    assert.equal(won(results).length, 1);
    assert.equal((await application.audit()).length, 1);
  },

  'a confirm and a disable end in one of two ways': async (subject) => {
    const { storage, application } = subject;
    const users = await seedUsers(subject, 6);
    await Promise.all(
      users.map(async (n) => {
        const [confirmed, disabled] = await either(
          n,
          () => storage.commit(confirmSteps(application, n)),
          () => storage.commit([disableUser(application.userId(n), later)]),
        );
        assert.equal(disabled.outcome, 'applied');
        const found = await storage.findToken(tokenIdOf(n));
        assert.equal(found?.user?.enabled, false);
        const applied = confirmed.outcome === 'applied';
        if (!applied) assert.deepEqual(confirmed, { outcome: 'guard_failed', guard: 2 });
        assert.equal(found.token.usedAt, applied ? later : null);
        assert.equal(found.user.credential.stored, hashOf(applied ? 1000 + n : n));
      }),
    );
  },

  // A disable that requires the old credential came before any new password, so a confirm beside it must have failed.
  'a disable racing a confirm never ends with a new password that was set after the disable': async (subject) => {
    const { storage, application } = subject;
    const users = await seedUsers(subject, 6);
    await Promise.all(
      users.map(async (n) => {
        const id = application.userId(n);
        const [confirmed, disabled] = await either(
          n,
          () => storage.commit(confirmSteps(application, n)),
          () => storage.commit([requireSample(id, n), disableUser(id, later)]),
        );
        const { enabled, credential } = await userOf(storage, id);
        if (disabled.outcome === 'applied') {
          assert.deepEqual(confirmed, { outcome: 'guard_failed', guard: 2 });
          assert.deepEqual([enabled, credential.stored], [false, hashOf(n)]);
        } else {
          assert.deepEqual([disabled, confirmed.outcome], [{ outcome: 'guard_failed', guard: 0 }, 'applied']);
          assert.deepEqual([enabled, credential.stored], [true, hashOf(1000 + n)]);
        }
      }),
    );
  },

  'a disable by the application racing a confirm is not undone': async (subject) => {
    const { storage, application } = subject;
    const users = await seedUsers(subject, 4);
    await Promise.all(
      users.map(async (n) => {
        const id = application.userId(n);
        await either(
          n,
          () => storage.commit(confirmSteps(application, n)),
          () => application.editUser(id, { enabled: false }),
        );
        assert.equal((await userOf(storage, id)).enabled, false);
      }),
    );
  },

  'a rename racing a revoke does not enable the user again': async (subject) => {
    const { storage, application } = subject;
    const users = await seedUsers(subject, 6);
    await Promise.all(
      users.map(async (n) => {
        const id = application.userId(n);
        const [result] = await either(
          n,
          () => storage.commit(revokeSteps(application, n)),
          () => application.editUser(id, { email: `renamed-${emailOf(n)}` }),
        );
        assert.deepEqual(result, { outcome: 'applied' });
        const { enabled, credential, email } = await userOf(storage, id);
        assert.deepEqual([enabled, credential.state, email], [false, 'unusable', `renamed-${emailOf(n)}`]);
      }),
    );
  },

  'of many jobs queued at once with one unique key, one is pending and no list fails': async (subject) => {
    const { storage, application } = subject;
    const results = await Promise.all(
      times(12, (n) => storage.commit([enqueue(newJob(n, { uniqueKey: 'begin:1' })), record(entry(n))])),
    );
    assert.equal(won(results).length, 12);
    assert.equal((await application.jobs()).length, 1);
    assert.equal((await application.audit()).length, 12);
  },

  'clause 5: a key created while a revoke waits is revoked too, and none outlives it': async (subject) => {
    const { storage, application } = subject;
    const ids = await Promise.all(times(6, (n) => addUser(application, n)));
    await Promise.all(
      ids.flatMap((id, index) => {
        const add = (k: number) => application.addKey({ id: keyIdOf(index * 10 + k), userId: id, createdAt: start });
        const revoke = () => apply(storage, [disableUser(id, later), revokeKeys(id, later)]);
        return [add(1), add(2), revoke(), add(3), add(4)];
      }),
    );
    for (const id of ids) {
      const alive = (await application.keys(id)).filter((key) => key.enabled || !key.revoked);
      assert.deepEqual(alive, []);
    }
  },

  'clause 5: no token outlives a list that closed them and raced it': async ({ storage, application }) => {
    const ids = await Promise.all(times(6, (n) => addUser(application, n)));
    await Promise.all(
      ids.flatMap((id, index) => {
        const issue = (k: number) => [requireEnabled(id), issueToken(newToken(index * 10 + k, id))];
        const close = [disableUser(id, later), closeTokens(id, ['reset'], later)];
        return [issue(1), issue(2), close, issue(3), issue(4)].map((steps) => storage.commit(steps));
      }),
    );
    for (const id of ids.flatMap((_, index) => [1, 2, 3, 4].map((k) => tokenIdOf(index * 10 + k)))) {
      const found = await storage.findToken(id);
      assert.ok(found === null || found.token.closedAt !== null);
    }
  },

  'clause 7: lists of many kinds at once all end, each as a whole': async (subject) => {
    const { storage, application } = subject;
    const users = await seedUsers(subject, 6);
    const results = await Promise.all(
      users.map((n) =>
        Promise.all([
          storage.commit(confirmSteps(application, n, n)),
          storage.commit(confirmSteps(application, n, n + 20)),
          storage.commit(revokeSteps(application, n, n + 40)),
        ]),
      ),
    );
    const audit = await application.audit();
    for (const [index, n] of users.entries()) {
      const [first, second, revoke] = results[index] ?? [];
      assert.ok(first && second && revoke?.outcome === 'applied');
      const confirms = won([first, second]).length;
      assert.ok(confirms <= 1);
      const { id, enabled, credential } = await userOf(storage, application.userId(n));
      assert.deepEqual([enabled, credential.state], [false, 'unusable']);
      assert.equal(audit.filter(({ userId }) => userId === id).length, confirms + 1);
      assert.equal((await tokenOf(storage, n)).usedAt !== null, confirms === 1);
    }
  },
};
