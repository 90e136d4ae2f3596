import { fork } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  type Contender,
  connectContender,
  directoryApplication,
  type SharedStorageUnderTest,
} from '@pwreset/conformance';
import SqliteDatabase from 'better-sqlite3';
import { build } from 'tsup';
import { afterAll } from 'vitest';
import { sqliteStorage } from '../src/index.js';

const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

/** What `contender.ts` is as a program of one file, for it is started often; it goes with the tests of this file. */
export async function contenderProgram(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'pwreset-contender-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  symlinkSync(here('../node_modules'), join(folder, 'node_modules'));
  await build({
    entry: [here('contender.ts')],
    outDir: folder,
    format: 'esm',
    target: 'node22',
    external: ['better-sqlite3'],
    config: false,
    silent: true,
  });
  return join(folder, 'contender.js');
}

/** Has a process ready for work on this file; `defect` names what is wrong with its storage. */
export const startContender = (program: string, database: string, defect = ''): Promise<Contender> =>
  connectContender(fork(program, [database, defect]));

/** A file that several processes share. */
export async function sharedSqlite(program: string, defect = ''): Promise<SharedStorageUnderTest> {
  const folder = mkdtempSync(join(tmpdir(), 'pwreset-'));
  const database = join(folder, 'pwreset.db');
  const storage = sqliteStorage({ database, migrate: true, busyTimeoutMs: 30_000 });
  // The application has a connection of its own.
  const own = new SqliteDatabase(database, { timeout: 30_000 });
  const editUser = own.prepare(`
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
  return {
    storage,
    application,
    start: () => startContender(program, database, defect),
    async dispose() {
      own.close();
      storage.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
