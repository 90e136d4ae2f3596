import { directoryApplication, type StorageUnderTest, testDirectory, testStorage } from '@pwreset/conformance';
import SqliteDatabase from 'better-sqlite3';
import { test } from 'vitest';
import { sqliteStorage } from '../src/index.js';

async function factory(): Promise<StorageUnderTest & { readonly storage: ReturnType<typeof sqliteStorage> }> {
  const database = new SqliteDatabase(':memory:');
  const storage = sqliteStorage({ database, migrate: true });
  const editUser = database.prepare(`
    update pwreset_users set
      email = coalesce(@email, email),
      address = coalesce(@address, address),
      enabled = coalesce(@enabled, enabled),
      password = coalesce(@stored, password)
    where id = @id
  `);
  const application = directoryApplication(storage, async (id, { email, address, enabled, stored }) => {
    const flag = enabled === undefined ? null : Number(enabled);
    editUser.run({ id, email: email ?? null, address: address ?? null, enabled: flag, stored: stored ?? null });
  });
  return { storage, application, dispose: async () => void database.close() };
}

testStorage({ test, factory });
testDirectory({ test, factory });
