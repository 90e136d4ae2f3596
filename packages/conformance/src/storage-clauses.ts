import assert from 'node:assert/strict';
import {
  buryJob,
  clearLimit,
  closeTokens,
  disableUser,
  enableUser,
  enqueue,
  finishJob,
  invalidatePassword,
  issueToken,
  record,
  renewJob,
  requireEnabled,
  retryJob,
  revokeKeys,
  StorageUnavailable,
  setPassword,
} from '@pwreset/core';
import {
  asToken,
  attemptIdOf,
  entry,
  hashOf,
  jobIdOf,
  keyIdOf,
  later,
  limit,
  newJob,
  newToken,
  start,
} from './storage-builders.js';
import {
  addUser,
  apply,
  auditOf,
  expectNoTrace,
  type StorageCases,
  stateOf,
  times,
  tokenOf,
  userOf,
} from './storage-kit.js';
import {
  confirmEffects,
  confirmGuards,
  confirmSteps,
  revokeGuards,
  revokeSteps,
  seedUser,
  touched,
} from './storage-lists.js';

export const clauseCases: StorageCases = {
  'clause 1: a guard after an effect is a TypeError and nothing is applied': async (subject) => {
    const { storage, application } = subject;
    const id = await seedUser(subject);
    await expectNoTrace(subject, touched(), async () => {
      const [first, ...others] = confirmGuards(application);
      assert.ok(first);
      await assert.rejects(storage.commit([...others, ...confirmEffects(application), first]), TypeError);
      await assert.rejects(storage.commit([record(entry(1)), requireEnabled(id)]), TypeError);
    });
  },

  'clause 1: a guard sees what was committed last': async (subject) => {
    const { storage, application } = subject;
    await seedUser(subject);
    await apply(storage, confirmSteps(application, 1, 1));
    assert.deepEqual(await storage.commit(confirmSteps(application, 1, 2)), { outcome: 'guard_failed', guard: 0 });
    const [, ...others] = confirmGuards(application, 1, 2);
    assert.deepEqual(await storage.commit(others), { outcome: 'guard_failed', guard: 0 });
  },

  'clause 2: lists that meet at several users, in any order of steps, all end': async ({ storage, application }) => {
    const ids = [await addUser(application, 1), await addUser(application, 2), await addUser(application, 3)];
    const [a, b, c] = ids;
    assert.ok(a && b && c);
    const orders = [
      [a, b, c],
      [c, b, a],
      [b, a, c],
      [c, a, b],
    ];
    const lists = [0, 1, 2].flatMap((round) =>
      orders.map((order, index) =>
        order.map((id) => ((round + index) % 2 === 0 ? disableUser(id, later) : enableUser(id, later))),
      ),
    );
    const results = await Promise.all(lists.map((steps) => storage.commit(steps)));
    assert.ok(results.every(({ outcome }) => outcome === 'applied'));
    const enabled = await Promise.all(ids.map(async (id) => (await userOf(storage, id)).enabled));
    assert.equal(new Set(enabled).size, 1, 'each list applied to all three users in one piece');
  },

  'clause 2: issuing a token and creating a key concern a user without any guard': async ({ storage, application }) => {
    const id = await addUser(application);
    await Promise.all([
      ...times(4, (n) => apply(storage, [issueToken(newToken(n, id))])),
      ...times(4, (n) => application.addKey({ id: keyIdOf(n), userId: id, createdAt: start })),
      ...times(4, (n) => apply(storage, [setPassword(id, hashOf(n), later)])),
      ...times(2, () => apply(storage, [enableUser(id, later)])),
    ]);
    assert.equal((await application.keys(id)).length, 4);
    for (const n of [1, 2, 3, 4]) assert.deepEqual(await tokenOf(storage, n), asToken(newToken(n, id)));
  },

  'clause 3: when all guards hold every effect applies': async (subject) => {
    const { storage, application } = subject;
    const id = await seedUser(subject);
    await apply(storage, confirmSteps(application));
    const user = await userOf(storage, id);
    assert.deepEqual([user.credential.stored, user.passwordRequireUpdate], [hashOf(1001), false]);
    const used = await tokenOf(storage, 1);
    assert.deepEqual([used.usedAt, used.usedBy, used.closedAt], [later, attemptIdOf(1), null]);
    assert.equal((await tokenOf(storage, 101)).closedAt, later);
    assert.equal((await tokenOf(storage, 201)).closedAt, null);
    assert.equal((await tokenOf(storage, 301)).closedAt, null);
    assert.equal((await application.jobs()).filter(({ state }) => state === 'pending').length, 2);
    assert.deepEqual(await auditOf(application), [entry(1, { at: later, userId: id })]);
  },

  'clause 3: a revoke leaves nothing that opens a door': async (subject) => {
    const { storage, application } = subject;
    const id = await seedUser(subject);
    await seedUser(subject, 2);
    const bystander = await stateOf(subject, { users: [2], tokens: [2, 102, 202] });
    await apply(storage, revokeSteps(application));
    const user = await userOf(storage, id);
    assert.deepEqual([user.enabled, user.credential.state], [false, 'unusable']);
    const keys = await application.keys(id);
    assert.equal(keys.length, 2);
    assert.ok(keys.every((key) => !key.enabled && key.revoked));
    for (const n of [1, 101]) assert.equal((await tokenOf(storage, n)).closedAt, later);
    assert.equal((await tokenOf(storage, 201)).usedAt, later);
    const { jobs, audit, ...rows } = await stateOf(subject, { users: [2], tokens: [2, 102, 202] });
    assert.deepEqual({ ...rows, jobs: [], audit: [] }, bystander);
    assert.deepEqual([jobs.length, audit.length], [2, 1]);
  },

  'clause 3: a guard that fails leaves no trace of any other change in the list': async (subject) => {
    const { storage, application } = subject;
    const id = await seedUser(subject);
    await seedUser(subject, 2);
    await apply(
      storage,
      times(4, (n) => enqueue(newJob(100 + n))),
    );
    await apply(storage, [], [limit({ capacity: 1 })]);
    await apply(storage, [disableUser(application.userId(2), later)]);
    const jobs = { now: later, until: later + 1 };
    const steps = [
      ...revokeGuards(),
      requireEnabled(application.userId(2)),
      disableUser(id, later),
      enableUser(application.userId(2), later),
      invalidatePassword(id, later),
      revokeKeys(id, later),
      closeTokens(id, ['reset', 'reset_code', 'revoke'], later),
      issueToken(newToken(301, id)),
      enqueue(newJob(1)),
      finishJob(jobIdOf(101), jobs.now),
      renewJob(jobIdOf(102), jobs.until),
      retryJob(jobIdOf(103), jobs.until),
      buryJob(jobIdOf(104), jobs.now),
      clearLimit(limit().key),
      record(entry(1)),
    ];
    await expectNoTrace(subject, { users: [1, 2], tokens: [1, 101, 201, 301] }, async () => {
      assert.deepEqual(await storage.commit(steps), { outcome: 'guard_failed', guard: 1 });
    });
    assert.equal((await storage.charge([limit({ capacity: 1 })])).outcome, 'limited');
    await apply(storage, [enableUser(application.userId(2), later)]);
    const [guard, , ...effects] = steps;
    assert.ok(guard);
    await apply(storage, [guard, ...effects]);
  },

  'clause 3: a list that fails late leaves no trace of what came before': async (subject) => {
    const { storage, application } = subject;
    const id = await seedUser(subject);
    await expectNoTrace(subject, touched(), async () => {
      const taken = issueToken(newToken(201, id));
      const result = await storage.commit([...confirmSteps(application, 1, 5), taken]).catch(() => null);
      assert.notEqual(result?.outcome, 'applied');
    });
    await apply(storage, confirmSteps(application, 1, 5));
  },

  'clause 6: an attempt that was settled as not applied can no longer be applied': async (subject) => {
    const { storage, application } = subject;
    await seedUser(subject);
    assert.equal(await storage.settle(attemptIdOf(1), later), 'not_applied');
    await expectNoTrace(subject, touched(), async () => {
      await assert.rejects(storage.commit(confirmSteps(application)), StorageUnavailable);
    });
    await apply(storage, confirmSteps(application, 1, 2));
  },

  'clause 8: limits beside guards are a TypeError and stay uncharged': async ({ storage, application }) => {
    const id = await addUser(application);
    const limits = [limit({ capacity: 1 })];
    await assert.rejects(storage.commit([requireEnabled(id)], limits), TypeError);
    assert.deepEqual(await storage.charge(limits), { outcome: 'charged' });
  },

  'clause 8: limits are settled first, and one that refuses keeps the list from being applied': async (subject) => {
    const { storage, application } = subject;
    await apply(storage, [record(entry(1))], [limit({ capacity: 1 })]);
    const refused = await storage.commit([record(entry(2))], [limit({ key: 'other' }), limit({ capacity: 1 })]);
    assert.deepEqual(refused, { outcome: 'limited', limit: 1, retryAfterMs: limit().refillMs });
    assert.deepEqual(await application.audit(), [entry(1)]);
    assert.equal(await storage.settle(attemptIdOf(2), start), 'not_applied');
  },
};
