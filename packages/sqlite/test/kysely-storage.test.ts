import { directoryApplication, testDirectory, testStorage } from '@pwreset/conformance';
import {
  createUser,
  disableUser,
  enqueue,
  issueToken,
  jobId,
  requireEnabled,
  type Step,
  StorageUnavailable,
} from '@pwreset/core';
import { kyselyStorage, MappingMismatch, migrateKysely, SchemaMismatch } from '@pwreset/kysely';
import SqliteDatabase from 'better-sqlite3';
import { CamelCasePlugin, Kysely, SqliteDialect, sql } from 'kysely';
import { describe, expect, onTestFinished, test } from 'vitest';
import { ann, freshPath, newJob, newToken, newUser, start } from './support.js';

interface DB {
  people: { id: string; email: string; hash: string };
}

/** The application's own instance, with a plugin that renames what its queries answer. */
function application(path = ':memory:'): Kysely<DB> {
  const dialect = new SqliteDialect({ database: new SqliteDatabase(path) });
  const db = new Kysely<DB>({ dialect, plugins: [new CamelCasePlugin()] });
  onTestFinished(() => db.destroy());
  return db;
}

async function opened() {
  const db = application();
  await migrateKysely(db, 'sqlite');
  return { db, storage: kyselyStorage({ db, database: 'sqlite' }) };
}

describe('over a Kysely instance of the application', () => {
  const factory = async () => {
    const database = new SqliteDatabase(':memory:');
    const db = new Kysely<DB>({ dialect: new SqliteDialect({ database }), plugins: [new CamelCasePlugin()] });
    await migrateKysely(db, 'sqlite');
    const storage = kyselyStorage({ db, database: 'sqlite' });
    const edit = directoryApplication(storage, async (id, { email, address, enabled, stored }) => {
      const flag = enabled === undefined ? null : Number(enabled);
      database
        .prepare(
          'update pwreset_users set email = coalesce(?, email), address = coalesce(?, address), enabled = coalesce(?, enabled), password = coalesce(?, password) where id = ?',
        )
        .run(email ?? null, address ?? null, flag, stored ?? null, id);
    });
    return { storage, application: edit, dispose: () => db.destroy() };
  };
  testStorage({ test, factory });
  testDirectory({ test, factory });
});

describe('within a transaction of the application', () => {
  const steps: readonly Step[] = [createUser(newUser()), issueToken(newToken()), enqueue(newJob())];

  test('a commit lasts when the transaction does', async () => {
    const { db, storage } = await opened();
    await db.transaction().execute(async (transaction) => {
      const within = storage.within(transaction);
      expect(await within.commit(steps)).toEqual({ outcome: 'applied' });
      expect(await within.findUserById(ann)).toMatchObject({ id: ann });
    });
    expect(await storage.findUserById(ann)).toMatchObject({ id: ann });
    expect(await storage.listJobs({ limit: 5 })).toHaveLength(1);
  });

  test('and goes with it', async () => {
    const { db, storage } = await opened();
    const rolledBack = db.transaction().execute(async (transaction) => {
      await storage.within(transaction).commit(steps);
      throw new Error('the application thinks better of it');
    });
    await expect(rolledBack).rejects.toThrow('thinks better');
    expect(await storage.findUserById(ann)).toBeNull();
    expect(await storage.listJobs({ limit: 5 })).toEqual([]);
  });

  test('a commit that is refused takes back its own part and nothing else', async () => {
    const { db } = await opened();
    await sql`create table people (id text, email text, hash text)`.execute(db);
    await db.transaction().execute(async (transaction) => {
      await transaction.insertInto('people').values({ id: '1', email: 'a', hash: 'b' }).execute();
      const within = kyselyStorage({ db: transaction, database: 'sqlite' });
      expect(await within.commit(steps)).toEqual({ outcome: 'applied' });
      const again = [enqueue(newJob({ id: jobId('another') })), createUser(newUser())];
      expect(await within.commit(again)).toEqual({ outcome: 'conflict', step: 1 });
      await expect(within.commit([...again.slice(0, 1), disableUser(ann, Number.NaN)])).rejects.toThrow(TypeError);
      expect(await within.listJobs({ limit: 5 })).toHaveLength(1);
    });
    expect(await db.selectFrom('people').selectAll().execute()).toHaveLength(1);
    expect(await kyselyStorage({ db, database: 'sqlite' }).findUserById(ann)).toMatchObject({ enabled: true });
  });

  test('its first use does not wait for one outside, which waits for the transaction', async () => {
    const { db, storage } = await opened();
    const outside = await db.transaction().execute(async (transaction) => {
      const waiting = storage.findUserById(ann);
      expect(await storage.within(transaction).commit(steps)).toEqual({ outcome: 'applied' });
      return { waiting };
    });
    expect(await outside.waiting).toMatchObject({ id: ann });
  });

  test('P4: what runs at once in one transaction is not taken back with a commit that is refused', async () => {
    const { db, storage } = await opened();
    await sql`create table people (id text, email text, hash text)`.execute(db);
    await storage.commit([createUser(newUser())]);
    const results = await db.transaction().execute(async (transaction) => {
      const [refused, applied] = [storage.within(transaction), storage.within(transaction)];
      return Promise.all([
        refused.commit([requireEnabled(ann), enqueue(newJob({ id: jobId('one') })), createUser(newUser())]),
        applied.commit([requireEnabled(ann), enqueue(newJob({ id: jobId('two') })), disableUser(ann, start)]),
        transaction.insertInto('people').values({ id: '1', email: 'a', hash: 'b' }).execute(),
      ]);
    });
    expect(results.slice(0, 2)).toEqual([{ outcome: 'conflict', step: 2 }, { outcome: 'applied' }]);
    expect(await storage.findUserById(ann)).toMatchObject({ enabled: false });
    expect(await storage.listJobs({ limit: 5 })).toMatchObject([{ id: 'two' }]);
    expect(await db.selectFrom('people').selectAll().execute()).toHaveLength(1);
  });
});

