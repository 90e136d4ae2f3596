import type { Application, SampleUser } from '@pwreset/conformance';
import { comparableAddress, type DirectoryStorage, keyId, userId } from '@pwreset/core';
import type { Database } from 'better-sqlite3';
import type { ExistingKeys, ExistingTables } from './tables.js';

/** Where pwreset keeps the keys of an application that has no place for them. */
const pwresetKeys: ExistingKeys = {
  insert: `insert into pwreset_keys
      (id, digest, type, name, service_id, user_id, enabled, revoked, created_at, updated_at)
    values (@id, 'digest of ' || @id, 'KEY', 'sample', 'service', @user, true, false, @created, @created)`,
  select: 'select id, enabled, revoked from pwreset_keys where user_id = @user',
};

const everything = 100_000;

/** An application on its own tables, with its own statements. */
export function existingApplication(
  database: Database,
  tables: ExistingTables,
  storage: DirectoryStorage,
): Application {
  const { keys = pwresetKeys } = tables;
  const inTransaction = (work: () => void): void => database.transaction(work).immediate();
  const run = (statements: readonly string[], values: object): void =>
    inTransaction(() => {
      for (const sql of statements) database.prepare(sql).run(values);
    });
  const named = (id: string, user: Partial<SampleUser>) => ({
    id,
    email: user.email === undefined ? null : tables.email(user.email),
    address: user.email === undefined ? null : comparableAddress(user.email),
    hash: user.hash === undefined ? null : tables.stored(user.hash),
    enabled: user.enabled === undefined ? null : Number(user.enabled),
    created: user.createdAt === undefined ? null : tables.time(user.createdAt),
  });

  return {
    userId: (n) => userId(tables.userId(n)),
    addUser: async (user) => run(tables.insert, named(user.id, user)),
    editUser: async (id, columns) => run(tables.edit, named(id, columns)),
    deleteUser: async (id) => run(tables.remove, { id }),
    addKey: async ({ id, userId: user, createdAt: created }) =>
      inTransaction(() => {
        const isEnabled = database.prepare(tables.enabled).get({ id: user }) !== undefined;
        if (isEnabled) database.prepare(keys.insert).run({ id, user, created });
      }),
    async keys(user) {
      const select = database.prepare<object, { id: string; enabled: number; revoked: number }>(keys.select);
      return select.all({ user }).map(({ id, enabled, revoked }) => ({
        id: keyId(id),
        enabled: enabled === 1,
        revoked: revoked === 1,
      }));
    },
    jobs: () => storage.listJobs({ limit: everything }),
    audit: () => storage.listAudit({ limit: everything }),
  };
}
