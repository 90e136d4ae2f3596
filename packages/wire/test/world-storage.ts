import { randomBytes } from 'node:crypto';
import { copyFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { DirectoryStorage } from '@pwreset/core';
import { memoryStorage } from '@pwreset/memory';
import { postgresStorage } from '@pwreset/postgres';
import { sqliteStorage } from '@pwreset/sqlite';
import pg from 'pg';
import { inject } from 'vitest';

/** What a thief of the database holds: each table's rows. */
export type Tables = Readonly<Record<string, readonly unknown[]>>;

export interface OpenStorage {
  readonly storage: DirectoryStorage;
  tables(): Promise<Tables>;
  /** The same as text; for a file also what lies about in its free pages and in its log. */
  text(): Promise<string>;
  close(): Promise<void>;
}

const asText = async (tables: Promise<Tables>): Promise<string> => JSON.stringify(await tables);

function openMemory(): OpenStorage {
  const storage = memoryStorage();
  const tables = async (): Promise<Tables> => JSON.parse(storage.dump());
  return { storage, tables, text: () => asText(tables()), close: async () => undefined };
}

/** The library's own SQLite has the file open, so another one reads a copy. */
async function openSqlite(): Promise<OpenStorage> {
  const folder = await mkdtemp(join(tmpdir(), 'pwreset-wire-'));
  const file = join(folder, 'pwreset.db');
  const storage = sqliteStorage({ database: file, migrate: true });
  const copy = async (): Promise<string> => {
    const stolen = join(await mkdtemp(join(folder, 'stolen-')), 'pwreset.db');
    await Promise.all(['', '-wal'].map((suffix) => copyFile(file + suffix, stolen + suffix)));
    return stolen;
  };
  const tables = async (): Promise<Tables> => {
    const database = new DatabaseSync(await copy());
    try {
      const names = database
        .prepare("select name from sqlite_master where type = 'table' and name like 'pwreset%'")
        .all();
      return Object.fromEntries(
        names.map(({ name }) => [String(name), database.prepare(`select * from ${String(name)}`).all()]),
      );
    } finally {
      database.close();
    }
  };
  const text = async (): Promise<string> => {
    const stolen = await copy();
    const files = await Promise.all(['', '-wal'].map((suffix) => readFile(stolen + suffix, 'latin1')));
    return [await asText(tables()), ...files].join('\n');
  };
  const close = async (): Promise<void> => {
    storage.close();
    await rm(folder, { recursive: true, force: true });
  };
  return { storage, tables, text, close };
}

/** A schema of its own on the server of this run. */
async function openPostgres(): Promise<OpenStorage> {
  const schema = `wire_${randomBytes(6).toString('hex')}`;
  const address = new URL(inject('postgresServerUrl'));
  address.searchParams.set('options', `-c search_path=${schema}`);
  const client = new pg.Client({ connectionString: address.href });
  await client.connect();
  await client.query(`create schema ${schema}`);
  const storage = await postgresStorage({ connection: address.href, migrate: true });
  const tables = async (): Promise<Tables> => {
    const { rows: names } = await client.query<{ readonly name: string }>(
      'select tablename as name from pg_tables where schemaname = $1',
      [schema],
    );
    const found: [string, readonly unknown[]][] = [];
    for (const { name } of names) found.push([name, (await client.query(`select * from ${name}`)).rows]);
    return Object.fromEntries(found);
  };
  const close = async (): Promise<void> => {
    await storage.close();
    // Its notices are about every table that goes.
    await client.query(`set client_min_messages = warning; drop schema ${schema} cascade`);
    await client.end();
  };
  return { storage, tables, text: () => asText(tables()), close };
}

export const openers = {
  memory: async () => openMemory(),
  sqlite: openSqlite,
  postgres: openPostgres,
} as const satisfies Readonly<Record<string, () => Promise<OpenStorage>>>;

export type StorageKind = keyof typeof openers;
