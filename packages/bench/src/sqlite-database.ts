import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@pwreset/core';
import { sqliteStorage } from '@pwreset/sqlite';
import SqliteDatabase from 'better-sqlite3';
import { type BenchDatabase, type Tally, tallyOf, tallyQuery } from './bench-database.js';
import { fillSqlite } from './fill-sqlite.js';
import { floor } from './floor.js';
import { sqliteFloor } from './floor-sqlite.js';
import { flow } from './flow.js';

/** A file in a folder of its own. Both sides use one connection, so that they share its cache and every setting. */
export function sqliteDatabase(synchronous: 'NORMAL' | 'FULL', rows: number): BenchDatabase {
  const folder = mkdtempSync(join(tmpdir(), 'pwreset-bench-'));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  process.once('exit', remove);
  const db = new SqliteDatabase(join(folder, 'bench.db'));
  db.pragma('journal_mode = WAL');
  db.pragma('foreign_keys = ON');
  const storage = sqliteStorage({ database: db, synchronous, migrate: true });
  fillSqlite(db, rows, systemClock.now());
  const settle = db.prepare<[]>(
    `update pwreset_jobs
     set state = 'done', lease_until = null, address = null, unique_key = null, payload = '{}', ended_at = created_at
     where state = 'pending'`,
  );
  return {
    database: 'sqlite',
    mode: `WAL ${synchronous}`,
    rows,
    contestants: [flow(storage), floor('statements', sqliteFloor(db))],
    async settle() {
      return settle.run().changes;
    },
    async tidy() {
      db.pragma('wal_checkpoint(TRUNCATE)');
    },
    async tally() {
      return tallyOf(db.prepare<[], Tally>(tallyQuery("substr(key, 1, instr(key, ':') - 1)")).all());
    },
    async close() {
      storage.close();
      db.close();
      process.off('exit', remove);
      remove();
    },
  };
}
