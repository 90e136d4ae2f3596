import assert from 'node:assert/strict';
import {
  buryJob,
  closeTokens,
  disableUser,
  enableUser,
  enqueue,
  finishJob,
  type Guard,
  holdJob,
  invalidatePassword,
  issueToken,
  requireCredential,
  requireEnabled,
  retryJob,
  type Step,
  setPassword,
  tokenId,
  type UserId,
  userId,
  useToken,
} from '@pwreset/core';
import {
  asToken,
  attemptIdOf,
  hashOf,
  jobIdOf,
  later,
  minute,
  newJob,
  newToken,
  start,
  tokenIdOf,
} from './storage-builders.js';
import { addUser, apply, expectNoTrace, type StorageCase, type StorageCases, tokenOf, userOf } from './storage-kit.js';
import { confirmEffects, confirmGuards, requireSample, seedUser, touched } from './storage-lists.js';

const expiresAt = start + 60 * minute;
const use = (n: number, now = later): Guard => useToken(tokenIdOf(n), { now, attempt: attemptIdOf(99) });
const claim = (now: number) => ({ now, leaseMs: 1000, limit: 10 });

interface FailingGuard {
  readonly guard: Guard;
  /** What happens before, to user 1 with token 1, or to job 1, which is queued and claimed. */
  readonly before?: readonly Step[];
}

/** `id` is user 1, `nobody` an id that no user has. */
const failing: Readonly<Record<string, (id: UserId, nobody: UserId) => FailingGuard>> = {
  'useToken: the token is unknown': () => ({ guard: use(77) }),
  'useToken: the id has the wrong form': () => ({
    guard: useToken(tokenId("' OR 1=1 --"), { now: later, attempt: attemptIdOf(99) }),
  }),
  'useToken: the token is used': () => ({ guard: use(1), before: [use(1)] }),
  'useToken: the token is closed': (id) => ({ guard: use(1), before: [closeTokens(id, ['reset'], later)] }),
  'useToken: now is the expiry': () => ({ guard: use(1, expiresAt) }),
  'useToken: now is after the expiry': () => ({ guard: use(1, expiresAt + 1) }),
  'requireCredential: the user is unknown': (_, nobody) => ({ guard: requireSample(nobody) }),
  'requireCredential: the password was changed': (id) => ({
    guard: requireSample(id),
    before: [setPassword(id, hashOf(2), later)],
  }),
  'requireCredential: the password was made unusable': (id) => ({
    guard: requireSample(id),
    before: [invalidatePassword(id, later)],
  }),
  'requireEnabled: the user is unknown': (_, nobody) => ({ guard: requireEnabled(nobody) }),
  'requireEnabled: the id has the wrong form': () => ({ guard: requireEnabled(userId('not an id')) }),
  'requireEnabled: the user is disabled': (id) => ({ guard: requireEnabled(id), before: [disableUser(id, later)] }),
  'holdJob: the job is unknown': () => ({ guard: holdJob(jobIdOf(77), 1) }),
  'holdJob: the job was never claimed': () => ({ guard: holdJob(jobIdOf(2), 0), before: [enqueue(newJob(2))] }),
  'holdJob: another attempt holds it': () => ({ guard: holdJob(jobIdOf(1), 2) }),
  'holdJob: the job is done': () => ({ guard: holdJob(jobIdOf(1), 1), before: [finishJob(jobIdOf(1), later)] }),
  'holdJob: the job is dead': () => ({ guard: holdJob(jobIdOf(1), 1), before: [buryJob(jobIdOf(1), later)] }),
  'holdJob: the job was given back': () => ({ guard: holdJob(jobIdOf(1), 1), before: [retryJob(jobIdOf(1), later)] }),
};

const failsAndLeavesNoTrace =
  (make: (id: UserId, nobody: UserId) => FailingGuard): StorageCase =>
  async (subject) => {
    const { storage, application } = subject;
    const id = await addUser(application);
    const { guard, before = [] } = make(id, application.userId(77));
    await seedUser(subject, 2);
    await apply(storage, [enqueue(newJob(1)), issueToken(newToken(1, id))]);
    await storage.claimJobs(claim(start));
    if (before.length > 0) await apply(storage, before);
    const [guards, effects] = [confirmGuards(application, 2, 5), confirmEffects(application, 2, 5)];
    await expectNoTrace(subject, touched(2), async () => {
      assert.deepEqual(await storage.commit([...guards, guard, ...effects]), { outcome: 'guard_failed', guard: 3 });
    });
    // Not in vain: without that guard the same list is applied.
    await apply(storage, [...guards, ...effects]);
  };

