import { testAddresses } from './flow-addresses.js';
import { testApplication } from './flow-application.js';
import { testBackground } from './flow-background.js';
import { testBegin } from './flow-begin.js';
import { testCodeAttempts } from './flow-code-attempts.js';
import { testCodeEnds } from './flow-code-ends.js';
import { testCodeGuesses } from './flow-code-guesses.js';
import { testCodes } from './flow-codes.js';
import { testConfirm } from './flow-confirm.js';
import { testDelivery } from './flow-delivery.js';
import { testUsersAndKeys } from './flow-directory.js';
import { testDirectoryCodes } from './flow-directory-codes.js';
import { testDirectoryKeys } from './flow-directory-keys.js';
import { testDirectoryPasswords } from './flow-directory-passwords.js';
import { testDirectoryServices } from './flow-directory-services.js';
import { testEmailChanged } from './flow-email-changed.js';
import { testLimits } from './flow-limits.js';
import { testLogin } from './flow-login.js';
import type { DirectoryFlowParts, FlowFactory, FlowParts, FlowTest } from './flow-parts.js';
import { testProfile } from './flow-profile.js';
import { testRaces } from './flow-races.js';
import { testResetUrls } from './flow-reset-urls.js';
import { testRevoke } from './flow-revoke.js';
import { testSecrets } from './flow-secrets.js';
import { testUpdate } from './flow-update.js';
import type { TestRunner } from './runner.js';

/** What the flows run on: a test runner, and what makes the parts of each test. */
export interface FlowSuite<Parts extends FlowParts = FlowParts> {
  readonly test: TestRunner;
  readonly factory: FlowFactory<Parts>;
}

/**
 * Runs every flow on a storage: what each does, what refuses it, and what is left when it was refused or interrupted. Users
 * and keys come from the `application`, so the storage needs no Directory. The clock is the factory's, and no test sleeps.
 *
 * @example
 * ```ts
 * import { test } from 'node:test';
 * import { directoryApplication, testFlows } from '@pwreset/conformance';
 * import { faultyStorage, manualClock, memoryMailer, memoryStorage, testHasher } from '@pwreset/memory';
 *
 * testFlows({
 *   test,
 *   factory: async () => {
 *     const storage = memoryStorage();
 *     return {
 *       storage: faultyStorage(storage),
 *       application: directoryApplication(storage, async (id, columns) => storage.editUser(id, columns)),
 *       clock: manualClock(),
 *       mailer: memoryMailer(),
 *       hasher: testHasher(),
 *       dump: async () => storage.dump(),
 *       dispose: async () => {},
 *     };
 *   },
 * });
 * ```
 */
export function testFlows(suite: FlowSuite): void {
  register(suite, {
    begin: testBegin,
    addresses: testAddresses,
    codes: testCodes,
    'code guesses': testCodeGuesses,
    'code attempts': testCodeAttempts,
    'code ends': testCodeEnds,
    'reset urls': testResetUrls,
    profile: testProfile,
    confirm: testConfirm,
    revoke: testRevoke,
    update: testUpdate,
    login: testLogin,
    'email changed': testEmailChanged,
    application: testApplication,
    delivery: testDelivery,
    background: testBackground,
    limits: testLimits,
    races: testRaces,
    secrets: testSecrets,
  });
}

/**
 * Runs what the flows do beyond {@link testFlows} on a storage that keeps users, keys and services itself: creating and
 * patching them, users without a local password, and those who must not reset theirs or have to change it.
 *
 * @example
 * ```ts
 * import { test } from 'node:test';
 * import { directoryApplication, testDirectoryFlows } from '@pwreset/conformance';
 * import { faultyStorage, manualClock, memoryMailer, memoryStorage, testHasher } from '@pwreset/memory';
 *
 * testDirectoryFlows({
 *   test,
 *   factory: async () => {
 *     const storage = memoryStorage();
 *     return {
 *       storage: faultyStorage(storage),
 *       application: directoryApplication(storage, async (id, columns) => storage.editUser(id, columns)),
 *       clock: manualClock(),
 *       mailer: memoryMailer(),
 *       hasher: testHasher(),
 *       dump: async () => storage.dump(),
 *       dispose: async () => {},
 *     };
 *   },
 * });
 * ```
 */
export function testDirectoryFlows(suite: FlowSuite<DirectoryFlowParts>): void {
  register(suite, {
    directory: testUsersAndKeys,
    'directory codes': testDirectoryCodes,
    'directory keys': testDirectoryKeys,
    'directory passwords': testDirectoryPasswords,
    'directory services': testDirectoryServices,
  });
}

function register<Parts extends FlowParts>(
  { test, factory }: FlowSuite<Parts>,
  areas: Readonly<Record<string, (test: FlowTest<Parts>) => void>>,
): void {
  for (const [area, suite] of Object.entries(areas)) {
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
