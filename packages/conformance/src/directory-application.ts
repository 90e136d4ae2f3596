import {
  type ComparableAddress,
  comparableAddress,
  createKey,
  createUser,
  type DirectoryStorage,
  defaultRealm,
  deleteUser,
  requireEnabled,
  type Step,
  serviceId,
  type UserId,
  userId,
} from '@pwreset/core';
import type { Application, SampleUser } from './application.js';

/** What {@link directoryApplication} edits in a user's row; no step of a commit does that. */
export interface EditedColumns {
  readonly email?: string;
  /** `email` in the form in which addresses are compared; given whenever `email` is. */
  readonly address?: ComparableAddress;
  readonly enabled?: boolean;
  /** The hash, as the row keeps it. */
  readonly stored?: string;
}

/** More rows than any test writes. */
const everything = 100_000;

/**
 * The application of a storage that keeps the users itself: its own steps create and delete them. The port has no step for
 * an edit past every flow, so `editUser` does that.
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
export function directoryApplication(
  storage: DirectoryStorage,
  editUser: (id: UserId, columns: EditedColumns) => Promise<void>,
): Application {
  const uuid = (n: number): string => `a0000000-0000-4000-8000-${n.toString(16).padStart(12, '0')}`;

  async function apply(steps: readonly Step[]): Promise<void> {
    const { outcome } = await storage.commit(steps);
    if (outcome !== 'applied') throw new Error(`the application's own change ended as ${outcome}`);
  }

  return {
    userId: (n) => userId(uuid(n)),
    addUser: (user) => apply([createUser(rowOf(user))]),
    async editUser(id, { hash, ...columns }) {
      const { email } = columns;
      await editUser(id, {
        ...columns,
        ...(email !== undefined && { address: comparable(email) }),
        ...(hash !== undefined && { stored: hash }),
      });
    },
    deleteUser: (id) => apply([deleteUser(id)]),
    async addKey({ id, userId: owner, createdAt }) {
      const key = { id, userId: owner, type: 'KEY', name: 'sample', serviceId: serviceId(uuid(0)) } as const;
      const state = { enabled: true, revoked: false, createdAt, updatedAt: createdAt, digest: digestOf(id) };
      await storage.commit([requireEnabled(owner), createKey({ ...key, ...state })]);
    },
    keys: async (id) =>
      (await storage.listKeys(id)).map((key) => ({ id: key.id, enabled: key.enabled, revoked: key.revoked })),
    jobs: () => storage.listJobs({ limit: everything }),
    audit: () => storage.listAudit({ limit: everything }),
  };
}

const rowOf = ({ hash, ...user }: SampleUser) => ({
  ...user,
  realm: defaultRealm,
  address: comparable(user.email),
  stored: hash,
  name: 'Sample User',
  locale: 'en',
  timezone: 'Etc/UTC',
  passwordAllowReset: true,
  passwordRequireUpdate: false,
});

function comparable(email: string): ComparableAddress {
  const address = comparableAddress(email);
  if (address === null) throw new TypeError(`not an address: ${email}`);
  return address;
}

/** As many digits as a digest has, and others for every id that ends in other letters. */
const digestOf = (id: string): string =>
  [...id]
    .map((letter) => letter.charCodeAt(0).toString(16).padStart(2, '0'))
    .join('')
    .slice(-64)
    .padStart(64, '0');
