import { readFileSync } from 'node:fs';
import { StorageUnavailable } from '@pwreset/core';
import { migrationSql, SchemaMismatch, schemaVersion } from '@pwreset/kysely';
import SqliteDatabase, { type Database } from 'better-sqlite3';
import { expect, onTestFinished, test, vi } from 'vitest';
import { migrateSqlite, sqliteStorage } from '../src/index.js';
import { requireNode } from '../src/open.js';
import { freshPath, openStorage } from './support.js';

/** Everything that a file holds besides rows, as SQL. */
const schemaOf = (database: Database): string =>
  database
    .prepare<[], string>("select sql from sqlite_schema where sql is not null order by type = 'index', tbl_name, name")
    .pluck()
    .all()
    .map((sql) => `${sql};\n`)
    .join('\n');

const snapshot = readFileSync(new URL('schema.sql', import.meta.url), 'utf8');
const versions = (database: Database): unknown[] =>
  database.prepare('select version from pwreset_migrations order by version').pluck().all();

test('the schema is the one that is checked in', () => {
  const database = new SqliteDatabase(':memory:');
  openStorage({ database });
  expect(schemaOf(database)).toBe(snapshot);
});

test('the printed SQL makes the same schema, and a storage accepts it', () => {
  const database = new SqliteDatabase(':memory:');
  database.exec(migrationSql('sqlite'));
  expect(schemaOf(database)).toBe(snapshot);
  openStorage({ database, migrate: false });
  expect(migrationSql('sqlite', { after: schemaVersion('sqlite') })).toBe('');
});

test('migrating again, and from a second connection, changes nothing', async () => {
  const path = freshPath();
  migrateSqlite({ database: path });
  const first = new SqliteDatabase(path);
  const before = [schemaOf(first), versions(first)];
  migrateSqlite({ database: path });
  const second = openStorage({ database: path, migrate: true });
  openStorage({ database: first, migrate: true });
  expect([schemaOf(first), versions(first)]).toEqual(before);
  expect(versions(first)).toEqual([1]);
  expect(await second.listJobs({ limit: 1 })).toEqual([]);
  first.close();
});

test('a new file that another process holds is waited for, as long as the busy timeout says', () => {
  const path = freshPath();
  const other = new SqliteDatabase(path);
  other.exec('begin exclusive');
  const wait = vi.spyOn(Atomics, 'wait').mockReturnValue('timed-out');
  onTestFinished(() => wait.mockRestore());
  const open = () => sqliteStorage({ database: path, migrate: true, busyTimeoutMs: 20 });
  expect(open).toThrow(StorageUnavailable);
  expect(wait).toHaveBeenCalledTimes(2);
  wait.mockImplementation(() => {
    other.exec('commit');
    return 'timed-out';
  });
  open().close();
  expect(wait).toHaveBeenCalledTimes(3);
  other.close();
});

test('an interrupted migration leaves nothing behind', () => {
  const database = new SqliteDatabase(':memory:');
  database.exec('create table pwreset_audit (id text)');
  expect(() => sqliteStorage({ database, migrate: true })).toThrow(/pwreset_audit already exists/);
  expect(schemaOf(database)).toBe('CREATE TABLE pwreset_audit (id text);\n');
});

test('a storage on a file without the tables says what to do', () => {
  const open = () => sqliteStorage({ database: freshPath() });
  expect(open).toThrow(SchemaMismatch);
  expect(open).toThrow(/version 0 .* needs 1: open the storage with migrate: true/);
});

test('a storage on a newer schema says what to do, and migrating does not touch it', () => {
  const path = freshPath();
  migrateSqlite({ database: path });
  const database = new SqliteDatabase(path);
  database.exec("insert into pwreset_migrations (version, name) values (99, 'from the future')");
  for (const migrate of [false, true]) {
    const open = () => sqliteStorage({ database: path, migrate });
    expect(open).toThrow(SchemaMismatch);
    expect(open).toThrow(/version 99 .* knows 1: update/);
  }
  expect(versions(database)).toEqual([1, 99]);
  database.close();
});

test('an older Node is refused before better-sqlite3 could end it', () => {
  expect(() => requireNode('20.20.2')).toThrow(/needs Node 22.12 or newer, not 20.20.2/);
  expect(() => requireNode(process.versions.node)).not.toThrow();
});
