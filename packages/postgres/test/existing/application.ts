import type { Application, SampleUser } from '@pwreset/conformance';
import { comparableAddress, type DirectoryStorage, keyId, userId } from '@pwreset/core';
import type { Pool, PoolClient } from 'pg';
import type { ExistingKeys, ExistingTables } from './tables.js';

/** Where pwreset keeps the keys of an application that has no place for them. */
const pwresetKeys: ExistingKeys = {
  insert: `insert into pwreset_keys
      (id, digest, type, name, service_id, user_id, enabled, revoked, created_at, updated_at)
    values (@id, 'digest of ' || @id, 'KEY', 'sample', 'service', @user, true, false, @created, @created)`,
  select: 'select id, enabled, revoked from pwreset_keys where user_id = @user',
};

type EditedUser = Parameters<Application['editUser']>[1];

const everything = 100_000;

type Values = Readonly<Record<string, unknown>>;

/** A statement with `@name` in it, as the driver takes it. Each place is a parameter of its own, with a type of its own. */
function positional(text: string, named: Values): { readonly text: string; readonly values: readonly unknown[] } {
  const values: unknown[] = [];
  const numbered = text.replace(/@(\w+)/g, (_, name: string) => `$${values.push(named[name])}`);
  return { text: numbered, values };
}

async function execute(client: Pool | PoolClient, sql: string, named: Values): Promise<readonly Values[]> {
  const { text, values } = positional(sql, named);
  return (await client.query<Values>(text, [...values])).rows;
}

/** An application on its own tables, with its own statements. */
export function existingApplication(pool: Pool, tables: ExistingTables, storage: DirectoryStorage): Application {
  const { keys = pwresetKeys } = tables;

  async function inTransaction(work: (client: PoolClient) => Promise<void>): Promise<void> {
    const client = await pool.connect();
    try {
      await client.query('begin');
      await work(client);
      await client.query('commit');
    } catch (error) {
      await client.query('rollback');
      throw error;
    } finally {
      client.release();
    }
  }

  const run = (statements: readonly string[], values: Values): Promise<void> =>
    inTransaction(async (client) => {
      for (const sql of statements) await execute(client, sql, values);
    });
  const named = (id: string, user: Partial<SampleUser>): Values => ({
    id,
    email: user.email === undefined ? null : tables.email(user.email),
    address: user.email === undefined ? null : comparableAddress(user.email),
    hash: user.hash === undefined ? null : tables.stored(user.hash),
    enabled: user.enabled ?? null,
    created: user.createdAt === undefined ? null : tables.time(user.createdAt),
  });

  return {
    userId: (n) => userId(tables.userId(n)),
    addUser: (user) => run(tables.insert, named(user.id, user)),
    editUser: (id, columns) => run(editing(tables, columns), named(id, columns)),
    deleteUser: (id) => run([tables.lock, ...tables.remove], { id }),
    addKey: ({ id, userId: user, createdAt: created }) =>
      inTransaction(async (client) => {
        await execute(client, tables.lock, { id: user });
        const enabled = await execute(client, tables.enabled, { id: user });
        if (enabled.length > 0) await execute(client, keys.insert, { id, user, created });
      }),
    keys: async (user) =>
      (await execute(pool, keys.select, { user })).map((row) => ({
        id: keyId(String(row['id'])),
        enabled: row['enabled'] === true,
        revoked: row['revoked'] === true,
      })),
    jobs: () => storage.listJobs({ limit: everything }),
    audit: () => storage.listAudit({ limit: everything }),
  };
}

function editing({ lock, edit, editPassword }: ExistingTables, columns: EditedUser): readonly string[] {
  const onlyPassword = columns.email === undefined && columns.enabled === undefined;
  // Else locked first: a statement that waited sees only the row that it waited for anew.
  return onlyPassword && editPassword !== undefined ? [editPassword] : [lock, ...edit];
}
