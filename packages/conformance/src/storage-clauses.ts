import assert from 'node:assert/strict';
import {
  closeTokens,
  createKey,
  createUser,
  disableUser,
  type Effect,
  enableUser,
  type Guard,
  issueToken,
  record,
  requireEnabled,
  StorageUnavailable,
  setPassword,
  useToken,
} from '@pwreset/core';
import {
  asToken,
  attemptIdOf,
  entry,
  hashOf,
  limit,
  newKey,
  newService,
  newToken,
  newUser,
  start,
  tokenIdOf,
  userIdOf,
} from './storage-builders.js';
import { apply, expectNoTrace, orders, type StorageCase, type StorageCases, stateOf, times } from './storage-kit.js';
import {
  confirmEffects,
  confirmGuards,
  confirmSteps,
  later,
  revokeEffects,
  revokeGuards,
  revokeSteps,
  seedUser,
  touched,
} from './storage-lists.js';

/** Runs the effects, then the guards, in many orders, each on a storage of its own, and expects one state. */
const sameInEveryOrder =
  (guards: readonly Guard[], effects: readonly Effect[]): StorageCase =>
  async (storage, another) => {
    await seedUser(storage);
    await apply(storage, [...guards, ...effects]);
    const expected = await stateOf(storage, touched());
    const lists = [
      ...orders(effects).map((order) => [...guards, ...order]),
      ...orders(guards).map((order) => [...order, ...effects]),
    ];
    for (const steps of lists) {
      const fresh = await another();
      await seedUser(fresh);
      await apply(fresh, steps);
      assert.deepEqual(await stateOf(fresh, touched()), expected, steps.map((step) => step.type).join(', '));
    }
  };

const directoryEffects: readonly Effect[] = [
  { type: 'deleteUser', userId: userIdOf(1) },
  { type: 'createService', service: newService(1) },
  { type: 'createUser', user: newUser(2) },
  { type: 'createKey', key: newKey(2, { userId: userIdOf(2) }) },
  { type: 'issueToken', token: newToken(300, { userId: userIdOf(2) }) },
  { type: 'closeTokens', userId: userIdOf(1), purposes: ['reset', 'reset_code', 'revoke'], now: later },
  { type: 'record', entry: entry(1) },
];

