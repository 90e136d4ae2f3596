import type { CrashDatabase } from '@pwreset/conformance';
import { manualClock, testHasher } from '@pwreset/memory';
import SqliteDatabase from 'better-sqlite3';
import { sqliteStorage } from '../src/index.js';

/** What changes nothing and is no part of a transaction. */
const idle = /^(?:begin|select)\b/;

/** A file with full durability. Each statement that writes, or stands in a transaction, is a step. */
export const crashDatabase: CrashDatabase = {
  clock: manualClock,
  hasher: testHasher,
  async open(path, step) {
    const database = new SqliteDatabase(path, {
      verbose: (sql) => {
        const text = String(sql);
        if (database.inTransaction || !idle.test(text)) step(`before ${text.slice(0, 40)}`);
      },
    });
    const storage = sqliteStorage({ database, synchronous: 'FULL', migrate: true });
    return {
      storage,
      async close() {
        storage.close();
        database.close();
      },
    };
  },
};
