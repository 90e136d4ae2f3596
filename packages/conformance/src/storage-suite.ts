import { runCase } from './run-case.js';
import type { TestRunner } from './runner.js';
import { arrivalCases } from './storage-arrivals.js';
import { chargeCases } from './storage-charges.js';
import { clauseCases } from './storage-clauses.js';
import { codeListCases } from './storage-code-lists.js';
import { codeCases } from './storage-codes.js';
import { credentialCases } from './storage-credential.js';
import { effectCases } from './storage-effects.js';
import { guardCases } from './storage-guards.js';
import { idCases } from './storage-ids.js';
import { jobCases } from './storage-jobs.js';
import type { StorageCases, StorageFactory } from './storage-kit.js';
import { leaseCases } from './storage-leases.js';
import { limitCases } from './storage-limits.js';
import { orderCases } from './storage-order.js';
import { purgeCases } from './storage-purge.js';
import { raceCases } from './storage-races.js';
import { readCases } from './storage-reads.js';
import { rivalCases } from './storage-rivals.js';
import { settleCases } from './storage-settle.js';
import { textCases } from './storage-text.js';

const suites: Readonly<Record<string, StorageCases>> = {
  reads: readCases,
  ids: idCases,
  codes: { ...codeCases, ...codeListCases },
  guards: { ...guardCases, ...credentialCases },
  effects: effectCases,
  contract: { ...clauseCases, ...orderCases },
  races: { ...raceCases, ...rivalCases },
  limits: { ...limitCases, ...chargeCases },
  arrivals: arrivalCases,
  jobs: { ...jobCases, ...leaseCases },
  settle: settleCases,
  purge: purgeCases,
  text: textCases,
};

/**
 * Registers every test that a storage must pass, with any runner: nothing is optional, nothing is skipped. `factory` is
 * called once for each test and makes a storage that is empty and shares nothing with the others, and the application whose
 * users it serves; see {@link Application}. The tests wait for nothing and may run in any order, or at once.
 *
 * What a storage does that also keeps users, keys and services itself is in {@link testDirectory}.
 *
 * @example
 * ```ts
 * import { test } from 'node:test';
 * import { directoryApplication, testStorage } from '@pwreset/conformance';
 * import { memoryStorage } from '@pwreset/memory';
 *
 * testStorage({
 *   test,
 *   factory: async () => {
 *     const storage = memoryStorage();
 *     const application = directoryApplication(storage, async (id, columns) => storage.editUser(id, columns));
 *     return { storage, application, dispose: async () => {} };
 *   },
 * });
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
      register(`storage: ${suite}: ${name}`, () => runCase(factory, run));
    }
  }
}