export const clauseCases: StorageCases = {
  'clause 1: a guard after an effect is a TypeError and nothing is applied': async (storage) => {
    await seedUser(storage);
    await expectNoTrace(storage, touched(), async () => {
      const [first, ...others] = confirmGuards();
      assert.ok(first);
      await assert.rejects(storage.commit([...others, ...confirmEffects(), first]), TypeError);
      await assert.rejects(storage.commit([record(entry(1)), requireEnabled(userIdOf(1))]), TypeError);
    });
  },

  'clause 1: a guard sees what was committed last': async (storage) => {
    await seedUser(storage);
    await apply(storage, confirmSteps(1, 1));
    assert.deepEqual(await storage.commit(confirmSteps(1, 2)), { outcome: 'guard_failed', guard: 0 });
    const [, ...others] = confirmGuards(1, 2);
    assert.deepEqual(await storage.commit(others), { outcome: 'guard_failed', guard: 0 });
  },

  'clause 2: lists that meet at several users, in any order of steps, all end': async (storage) => {
    const users = [1, 2, 3];
    await apply(
      storage,
      users.map((n) => createUser(newUser(n))),
    );
    const lists = times(12, (n) => {
      const order = orders(users)[n % 6] ?? users;
      return n % 2 === 0
        ? order.map((user) => disableUser(userIdOf(user), later))
        : order.map((user) => enableUser(userIdOf(user), later));
    });
    const results = await Promise.all(lists.map((steps) => storage.commit(steps)));
    assert.ok(results.every(({ outcome }) => outcome === 'applied'));
    const enabled = await Promise.all(users.map(async (n) => (await storage.findUserById(userIdOf(n)))?.enabled));
    assert.equal(new Set(enabled).size, 1, 'each list applied to all three users in one piece');
  },

  'clause 2: issuing a token and creating a key concern a user without any guard': async (storage) => {
    await apply(storage, [createUser(newUser(1))]);
    const results = await Promise.all([
      ...times(4, (n) => storage.commit([issueToken(newToken(n))])),
      ...times(4, (n) => storage.commit([createKey(newKey(n))])),
      ...times(4, (n) => storage.commit([setPassword(userIdOf(1), hashOf(n), later)])),
    ]);
    assert.ok(results.every(({ outcome }) => outcome === 'applied'));
    assert.equal((await storage.listKeys(userIdOf(1))).length, 4);
  },

  'clause 3: when all guards hold every effect applies': async (storage) => {
    await seedUser(storage);
    await apply(storage, confirmSteps());
    const user = await storage.findUserById(userIdOf(1));
    assert.equal(user?.credential.stored, hashOf(1001));
    assert.equal(user.passwordRequireUpdate, false);
    const token = async (n: number) => (await storage.findToken(tokenIdOf(n)))?.token;
    const used = await token(1);
    assert.deepEqual([used?.usedAt, used?.usedBy, used?.closedAt], [later, attemptIdOf(1), null]);
    assert.equal((await token(101))?.closedAt, later);
    assert.equal((await token(201))?.closedAt, null);
    assert.equal((await token(301))?.closedAt, null);
    assert.equal((await storage.listJobs({ state: 'pending', limit: 10 })).length, 2);
    assert.deepEqual(await storage.listAudit({ limit: 10 }), [entry(1, { at: later })]);
  },

  'clause 3: a revoke leaves nothing that opens a door': async (storage) => {
    await seedUser(storage);
    await seedUser(storage, 2);
    const bystander = await stateOf(storage, { users: [2], tokens: [2, 102, 202] });
    await apply(storage, revokeSteps());
    const user = await storage.findUserById(userIdOf(1));
    assert.deepEqual([user?.enabled, user?.credential.state], [false, 'unusable']);
    const keys = await storage.listKeys(userIdOf(1));
    assert.equal(keys.length, 2);
    assert.ok(keys.every((key) => !key.enabled && key.revoked));
    for (const n of [1, 101]) assert.equal((await storage.findToken(tokenIdOf(n)))?.token.closedAt, later);
    assert.equal((await storage.findToken(tokenIdOf(201)))?.token.usedAt, later);
    const { jobs, audit, ...rows } = await stateOf(storage, { users: [2], tokens: [2, 102, 202] });
    assert.deepEqual({ ...rows, jobs: [], audit: [] }, bystander);
    assert.deepEqual([jobs.length, audit.length], [2, 1]);
  },

  'clause 3: a list that fails late leaves no trace of what came before': async (storage) => {
    await seedUser(storage);
    await seedUser(storage, 2);
    await expectNoTrace(storage, touched(), async () => {
      const taken = createUser(newUser(3, { address: newUser(2).address }));
      const steps = [...confirmSteps(1, 5), taken];
      assert.deepEqual(await storage.commit(steps), { outcome: 'conflict', step: steps.length - 1 });
    });
    await apply(storage, confirmSteps(1, 5));
  },

  "clause 4: a confirm's list gives one state in every order": sameInEveryOrder(confirmGuards(), confirmEffects()),
  "clause 4: a revoke's list gives one state in every order": sameInEveryOrder(revokeGuards(), revokeEffects()),
  "clause 4: the Directory's steps give one state in every order": sameInEveryOrder([], directoryEffects),

  'clause 4: two steps that write the same thing are a TypeError': async (storage) => {
    await seedUser(storage);
    await expectNoTrace(storage, touched(), async () => {
      const twice = [setPassword(userIdOf(1), hashOf(2), later), setPassword(userIdOf(1), hashOf(3), later)];
      await assert.rejects(storage.commit(twice), TypeError);
      const both = [disableUser(userIdOf(1), later), enableUser(userIdOf(1), later)];
      await assert.rejects(storage.commit(both), TypeError);
    });
  },

  'clause 4: closeTokens spares the tokens that its list uses or issues': async (storage) => {
    await apply(storage, [createUser(newUser(1)), ...[1, 2, 3].map((n) => issueToken(newToken(n)))]);
    await apply(storage, [
      useToken(tokenIdOf(1), { now: later, attempt: attemptIdOf(1) }),
      closeTokens(userIdOf(1), ['reset'], later),
      issueToken(newToken(4)),
    ]);
    const tokens = await Promise.all([1, 2, 3, 4].map(async (n) => (await storage.findToken(tokenIdOf(n)))?.token));
    assert.deepEqual(tokens, [
      asToken(newToken(1), { usedAt: later, usedBy: attemptIdOf(1) }),
      asToken(newToken(2), { closedAt: later }),
      asToken(newToken(3), { closedAt: later }),
      asToken(newToken(4)),
    ]);
  },

  'clause 6: an attempt that was settled as not applied can no longer be applied': async (storage) => {
    await seedUser(storage);
    assert.equal(await storage.settle(attemptIdOf(1), later), 'not_applied');
    await expectNoTrace(storage, touched(), async () => {
      await assert.rejects(storage.commit(confirmSteps()), StorageUnavailable);
    });
    await apply(storage, confirmSteps(1, 2));
  },

  'clause 8: limits beside guards are a TypeError and stay uncharged': async (storage) => {
    await seedUser(storage);
    const limits = [limit({ capacity: 1 })];
    await assert.rejects(storage.commit([requireEnabled(userIdOf(1))], limits), TypeError);
    assert.deepEqual(await storage.charge(limits), { outcome: 'charged' });
  },

  'clause 8: limits are settled first, and one that refuses keeps the list from being applied': async (storage) => {
    await apply(storage, [record(entry(1))], [limit({ capacity: 1 })]);
    const refused = await storage.commit([record(entry(2))], [limit({ key: 'other' }), limit({ capacity: 1 })]);
    assert.deepEqual(refused, { outcome: 'limited', limit: 1, retryAfterMs: limit().refillMs });
    assert.deepEqual(await storage.listAudit({ limit: 10 }), [entry(1)]);
    assert.equal(await storage.settle(attemptIdOf(2), start), 'not_applied');
  },
};
