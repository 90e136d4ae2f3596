import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { DirectoryStorage } from '@pwreset/core';
import { postgresStorage } from '@pwreset/postgres';
import { sqliteStorage } from '@pwreset/sqlite';
import type { DemoDatabase } from './settings.js';
import { reasonOf, StartRefused } from './start-refused.js';

export interface DemoStorage {
  readonly storage: DirectoryStorage;
  close(): Promise<void> | void;
}

/** Opens the database and brings its tables up to date. @throws {@link StartRefused} */
export async function openStorage(database: DemoDatabase): Promise<DemoStorage> {
  if (database.kind === 'postgres') {
    const storage = await postgresStorage({ connection: database.url, migrate: true }).catch((error: unknown) => {
      // The URL may hold a password, and so may what a driver says of it.
      throw new StartRefused(`PWRESET_DB cannot be used: ${reasonOf(error).replaceAll(database.url, 'the URL')}`);
    });
    return { storage, close: storage.close };
  }
  const { file } = database;
  try {
    mkdirSync(dirname(file), { recursive: true });
    const storage = sqliteStorage({ database: file, migrate: true });
    return { storage, close: storage.close };
  } catch (error) {
    throw new StartRefused(`PWRESET_DB ${file} cannot be used: ${reasonOf(error)}`);
  }
}
