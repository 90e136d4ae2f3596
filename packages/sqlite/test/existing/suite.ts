import { testFlows, testStorage } from '@pwreset/conformance';
import { faultyStorage, manualClock, memoryMailer, testHasher } from '@pwreset/memory';
import SqliteDatabase from 'better-sqlite3';
import { test } from 'vitest';
import { sqliteStorage } from '../../src/index.js';
import { existingApplication } from './application.js';
import type { ExistingTables } from './tables.js';

/** The whole kit on tables that were there before. */
export function testExisting(name: string, tables: ExistingTables): void {
  const open = () => {
    const database = new SqliteDatabase(':memory:');
    database.pragma('foreign_keys = ON');
    database.exec(tables.ddl);
    const storage = sqliteStorage({ ...tables.mapping, database, migrate: true });
    return { database, storage, application: existingApplication(database, tables, storage) };
  };
  const on = (title: string, run: () => Promise<void>) => test(`${name}: ${title}`, run);

  testStorage({
    test: on,
    factory: async () => {
      const { database, storage, application } = open();
      return { storage, application, dispose: async () => void database.close() };
    },
  });
  testFlows({
    test: on,
    factory: async () => {
      const { database, storage, application } = open();
      return {
        storage: faultyStorage(storage),
        application,
        clock: manualClock(),
        mailer: memoryMailer(),
        hasher: testHasher(),
        dump: async () => database.serialize().toString('latin1'),
        dispose: async () => void database.close(),
      };
    },
  });
}
