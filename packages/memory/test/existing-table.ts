import { type Application, directoryApplication } from '@pwreset/conformance';
import {
  comparableAddress,
  createUser,
  defaultRealm,
  deleteUser,
  type Storage,
  type User,
  type UserId,
  userId,
} from '@pwreset/core';
import { type MemoryStorage, memoryStorage } from '../src/index.js';

/** What the table below does not keep. */
const unknown = {
  realm: defaultRealm,
  name: '',
  locale: 'en',
  timezone: 'Etc/UTC',
  passwordAllowReset: true,
  passwordRequireUpdate: false,
} as const;

const known = ({ id, email, enabled, credential }: User): User => {
  return { ...unknown, id, email, enabled, credential, createdAt: null, updatedAt: null };
};

/**
 * An application's own table of users, as unhelpful as one can be: four columns, integer ids that are handed out again, no
 * index that keeps addresses apart, and a collation to which all of them are alike. Nothing but the Storage port is there.
 */
export function existingTable(): { readonly storage: Storage; readonly application: Application; dump(): string } {
  const inner = memoryStorage();
  const ids = new Set<UserId>();
  const read = async (id: UserId): Promise<User | null> => {
    const user = await inner.findUserById(id);
    return user === null ? null : known(user);
  };
  return {
    storage: {
      async findUsersByEmail() {
        const users = await Promise.all([...ids].map(read));
        return users.filter((user) => user !== null);
      },
      findUserById: read,
      async findToken(id) {
        const found = await inner.findToken(id);
        return found === null ? null : { ...found, user: found.user === null ? null : known(found.user) };
      },
      charge: inner.charge,
      commit: inner.commit,
      settle: inner.settle,
      claimJobs: inner.claimJobs,
      purge: inner.purge,
    },
    application: applicationOf(inner, ids),
    dump: inner.dump,
  };
}

function applicationOf(inner: MemoryStorage, ids: Set<UserId>): Application {
  return {
    ...directoryApplication(inner, async (id, { address: _, ...columns }) => inner.editUser(id, columns)),
    userId: (n) => userId(String(n)),
    async addUser({ hash: stored, ...columns }) {
      // The storage underneath would refuse an address that is taken.
      const address = comparableAddress(`${columns.id}@apart.example`);
      if (address === null) throw new TypeError(`${columns.id} is no id of this table`);
      await inner.commit([createUser({ ...unknown, ...columns, stored, address })]);
      ids.add(columns.id);
    },
    async deleteUser(id) {
      await inner.commit([deleteUser(id)]);
      ids.delete(id);
    },
  };
}
