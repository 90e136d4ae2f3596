import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DirectoryFlowParts, directoryApplication, testDirectoryFlows, testFlows } from '@pwreset/conformance';
import { faultyStorage, manualClock, memoryMailer, testHasher } from '@pwreset/memory';
import SqliteDatabase from 'better-sqlite3';
import { test } from 'vitest';
import { sqliteStorage } from '../src/index.js';

function partsOn(database: SqliteDatabase.Database, dump: () => string): DirectoryFlowParts {
  const storage = sqliteStorage({ database, migrate: true });
  const editUser = database.prepare(`
    update pwreset_users set
      email = coalesce(@email, email),
      address = coalesce(@address, address),
      enabled = coalesce(@enabled, enabled),
      password = coalesce(@stored, password)
    where id = @id
  `);
  return {
    storage: faultyStorage(storage),
    application: directoryApplication(storage, async (id, { email, address, enabled, stored }) => {
      const flag = enabled === undefined ? null : Number(enabled);
      editUser.run({ id, email: email ?? null, address: address ?? null, enabled: flag, stored: stored ?? null });
    }),
    clock: manualClock(),
    mailer: memoryMailer(),
    hasher: testHasher(),
    dump: async () => dump(),
    async dispose() {
      storage.close();
      database.close();
    },
  };
}

const inMemory = async (): Promise<DirectoryFlowParts> => {
  const database = new SqliteDatabase(':memory:');
  return partsOn(database, () => database.serialize().toString('latin1'));
};

/** The dump is every byte of the file, before its log was written back and afterwards. */
async function onDisk(): Promise<DirectoryFlowParts> {
  const folder = mkdtempSync(join(tmpdir(), 'pwreset-'));
  const database = new SqliteDatabase(join(folder, 'pwreset.db'));
  const bytes = (): string =>
    readdirSync(folder).reduce((all, name) => all + readFileSync(join(folder, name), 'latin1'), '');
  const parts = partsOn(database, () => {
    const before = bytes();
    database.pragma('wal_checkpoint(TRUNCATE)');
    return before + bytes();
  });
  return {
    ...parts,
    async dispose() {
      await parts.dispose();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

testFlows({ test, factory: inMemory });
testDirectoryFlows({ test, factory: inMemory });

const atRest = (name: string, run: () => Promise<void>): void => {
  if (name.includes('P2:')) test(`on disk: ${name}`, run);
};
testFlows({ test: atRest, factory: onDisk });
testDirectoryFlows({ test: atRest, factory: onDisk });
