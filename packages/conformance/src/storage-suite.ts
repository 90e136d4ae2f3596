import type { TestRunner } from './runner.js';
import { clauseCases } from './storage-clauses.js';
import { directoryCases } from './storage-directory.js';
import { effectCases } from './storage-effects.js';
import { guardCases } from './storage-guards.js';
import { jobCases } from './storage-jobs.js';
import type { StorageCase, StorageCases, StorageFactory, StorageUnderTest } from './storage-kit.js';
import { limitCases } from './storage-limits.js';
import { purgeCases } from './storage-purge.js';
import { raceCases } from './storage-races.js';
import { readCases } from './storage-reads.js';
import { settleCases } from './storage-settle.js';
import { textCases } from './storage-text.js';

const suites: Readonly<Record<string, StorageCases>> = {
  reads: readCases,
  guards: guardCases,
  effects: effectCases,
  contract: clauseCases,
  races: raceCases,
  limits: limitCases,
  jobs: jobCases,
  settle: settleCases,
  purge: purgeCases,
  text: textCases,
  directory: directoryCases,
};

/**
 * Registers every test that a storage must pass, with any runner: nothing is optional, nothing is skipped. `factory` is
 * called for each test, more than once for some, and makes a storage that is empty and shares nothing with the others.
 * The tests wait for nothing and may run in any order, or at once.
 *
 * @example
 * ```ts
 * import { test } from 'node:test';
 * import { testStorage } from '@pwreset/conformance';
 * import { memoryStorage } from '@pwreset/memory';
 *
 * testStorage({ test, factory: async () => ({ storage: memoryStorage(), dispose: async () => {} }) });
 * ```
 */
export function testStorage({
  test: register,
  factory,
}: {
  readonly test: TestRunner;
  readonly factory: StorageFactory;
}): void {
  for (const [suite, cases] of Object.entries(suites)) {
    for (const [name, run] of Object.entries(cases)) {
      register(`storage: ${suite}: ${name}`, () => runOn(factory, run));
    }
  }
}

/** Gives a test its storages and takes them back, whatever comes of it. */
async function runOn(factory: StorageFactory, run: StorageCase): Promise<void> {
  const made: StorageUnderTest[] = [];
  const another = async () => {
    const next = await factory();
    made.push(next);
    return next.storage;
  };
  try {
    await run(await another(), another);
  } finally {
    for (const { dispose } of made) await dispose();
  }
}
