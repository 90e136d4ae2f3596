import type { DirectoryCases, DirectoryFactory } from './directory-kit.js';
import { directoryListCases } from './directory-lists.js';
import { directoryRowCases } from './directory-rows.js';
import { directoryUserCases } from './directory-users.js';
import { runCase } from './run-case.js';
import type { TestRunner } from './runner.js';

const suites: Readonly<Record<string, DirectoryCases>> = {
  users: directoryUserCases,
  rows: directoryRowCases,
  lists: directoryListCases,
};

/**
 * Registers every further test for a storage that also implements the Directory port: users that it creates, patches and
 * deletes itself, keys, services, realms, and what it lists. It must pass {@link testStorage} as well. `factory` is called
 * once for each test and makes a storage that is empty and shares nothing with the others.
 *
 * @example
 * ```ts
 * import { test } from 'node:test';
 * import { testDirectory } from '@pwreset/conformance';
 * import { memoryStorage } from '@pwreset/memory';
 *
 * testDirectory({ test, factory: async () => ({ storage: memoryStorage(), dispose: async () => {} }) });
 * ```
 */
export function testDirectory({
  test: register,
  factory,
}: {
  readonly test: TestRunner;
  readonly factory: DirectoryFactory;
}): void {
  for (const [suite, cases] of Object.entries(suites)) {
    for (const [name, run] of Object.entries(cases)) {
      register(`directory: ${suite}: ${name}`, () => runCase(factory, run));
    }
  }
}