test('a row that a trigger keeps from being written is told as that, and nothing is applied', async () => {
  const { db } = await opened();
  await sql`create table people (id text primary key, email text, hash text)`.execute(db);
  await sql`insert into people values ('ann', 'a@example.com', '$old')`.execute(db);
  await sql`create trigger kept before update on people begin select raise(ignore); end`.execute(db);
  const users = { table: 'people', id: 'id', email: 'email', password: 'hash' } as const;
  const storage = kyselyStorage({ db, database: 'sqlite', users });
  const committed = storage.commit([requireEnabled(ann), disableUser(ann, start), enqueue(newJob())]);
  await expect(committed).rejects.toMatchObject({
    name: 'StorageUnavailable',
    cause: { message: expect.stringContaining('people') },
  });
  expect(await storage.listJobs({ limit: 5 })).toEqual([]);
});

describe('what is wrong is said in one clear error, at the first use', () => {
  test('tables that are not there', async () => {
    const storage = kyselyStorage({ db: application(), database: 'sqlite' });
    await expect(storage.commit([createUser(newUser())])).rejects.toThrow(SchemaMismatch);
    await expect(storage.findUserById(ann)).rejects.toThrow(/version 0 .* needs 2/);
  });

  test('and a call after the migration works, without a restart', async () => {
    const db = application();
    const storage = kyselyStorage({ db, database: 'sqlite' });
    await expect(storage.findUserById(ann)).rejects.toThrow(SchemaMismatch);
    await migrateKysely(db, 'sqlite');
    expect(await storage.findUserById(ann)).toBeNull();
  });

  test('a newer schema', async () => {
    const { db, storage } = await opened();
    await sql`insert into pwreset_migrations values (99, 'later')`.execute(db);
    await expect(storage.findUserById(ann)).rejects.toThrow(/update @pwreset/);
    await expect(migrateKysely(db, 'sqlite')).rejects.toThrow(SchemaMismatch);
  });

  test('a mapping of a column that is not there', async () => {
    const { db } = await opened();
    await sql`create table people (id text, mail text, hash text)`.execute(db);
    const users = { table: 'people', id: 'id', email: 'email', password: 'hash' } as const;
    const storage = kyselyStorage({ db, database: 'sqlite', users });
    await expect(storage.findUserById(ann)).rejects.toThrow(MappingMismatch);
    await expect(storage.commit([disableUser(ann, start)])).rejects.toThrow(/people.*email/);
  });

  test('an outage in the look at the tables is an outage', async () => {
    const path = freshPath();
    const db = application(path);
    await migrateKysely(db, 'sqlite');
    await sql`create table people (id text, email text, hash text, active integer)`.execute(db);
    const other = new SqliteDatabase(path);
    onTestFinished(() => void other.close());
    other.exec('begin immediate');
    const storage = kyselyStorage({
      db: new Kysely<DB>({ dialect: new SqliteDialect({ database: new SqliteDatabase(path, { timeout: 0 }) }) }),
      database: 'sqlite',
      users: { table: 'people', id: 'id', email: 'email', password: 'hash' },
    });
    await expect(storage.findUserById(ann)).rejects.toThrow(StorageUnavailable);
    other.exec('rollback');
    expect(await storage.findUserById(ann)).toBeNull();
  });

  test('a file that another connection has locked', async () => {
    const path = freshPath();
    await migrateKysely(application(path), 'sqlite');
    const other = new SqliteDatabase(path);
    onTestFinished(() => void other.close());
    other.exec('begin immediate');
    const storage = kyselyStorage({
      db: new Kysely<DB>({ dialect: new SqliteDialect({ database: new SqliteDatabase(path, { timeout: 0 }) }) }),
      database: 'sqlite',
    });
    await expect(storage.commit([createUser(newUser())])).rejects.toThrow(StorageUnavailable);
    other.exec('rollback');
    expect(await storage.commit([createUser(newUser())])).toEqual({ outcome: 'applied' });
  });
});
