import { type Application, directoryApplication } from '@pwreset/conformance';
import {
  type ComparableAddress,
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
  const everybody = async (): Promise<readonly User[]> => {
    const users = await Promise.all([...ids].map(read));
    return users.filter((user) => user !== null);
  };
  return {
    storage: {
      findUsersByEmail: everybody,
      findUserById: read,
      async findToken(id) {
        const found = await inner.findToken(id);
        return found === null ? null : { ...found, user: found.user === null ? null : known(found.user) };
      },
      async findCodes() {
        const users = await everybody();
        return Promise.all(
          users.map(async (user) => {
            const [found] = await inner.findCodes(defaultRealm, addressOf(user.id));
            return { user, code: found?.code ?? null };
          }),
        );
      },
      findArrival: inner.findArrival,
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

/** The storage underneath would refuse an address that is taken. */
function addressOf(id: UserId): ComparableAddress {
  const address = comparableAddress(`${id}@apart.example`);
  if (address === null) throw new TypeError(`${id} is no id of this table`);
  return address;
}

function applicationOf(inner: MemoryStorage, ids: Set<UserId>): Application {
  return {
    ...directoryApplication(inner, async (id, { address: _, ...columns }) => inner.editUser(id, columns)),
    userId: (n) => userId(String(n)),
    async addUser({ hash: stored, ...columns }) {
      await inner.commit([createUser({ ...unknown, ...columns, stored, address: addressOf(columns.id) })]);
      ids.add(columns.id);
    },
    async deleteUser(id) {
      await inner.commit([deleteUser(id)]);
      ids.delete(id);
    },
  };
}