const failingCases: StorageCases = Object.fromEntries(
  Object.entries(failing).map(([name, guard]) => [`${name}: nothing is applied`, failsAndLeavesNoTrace(guard)]),
);

export const guardCases: StorageCases = {
  ...failingCases,

  'useToken: a token is refused from its end on, and accepted one millisecond before': async (subject) => {
    const { storage, application } = subject;
    const id = await addUser(application);
    await apply(storage, [issueToken(newToken(1, id))]);
    assert.deepEqual(await storage.commit([use(1, expiresAt)]), { outcome: 'guard_failed', guard: 0 });
    assert.deepEqual(await tokenOf(storage, 1), asToken(newToken(1, id)));
    await apply(storage, [use(1, expiresAt - 1)]);
  },

  'useToken: holds to the last millisecond and notes when and by which attempt': async ({ storage, application }) => {
    const id = await addUser(application);
    await apply(storage, [issueToken(newToken(1, id))]);
    await apply(storage, [use(1, expiresAt - 1)]);
    const used = asToken(newToken(1, id), { usedAt: expiresAt - 1, usedBy: attemptIdOf(99) });
    assert.deepEqual(await tokenOf(storage, 1), used);
  },

  'requireCredential: holds for what was read, whatever the credential is': async ({ storage, application }) => {
    const ids = [await addUser(application, 1), await addUser(application, 2), await addUser(application, 3)];
    const [, disabled, unusable] = ids;
    assert.ok(disabled && unusable);
    await apply(storage, [disableUser(disabled, later), invalidatePassword(unusable, later)]);
    for (const id of ids) await apply(storage, [requireCredential(await userOf(storage, id))]);
  },

  'requireEnabled: holds again after the user was enabled': async ({ storage, application }) => {
    const id = await addUser(application, 1, { enabled: false });
    assert.deepEqual(await storage.commit([requireEnabled(id)]), { outcome: 'guard_failed', guard: 0 });
    await apply(storage, [enableUser(id, later)]);
    await apply(storage, [requireEnabled(id)]);
  },

  'a guard sees what the application changed past every flow': async ({ storage, application }) => {
    const id = await addUser(application);
    const before = await userOf(storage, id);
    const fails = async (guard: Guard): Promise<void> =>
      assert.deepEqual(await storage.commit([guard]), { outcome: 'guard_failed', guard: 0 }, guard.type);
    await application.editUser(id, { hash: hashOf(2) });
    await fails(requireCredential(before));
    await application.editUser(id, { hash: hashOf(1), email: 'renamed@example.org' });
    await fails(requireCredential(before));
    await apply(storage, [requireCredential(await userOf(storage, id)), requireEnabled(id)]);
    await application.editUser(id, { enabled: false });
    await fails(requireEnabled(id));
    await application.deleteUser(id);
    await fails(requireEnabled(id));
    await fails(requireCredential(before));
  },

  'holdJob: holds past the lease until another worker has the job': async ({ storage }) => {
    await apply(storage, [enqueue(newJob(1))]);
    await storage.claimJobs(claim(start));
    await apply(storage, [holdJob(jobIdOf(1), 1)]);
    await storage.claimJobs(claim(start + 1000));
    assert.deepEqual(await storage.commit([holdJob(jobIdOf(1), 1)]), { outcome: 'guard_failed', guard: 0 });
    await apply(storage, [holdJob(jobIdOf(1), 2)]);
  },

  'the first guard that failed is named': async ({ storage, application }) => {
    const id = await addUser(application);
    await apply(storage, [issueToken(newToken(1, id))]);
    const steps = [requireEnabled(id), use(77), requireEnabled(application.userId(88)), use(1)];
    assert.deepEqual(await storage.commit(steps), { outcome: 'guard_failed', guard: 1 });
    assert.deepEqual(await storage.commit(steps.toReversed()), { outcome: 'guard_failed', guard: 1 });
    assert.deepEqual(await storage.commit(steps.slice(2)), { outcome: 'guard_failed', guard: 0 });
    assert.equal((await tokenOf(storage, 1)).usedAt, null);
  },
};
