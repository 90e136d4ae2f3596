import { copyFileSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CrashRow, CrashTarget } from '@pwreset/conformance';
import SqliteDatabase from 'better-sqlite3';
import { build } from 'tsup';
import { crashDatabase } from './crash-database.js';

const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

/** Databases are files in a folder of their own, and so is the program, in one file: it is started hundreds of times. */
export async function sqliteTarget(): Promise<CrashTarget & { dispose(): void }> {
  const folder = mkdtempSync(join(tmpdir(), 'pwreset-crash-'));
  symlinkSync(here('../node_modules'), join(folder, 'node_modules'));
  await build({
    entry: [here('crash-child.ts')],
    outDir: folder,
    format: 'esm',
    target: 'node22',
    external: ['better-sqlite3'],
    config: false,
    silent: true,
  });
  let count = 0;
  const next = (): string => {
    count += 1;
    return join(folder, `${count}.db`);
  };
  return {
    ...crashDatabase,
    program: [join(folder, 'crash-child.js')],
    lanes: 1,
    async create() {
      const path = next();
      new SqliteDatabase(path).pragma('journal_mode = WAL');
      return path;
    },
    async copy(database) {
      const path = next();
      copyFileSync(database, path);
      return path;
    },
    async drop(database) {
      for (const end of ['', '-wal', '-shm']) rmSync(database + end, { force: true });
    },
    // What a process locked goes with it.
    quiet: () => Promise.resolve(),
    async read(path) {
      const database = new SqliteDatabase(path);
      const rows = (table: string) => database.prepare<[], CrashRow>(`select * from pwreset_${table}`).all();
      const read = {
        users: rows('users'),
        keys: rows('keys'),
        tokens: rows('tokens'),
        jobs: rows('jobs'),
        audit: rows('audit'),
      };
      database.close();
      return read;
    },
    async moveUser(path, id, email) {
      const database = new SqliteDatabase(path);
      database.prepare('update pwreset_users set email = ?, address = ? where id = ?').run(email, email, id);
      database.close();
    },
    dispose: () => rmSync(folder, { recursive: true, force: true }),
  };
}
