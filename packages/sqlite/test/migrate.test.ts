import { readFileSync } from 'node:fs';
import { StorageUnavailable, serviceId } from '@pwreset/core';
import {
  migrationDone,
  migrationSql,
  migrationsFor,
  migrationsTable,
  SchemaMismatch,
  schemaVersion,
} from '@pwreset/kysely';
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

/** What version 1 left: a service, and tokens, of which three codes of Ann are open, as no release had them. */
const rowsOfVersion1 = `
  insert into pwreset_services values ('s', 'S', 'https://s.example', 'r', 'n', 'u', 'e', 1, 1, 1);
  insert into pwreset_tokens values
    ('reset', 'reset', 'ann', 's', 'k', 'f', 1, 9, null, null, null),
    ('older', 'reset_code', 'ann', 's', 'k', 'f', 1, 9, null, null, null),
    ('newest a', 'reset_code', 'ann', 's', 'k', 'f', 2, 9, null, null, null),
    ('newest b', 'reset_code', 'ann', 's', 'k', 'f', 2, 9, null, null, null),
    ('used', 'reset_code', 'ann', 's', 'k', 'f', 3, 9, 4, 'attempt', null),
    ('closed', 'reset_code', 'ann', 's', 'k', 'f', 3, 9, null, null, 5),
    ('other', 'reset_code', 'bob', 's', 'k', 'f', 1, 9, null, null, null)`;

/** When which of them is closed by version 2. */
const closedBy2 = [
  ['closed', 5],
  ['newest a', 2],
  ['newest b', null],
  ['older', 1],
  ['other', null],
  ['reset', null],
  ['used', null],
];

const service = {
  id: 's',
  name: 'S',
  url: 'https://s.example',
  links: { reset: 'r', resetNotice: 'n', updateNotice: 'u', emailChangeNotice: 'e' },
  resetUrls: [],
  enabled: true,
  createdAt: 1,
  updatedAt: 1,
};

test('a database of version 1 becomes one of version 2 with its rows, by hand or by the storage', async () => {
  const [initial] = migrationsFor('sqlite');
  if (initial === undefined) throw new Error('there is a first migration');
  for (const byHand of [true, false]) {
    const database = new SqliteDatabase(':memory:');
    database.exec([migrationsTable('sqlite'), ...initial.statements, migrationDone(initial), rowsOfVersion1].join(';'));
    expect(() => sqliteStorage({ database })).toThrow(/version 1 .* needs 2/);
    if (byHand) database.exec(migrationSql('sqlite', { after: 1 }));
    const storage = openStorage({ database, migrate: !byHand });
    expect([schemaOf(database), versions(database)]).toEqual([snapshot, [1, 2]]);
    expect(database.prepare('select id, closed_at from pwreset_tokens order by id').raw().all()).toEqual(closedBy2);
    expect(await storage.findService(serviceId('s'))).toEqual(service);
    // What the release before writes meanwhile.
    database.exec(`insert into pwreset_services (
      id, name, url, reset_link, reset_notice_link, update_notice_link, email_change_notice_link, enabled, created_at, updated_at
    ) select 'later', name, url, reset_link, reset_notice_link, update_notice_link, email_change_notice_link, enabled, 1, 1
    from pwreset_services`);
    expect(await storage.findService(serviceId('later'))).toEqual({ ...service, id: 'later' });
  }
});

test('the database itself keeps a user to one open code', async () => {
  const database = new SqliteDatabase(':memory:');
  openStorage({ database });
  const insert = database.prepare("insert into pwreset_tokens values (?, ?, ?, 's', 'k', 'f', 1, 9, null, null, ?)");
  insert.run('1', 'reset_code', 'ann', null);
  insert.run('2', 'reset_code', 'ann', 5);
  insert.run('3', 'reset', 'ann', null);
  insert.run('4', 'reset', 'ann', null);
  insert.run('5', 'reset_code', 'bob', null);
  expect(() => insert.run('6', 'reset_code', 'ann', null)).toThrow(/UNIQUE/);
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
  expect(versions(first)).toEqual([1, 2]);
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
  expect(open).toThrow(/version 0 .* needs 2: open the storage with migrate: true/);
});

test('a storage on a newer schema says what to do, and migrating does not touch it', () => {
  const path = freshPath();
  migrateSqlite({ database: path });
  const database = new SqliteDatabase(path);
  database.exec("insert into pwreset_migrations (version, name) values (99, 'from the future')");
  for (const migrate of [false, true]) {
    const open = () => sqliteStorage({ database: path, migrate });
    expect(open).toThrow(SchemaMismatch);
    expect(open).toThrow(/version 99 .* knows 2: update/);
  }
  expect(versions(database)).toEqual([1, 2, 99]);
  database.close();
});

test('an older Node is refused before better-sqlite3 could end it', () => {
  expect(() => requireNode('20.20.2')).toThrow(/needs Node 22.12 or newer, not 20.20.2/);
  expect(() => requireNode(process.versions.node)).not.toThrow();
});
