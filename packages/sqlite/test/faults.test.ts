import { attemptId, CommitUnknown, createUser, record, StorageUnavailable } from '@pwreset/core';
import SqliteDatabase from 'better-sqlite3';
import { expect, test, vi } from 'vitest';
import { sqliteStorage } from '../src/index.js';
import { ann, entry, freshPath, newUser, openStorage, start } from './support.js';

const causedBy = (code: string) =>
  expect.objectContaining({ name: 'StorageUnavailable', cause: expect.objectContaining({ code }) });

test('a lock that is held past the timeout is an outage, and the storage works on afterwards', async () => {
  const database = freshPath();
  const storage = openStorage({ database, busyTimeoutMs: 20 });
  const other = new SqliteDatabase(database);
  other.exec('begin immediate');
  await expect(storage.commit([createUser(newUser())])).rejects.toEqual(causedBy('SQLITE_BUSY'));
  await expect(storage.claimJobs({ now: start, leaseMs: 1, limit: 1 })).rejects.toEqual(causedBy('SQLITE_BUSY'));
  expect(await storage.findUserById(ann)).toBeNull();
  other.exec('rollback');
  expect(await storage.commit([createUser(newUser())])).toEqual({ outcome: 'applied' });
  other.close();
});

test('a commit that readers keep from ending is rolled back', async () => {
  const path = freshPath();
  const database = new SqliteDatabase(path, { timeout: 20 });
  const storage = openStorage({ database });
  const reader = new SqliteDatabase(path);
  // Without WAL, a reader in the middle of its rows holds up the end of a commit and not its beginning.
  expect(database.pragma('journal_mode', { simple: true })).toBe('delete');
  reader.exec('begin; select * from pwreset_migrations');
  await expect(storage.commit([createUser(newUser())])).rejects.toEqual(causedBy('SQLITE_BUSY'));
  expect(database.inTransaction).toBe(false);
  reader.exec('commit');
  expect(await storage.findUserById(ann)).toBeNull();
  expect(await storage.commit([createUser(newUser())])).toEqual({ outcome: 'applied' });
  reader.close();
  database.close();
});

test('a disk that fails while a commit ends leaves the answer open, and settling it says no', async () => {
  const database = new SqliteDatabase(':memory:');
  openStorage({ database });
  const prepare = database.prepare.bind(database);
  vi.spyOn(database, 'prepare').mockImplementation((sql: string) => {
    const statement = prepare(sql);
    if (sql !== 'commit') return statement;
    vi.spyOn(statement, 'run').mockImplementationOnce(() => {
      throw new SqliteDatabase.SqliteError('disk I/O error', 'SQLITE_IOERR_FSYNC');
    });
    return statement;
  });
  const storage = openStorage({ database, migrate: false });
  const steps = [createUser(newUser()), record(entry('a'))];
  await expect(storage.commit(steps)).rejects.toThrow(CommitUnknown);
  expect(database.inTransaction).toBe(false);
  expect(await storage.settle(attemptId('a'), start)).toBe('not_applied');
  await expect(storage.commit(steps)).rejects.toThrow(StorageUnavailable);
  expect(await storage.findUserById(ann)).toBeNull();
});

test('a read-only connection reads, and a write is an outage', async () => {
  const path = freshPath();
  await openStorage({ database: path }).commit([createUser(newUser())]);
  const database = new SqliteDatabase(path, { readonly: true });
  const storage = openStorage({ database, migrate: false });
  expect((await storage.findUserById(ann))?.name).toBe('Ann');
  await expect(storage.commit([record(entry('a'))])).rejects.toEqual(causedBy('SQLITE_READONLY'));
  database.close();
});

test('a full disk is an outage that takes the whole commit back', async () => {
  const database = new SqliteDatabase(':memory:');
  const storage = openStorage({ database });
  database.pragma(`max_page_count = ${database.pragma('page_count', { simple: true })}`);
  const steps = [createUser(newUser({ name: 'x'.repeat(100_000) }))];
  await expect(storage.commit(steps)).rejects.toEqual(causedBy('SQLITE_FULL'));
  expect(database.inTransaction).toBe(false);
  expect(await storage.findUserById(ann)).toBeNull();
  database.pragma('max_page_count = 100000');
  expect(await storage.commit(steps)).toEqual({ outcome: 'applied' });
});

test('a file that cannot be opened, or is none of SQLite, is an outage', () => {
  expect(() => sqliteStorage({ database: freshPath().replace(/[^/]+$/, 'no/such/folder/x.db') })).toThrow(
    /directory does not exist/,
  );
  expect(() => sqliteStorage({ database: '/' })).toThrow(expect.objectContaining({ name: 'StorageUnavailable' }));
});

test('mistakes of the programmer stay what they are', async () => {
  const closed = sqliteStorage({ database: ':memory:', migrate: true });
  closed.close();
  await expect(closed.findUserById(ann)).rejects.toThrow(TypeError);
  expect(() => sqliteStorage({ database: ':memory:', busyTimeoutMs: -1 })).toThrow(TypeError);
  expect(() => Reflect.apply(sqliteStorage, null, [{ database: ':memory:', synchronous: 'OFF' }])).toThrow(TypeError);
  const database = new SqliteDatabase(':memory:');
  database.exec('begin');
  expect(() => sqliteStorage({ database, migrate: true })).toThrow(/before the transaction/);
});
