import assert from 'node:assert/strict';
import {
  buryJob,
  closeTokens,
  createUser,
  disableUser,
  enqueue,
  finishJob,
  type Guard,
  holdJob,
  issueToken,
  requireCredential,
  requireEnabled,
  retryJob,
  type Step,
  setPassword,
  tokenId,
  userId,
  useToken,
} from '@pwreset/core';
import {
  asToken,
  asUser,
  attemptIdOf,
  hashOf,
  jobIdOf,
  newJob,
  newToken,
  newUser,
  start,
  tokenIdOf,
  userIdOf,
} from './storage-builders.js';
import { apply, expectNoTrace, type StorageCase, type StorageCases } from './storage-kit.js';
import { confirmEffects, confirmGuards, later, seedUser, touched } from './storage-lists.js';

const user = asUser({ ...newUser(1), stored: hashOf(1) });
const expiresAt = newToken(1).expiresAt;
const use = (n: number, now = later): Guard => useToken(tokenIdOf(n), { now, attempt: attemptIdOf(99) });
const claim = (now: number) => ({ now, leaseMs: 1000, limit: 10 });

interface FailingGuard {
  readonly guard: Guard;
  /** What happens before, to the seeded user or to job 1, which is queued and claimed. */
  readonly before?: readonly Step[];
}

const failing: Readonly<Record<string, FailingGuard>> = {
  'useToken: the token is unknown': { guard: use(77) },
  'useToken: the id has the wrong form': {
    guard: useToken(tokenId("' OR 1=1 --"), { now: later, attempt: attemptIdOf(99) }),
  },
  'useToken: the token is used': { guard: use(1), before: [use(1)] },
  'useToken: the token is closed': { guard: use(1), before: [closeTokens(userIdOf(1), ['reset'], later)] },
  'useToken: now is the expiry': { guard: use(1, expiresAt) },
  'useToken: now is after the expiry': { guard: use(1, expiresAt + 1) },
  'requireCredential: the user is unknown': { guard: requireCredential({ ...user, id: userIdOf(77) }) },
  'requireCredential: the password was changed': {
    guard: requireCredential(user),
    before: [setPassword(userIdOf(1), hashOf(2), later)],
  },
  'requireCredential: the stored form differs in case': {
    guard: requireCredential({ ...user, credential: { state: 'usable', stored: hashOf(1).toUpperCase() } }),
  },
  'requireCredential: the stored form differs by a space at its end': {
    guard: requireCredential({ ...user, credential: { state: 'usable', stored: `${hashOf(1)} ` } }),
  },
  'requireCredential: there was no password': {
    guard: requireCredential({ ...user, credential: { state: 'none', stored: null } }),
  },
  'requireCredential: the address is another': { guard: requireCredential({ ...user, email: 'eve@example.org' }) },
  'requireCredential: the address differs in case': {
    guard: requireCredential({ ...user, email: user.email.toLowerCase() }),
  },
  'requireEnabled: the user is unknown': { guard: requireEnabled(userIdOf(77)) },
  'requireEnabled: the id has the wrong form': { guard: requireEnabled(userId('not an id')) },
  'requireEnabled: the user is disabled': {
    guard: requireEnabled(userIdOf(1)),
    before: [disableUser(userIdOf(1), later)],
  },
  'holdJob: the job is unknown': { guard: holdJob(jobIdOf(77), 1) },
  'holdJob: the job was never claimed': { guard: holdJob(jobIdOf(2), 0), before: [enqueue(newJob(2))] },
  'holdJob: another attempt holds it': { guard: holdJob(jobIdOf(1), 2) },
  'holdJob: the job is done': { guard: holdJob(jobIdOf(1), 1), before: [finishJob(jobIdOf(1), later)] },
  'holdJob: the job is dead': { guard: holdJob(jobIdOf(1), 1), before: [buryJob(jobIdOf(1), later)] },
  'holdJob: the job was given back': { guard: holdJob(jobIdOf(1), 1), before: [retryJob(jobIdOf(1), later)] },
};

const failsAndLeavesNoTrace =
  ({ guard, before = [] }: FailingGuard): StorageCase =>
  async (storage) => {
    await seedUser(storage);
    await seedUser(storage, 2);
    await apply(storage, [enqueue(newJob(1))]);
    await storage.claimJobs(claim(start));
    if (before.length > 0) await apply(storage, before);
    await expectNoTrace(storage, touched(2), async () => {
      const steps = [...confirmGuards(2, 5), guard, ...confirmEffects(2, 5)];
      assert.deepEqual(await storage.commit(steps), { outcome: 'guard_failed', guard: 3 });
    });
    // Not in vain: without that guard the same list is applied.
    await apply(storage, [...confirmGuards(2, 5), ...confirmEffects(2, 5)]);
  };

const failingCases: StorageCases = Object.fromEntries(
  Object.entries(failing).map(([name, guard]) => [`${name}: nothing is applied`, failsAndLeavesNoTrace(guard)]),
);

export const guardCases: StorageCases = {
  ...failingCases,

  'useToken: holds to the last millisecond and notes when and by which attempt': async (storage) => {
    await apply(storage, [createUser(newUser(1)), issueToken(newToken(1))]);
    await apply(storage, [use(1, expiresAt - 1)]);
    assert.deepEqual(
      (await storage.findToken(tokenIdOf(1)))?.token,
      asToken(newToken(1), { usedAt: expiresAt - 1, usedBy: attemptIdOf(99) }),
    );
  },

  'requireCredential: holds for what was read, whatever the credential is': async (storage) => {
    await apply(storage, [createUser(newUser(1)), createUser(newUser(2, { stored: null })), createUser(newUser(3))]);
    await apply(storage, [{ type: 'invalidatePassword', userId: userIdOf(3), now: later }]);
    for (const n of [1, 2, 3]) {
      const read = await storage.findUserById(userIdOf(n));
      assert.ok(read);
      await apply(storage, [requireCredential(read)]);
    }
  },

  'requireEnabled: holds again after the user was enabled': async (storage) => {
    await apply(storage, [createUser(newUser(1, { enabled: false }))]);
    assert.deepEqual(await storage.commit([requireEnabled(userIdOf(1))]), { outcome: 'guard_failed', guard: 0 });
    await apply(storage, [{ type: 'enableUser', userId: userIdOf(1), now: later }]);
    await apply(storage, [requireEnabled(userIdOf(1))]);
  },

  'holdJob: holds past the lease until another worker has the job': async (storage) => {
    await apply(storage, [enqueue(newJob(1))]);
    await storage.claimJobs(claim(start));
    await apply(storage, [holdJob(jobIdOf(1), 1)]);
    await storage.claimJobs(claim(start + 1000));
    assert.deepEqual(await storage.commit([holdJob(jobIdOf(1), 1)]), { outcome: 'guard_failed', guard: 0 });
    await apply(storage, [holdJob(jobIdOf(1), 2)]);
  },

  'the first guard that failed is named': async (storage) => {
    await seedUser(storage);
    const steps = [requireEnabled(userIdOf(1)), use(77), requireEnabled(userIdOf(88)), use(1)];
    assert.deepEqual(await storage.commit(steps), { outcome: 'guard_failed', guard: 1 });
    assert.deepEqual(await storage.commit(steps.toReversed()), { outcome: 'guard_failed', guard: 1 });
    assert.deepEqual(await storage.commit(steps.slice(2)), { outcome: 'guard_failed', guard: 0 });
    assert.equal((await storage.findToken(tokenIdOf(1)))?.token.usedAt, null);
  },
};
