import { type StorageUnderTest, testStorage } from '@pwreset/conformance';
import { type DirectoryStorage, isGuard, type Step } from '@pwreset/core';
import { describe, expect, it } from 'vitest';
import { memoryStorage } from '../src/storage.js';

type Breakage = (storage: DirectoryStorage) => Partial<DirectoryStorage>;

/** Runs the whole kit on broken storages and answers the names of the tests that failed. */
async function failuresOf(breakage: Breakage, dispose = async () => {}): Promise<string[]> {
  const tests: { readonly name: string; readonly run: () => Promise<void> }[] = [];
  const factory = async (): Promise<StorageUnderTest> => {
    const storage = memoryStorage();
    return { storage: { ...storage, ...breakage(storage) }, dispose };
  };
  testStorage({ test: (name, run) => tests.push({ name, run }), factory });
  const failed: string[] = [];
  for (const { name, run } of tests) await run().catch(() => failed.push(name));
  return failed;
}

const breakages: Readonly<Record<string, readonly [Breakage, string]>> = {
  'guards are ignored': [
    (storage) => ({
      commit: (steps, limits) =>
        storage.commit(
          steps.filter((step) => !isGuard(step)),
          limits,
        ),
    }),
    'storage: races: of many confirms of one token at once, one succeeds',
  ],
  'guards are checked in one commit and effects applied in the next': [
    (storage) => ({
      async commit(steps, limits) {
        const guards: readonly Step[] = steps.filter((step) => isGuard(step) && step.type !== 'useToken');
        const checked = await storage.commit(guards);
        if (checked.outcome !== 'applied') return checked;
        return storage.commit(
          steps.filter((step) => !guards.includes(step)),
          limits,
        );
      },
    }),
    'storage: races: of many updates from one credential, one succeeds',
  ],
  'effects are applied one by one': [
    (storage) => ({
      async commit(steps, limits) {
        const result = await storage.commit(steps.filter(isGuard), limits);
        if (result.outcome !== 'applied') return result;
        for (const step of steps) if (!isGuard(step)) await storage.commit([step]);
        return { outcome: 'applied' };
      },
    }),
    'storage: contract: clause 3: a list that fails late leaves no trace of what came before',
  ],
  'a lease is not kept': [
    (storage) => ({ claimJobs: (query) => storage.claimJobs({ ...query, leaseMs: 0 }) }),
    'storage: jobs: parallel claims hand each job to one',
  ],
  'an attempt is settled without a fence': [
    (storage) => ({
      async settle(attempt) {
        const rows = await storage.listAudit({ limit: 1000 });
        return rows.some(({ id }) => id === attempt) ? 'applied' : 'not_applied';
      },
    }),
    'storage: contract: clause 6: an attempt that was settled as not applied can no longer be applied',
  ],
  'limits are rolled back with the list': [
    (storage) => ({
      async commit(steps, limits = []) {
        const result = await storage.commit(steps);
        if (result.outcome !== 'applied') return result;
        const charged = await storage.charge(limits);
        return charged.outcome === 'charged' ? result : charged;
      },
    }),
    'storage: limits: a charge stays when the list that follows it fails',
  ],
  'purge ignores its bound': [
    (storage) => ({ purge: (before) => storage.purge(before, 1000) }),
    'storage: purge: no more than the limit of each sort goes at once',
  ],
};

describe('the storage kit', () => {
  it.each(Object.entries(breakages))('catches a storage where %s', async (_, [breakage, name]) => {
    expect(await failuresOf(breakage)).toContain(name);
  });

  it('disposes of every storage that it asked for, after a failure too', async () => {
    let made = 0;
    let disposed = 0;
    const failed = await failuresOf(
      () => {
        made += 1;
        return { findUserById: () => Promise.reject(new Error('broken')) };
      },
      async () => {
        disposed += 1;
      },
    );
    expect(failed.length).toBeGreaterThan(10);
    expect(disposed).toBe(made);
  });
});
