import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FlowParts, testFlows } from '@pwreset/conformance';
import { faultyStorage, manualClock, memoryMailer, testHasher } from '@pwreset/memory';
import SqliteDatabase from 'better-sqlite3';
import { test } from 'vitest';
import { sqliteStorage } from '../src/index.js';

function partsOn(database: SqliteDatabase.Database, dump: () => string): FlowParts {
  const storage = sqliteStorage({ database, migrate: true });
  return {
    storage: faultyStorage(storage),
    clock: manualClock(),
    mailer: memoryMailer(),
    hasher: testHasher(),
    async editEmail(id, { email, address }) {
      database.prepare('update pwreset_users set email = ?, address = ? where id = ?').run(email, address, id);
    },
    dump: async () => dump(),
    async dispose() {
      storage.close();
      database.close();
    },
  };
}

const inMemory = async (): Promise<FlowParts> => {
  const database = new SqliteDatabase(':memory:');
  return partsOn(database, () => database.serialize().toString('latin1'));
};

/** The dump is every byte of the file, before its log was written back and afterwards. */
async function onDisk(): Promise<FlowParts> {
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
testFlows({
  test: (name, run) => {
    if (name.includes('P2:')) test(`on disk: ${name}`, run);
  },
  factory: onDisk,
});
