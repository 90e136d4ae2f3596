import { testBackground } from './flow-background.js';
import { testBegin } from './flow-begin.js';
import { testConfirm } from './flow-confirm.js';
import { testDelivery } from './flow-delivery.js';
import { testDirectory } from './flow-directory.js';
import { testEmailChanged } from './flow-email-changed.js';
import { testLimits } from './flow-limits.js';
import { testLogin } from './flow-login.js';
import { testRaces } from './flow-races.js';
import { testRevoke } from './flow-revoke.js';
import { testSecrets } from './flow-secrets.js';
import { testUpdate } from './flow-update.js';
import type { FlowFactory } from './flow-world.js';
import type { TestRunner } from './runner.js';

/**
 * Runs every flow on a storage: what each does, what refuses it, and what is left when it was refused or interrupted. The
 * clock is the factory's, and no test sleeps.
 *
 * @example
 * ```ts
 * import { test } from 'node:test';
 * import { testFlows } from '@pwreset/conformance';
 * import { faultyStorage, manualClock, memoryMailer, memoryStorage, testHasher } from '@pwreset/memory';
 *
 * testFlows({
 *   test,
 *   factory: async () => {
 *     const storage = memoryStorage();
 *     return {
 *       storage: faultyStorage(storage),
 *       clock: manualClock(),
 *       mailer: memoryMailer(),
 *       hasher: testHasher(),
 *       editEmail: async (id, columns) => storage.editUser(id, columns),
 *       dump: async () => storage.dump(),
 *       dispose: async () => {},
 *     };
 *   },
 * });
 * ```
 */
export function testFlows({ test, factory }: { readonly test: TestRunner; readonly factory: FlowFactory }): void {
  const suites = { begin: testBegin, confirm: testConfirm, revoke: testRevoke, update: testUpdate, login: testLogin };
  const further = {
    'email changed': testEmailChanged,
    directory: testDirectory,
    delivery: testDelivery,
    background: testBackground,
    limits: testLimits,
    races: testRaces,
    secrets: testSecrets,
  };
  for (const [area, suite] of Object.entries({ ...suites, ...further })) {
    suite((name, run) => {
      test(`${area}: ${name}`, async () => {
        const parts = await factory();
        try {
          await run(parts);
        } finally {
          await parts.dispose();
        }
      });
    });
  }
}
