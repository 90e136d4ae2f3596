import { createUser, requireEnabled, setPassword, userId } from '@pwreset/core';
import SqliteDatabase, { type Database } from 'better-sqlite3';
import { beforeEach, expect, test } from 'vitest';
import type { SqliteStorage } from '../src/index.js';
import { address, ann, newUser, openStorage, start } from './support.js';

let database: Database;
let storage: SqliteStorage;

beforeEach(async () => {
  database = new SqliteDatabase(':memory:');
  storage = openStorage({ database, joinTransactions: true });
  await storage.commit([createUser(newUser())]);
  database.exec('create table notes (text text)');
});

const stored = async () => (await storage.findUserById(ann))?.credential.stored;
const notes = () => database.prepare('select text from notes').pluck().all();

test("a commit inside the application's transaction goes when that goes", async () => {
  database.exec('begin');
  database.exec("insert into notes values ('kept?')");
  expect(await storage.commit([setPassword(ann, '$new$hash', start)])).toEqual({ outcome: 'applied' });
  expect(await stored()).toBe('$new$hash');
  expect(database.inTransaction).toBe(true);
  database.exec('rollback');
  expect([await stored(), notes()]).toEqual(['$old$hash', []]);
});

test('and stays when that stays', async () => {
  database.exec('begin');
  await storage.commit([setPassword(ann, '$new$hash', start)]);
  database.exec('commit');
  expect(await stored()).toBe('$new$hash');
});

test("a refused commit takes back its own part and leaves the application's", async () => {
  database.exec('begin');
  database.exec("insert into notes values ('kept')");
  const nobody = userId('nobody');
  expect(await storage.commit([requireEnabled(nobody), setPassword(ann, '$new$hash', start)])).toEqual({
    outcome: 'guard_failed',
    guard: 0,
  });
  const taken = createUser(newUser({ id: userId('eve') }));
  expect(
    await storage.commit([createUser(newUser({ id: userId('bob'), address: address('bob@example.com') })), taken]),
  ).toEqual({ outcome: 'conflict', step: 1 });
  await expect(storage.commit([setPassword(ann, 'a\u0000b', start)])).rejects.toThrow(TypeError);
  database.exec('commit');
  expect([await stored(), notes(), await storage.findUserById(userId('bob'))]).toEqual(['$old$hash', ['kept'], null]);
});

test('limits of a joined commit stay charged where its steps conflict', async () => {
  const limit = { name: 'ip', key: 'ip', capacity: 1, refillMs: 1000, now: start } as const;
  database.exec('begin');
  expect(await storage.commit([createUser(newUser())], [limit])).toEqual({ outcome: 'conflict', step: 0 });
  database.exec('commit');
  expect(await storage.charge([limit])).toEqual({ outcome: 'limited', limit: 0, retryAfterMs: 1000 });
});

test('unless it was asked to join, a commit within a transaction is refused, and the transaction goes on', async () => {
  const other = openStorage({ database });
  database.exec('begin');
  database.exec("insert into notes values ('kept')");
  await expect(other.commit([setPassword(ann, '$new$hash', start)])).rejects.toThrow(/joinTransactions/);
  database.exec('commit');
  expect([await stored(), notes()]).toEqual(['$old$hash', ['kept']]);
});
