import assert from 'node:assert/strict';
import {
  closeTokens,
  createKey,
  createUser,
  disableUser,
  enqueue,
  issueToken,
  record,
  requireCredential,
  requireEnabled,
  revokeKeys,
  setPassword,
} from '@pwreset/core';
import { asUser, entry, hashOf, newJob, newKey, newToken, newUser, tokenIdOf, userIdOf } from './storage-builders.js';
import { apply, type StorageCases, times } from './storage-kit.js';
import { confirmSteps, later, revokeSteps, seedUser } from './storage-lists.js';

const sample = asUser({ ...newUser(1), stored: hashOf(1) });

export const raceCases: StorageCases = {
  'of many confirms of one token at once, one succeeds': async (storage) => {
    await seedUser(storage);
    const attempts = times(24, (n) => n + 1);
    const results = await Promise.all(attempts.map((attempt) => storage.commit(confirmSteps(1, attempt))));
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
      (await storage.listAudit({ limit: 100 })).map(({ id }) => id),
      [entry(winner).id],
    );
    assert.equal((await storage.listJobs({ limit: 100 })).length, 2);
  },

  'confirms of different users do not hinder each other': async (storage) => {
    const users = times(10, (n) => n + 1);
    for (const n of users) await seedUser(storage, n);
    const results = await Promise.all(users.map((n) => storage.commit(confirmSteps(n))));
    assert.ok(results.every(({ outcome }) => outcome === 'applied'));
  },

  'of many updates from one credential, one succeeds': async (storage) => {
    await apply(storage, [createUser(newUser(1))]);
    const results = await Promise.all(
      times(16, (n) =>
        storage.commit([requireCredential(sample), setPassword(userIdOf(1), hashOf(100 + n), later), record(entry(n))]),
      ),
    );
    assert.equal(results.filter(({ outcome }) => outcome === 'applied').length, 1);
    assert.equal((await storage.listAudit({ limit: 100 })).length, 1);
  },

  'a confirm and a disable end in one of two ways': async (storage) => {
    const users = times(8, (n) => n + 1);
    for (const n of users) await seedUser(storage, n);
    await Promise.all(
      users.map(async (n) => {
        const confirming = () => storage.commit(confirmSteps(n));
        const disabling = () => storage.commit([disableUser(userIdOf(n), later)]);
        const confirmFirst = n % 2 === 0;
        const pair = await Promise.all(confirmFirst ? [confirming(), disabling()] : [disabling(), confirming()]);
        const [confirmed, disabled] = confirmFirst ? pair : pair.toReversed();
        assert.equal(disabled?.outcome, 'applied');
        const found = await storage.findToken(tokenIdOf(n));
        assert.equal(found?.user?.enabled, false);
        const won = confirmed?.outcome === 'applied';
        if (!won) assert.deepEqual(confirmed, { outcome: 'guard_failed', guard: 2 });
        assert.equal(found.token.usedAt, won ? later : null);
        assert.equal(found.user.credential.stored, hashOf(won ? 1000 + n : n));
      }),
    );
  },

  'of many users created at once with one address, one comes to be': async (storage) => {
    const { address, email } = newUser(1);
    const results = await Promise.all(
      times(12, (n) => storage.commit([createUser(newUser(n, { address, email })), record(entry(n))])),
    );
    assert.equal(results.filter(({ outcome }) => outcome === 'applied').length, 1);
    const others = results.filter(({ outcome }) => outcome !== 'applied');
    for (const result of others) assert.deepEqual(result, { outcome: 'conflict', step: 0 });
    assert.equal((await storage.findUsersByEmail(newUser(1).realm, address)).length, 1);
    assert.equal((await storage.listAudit({ limit: 100 })).length, 1);
  },

  'of many jobs queued at once with one unique key, one is pending and no list fails': async (storage) => {
    const results = await Promise.all(
      times(12, (n) => storage.commit([enqueue(newJob(n, { uniqueKey: 'begin:1' })), record(entry(n))])),
    );
    assert.ok(results.every(({ outcome }) => outcome === 'applied'));
    assert.equal((await storage.listJobs({ limit: 100 })).length, 1);
    assert.equal((await storage.listAudit({ limit: 100 })).length, 12);
  },

  'clause 5: no key outlives a revoke that it raced': async (storage) => {
    const users = times(6, (n) => n + 1);
    await apply(
      storage,
      users.map((n) => createUser(newUser(n))),
    );
    await Promise.all(
      users.flatMap((n) => {
        const create = (k: number) => [
          requireEnabled(userIdOf(n)),
          createKey(newKey(n * 10 + k, { userId: userIdOf(n) })),
        ];
        const revoke = [disableUser(userIdOf(n), later), revokeKeys(userIdOf(n), later)];
        return [create(1), create(2), revoke, create(3), create(4)].map((steps) => storage.commit(steps));
      }),
    );
    for (const n of users) {
      const keys = await storage.listKeys(userIdOf(n));
      assert.deepEqual(
        keys.filter((key) => key.enabled || !key.revoked),
        [],
      );
    }
  },

  'clause 5: no token outlives a list that closed them and raced it': async (storage) => {
    const users = times(6, (n) => n + 1);
    await apply(
      storage,
      users.map((n) => createUser(newUser(n))),
    );
    const idsOf = (n: number) => [1, 2, 3, 4].map((k) => n * 10 + k);
    await Promise.all(
      users.flatMap((n) => {
        const issue = (k: number) => [requireEnabled(userIdOf(n)), issueToken(newToken(k, { userId: userIdOf(n) }))];
        const close = [disableUser(userIdOf(n), later), closeTokens(userIdOf(n), ['reset'], later)];
        const [a, b, ...rest] = idsOf(n).map(issue);
        return [a ?? [], b ?? [], close, ...rest].map((steps) => storage.commit(steps));
      }),
    );
    for (const id of users.flatMap(idsOf)) {
      const found = await storage.findToken(tokenIdOf(id));
      assert.ok(found === null || found.token.closedAt !== null);
    }
  },

  'clause 7: lists of many kinds at once all end, each as a whole': async (storage) => {
    const users = times(8, (n) => n + 1);
    for (const n of users) await seedUser(storage, n);
    const results = await Promise.all(
      users.flatMap((n) => [
        storage.commit(confirmSteps(n, n)),
        storage.commit(confirmSteps(n, n + 20)),
        storage.commit(revokeSteps(n, n + 40)),
      ]),
    );
    for (const [index, n] of users.entries()) {
      const [first, second, revoke] = results.slice(index * 3, index * 3 + 3);
      const confirms = [first, second].filter((result) => result?.outcome === 'applied').length;
      assert.equal(revoke?.outcome, 'applied');
      assert.ok(confirms <= 1);
      const user = await storage.findUserById(userIdOf(n));
      assert.deepEqual([user?.enabled, user?.credential.state], [false, 'unusable']);
      const rows = await storage.listAudit({ userId: userIdOf(n), limit: 10 });
      assert.equal(rows.length, confirms + 1);
    }
  },
};
