import { directoryApplication, testDirectory, testStorage } from '@pwreset/conformance';
import { createUser, enqueue, jobId, requireEnabled, StorageUnavailable } from '@pwreset/core';
import { type KyselyStorage, kyselyStorage, MappingMismatch, migrateKysely, SchemaMismatch } from '@pwreset/kysely';
import { CamelCasePlugin, Kysely, PostgresDialect, sql } from 'kysely';
import pg from 'pg';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type Place, placesFor } from './fresh-schema.js';
import { ann, newJob, newUser, untilBlocked } from './support.js';

interface DB {
  people: { id: string; email: string; hash: string };
}

const lease = placesFor(import.meta.url);

interface Opened {
  readonly db: Kysely<DB>;
  readonly pool: pg.Pool;
  readonly storage: KyselyStorage<DB>;
}

const opened = new Map<string, Opened>();

/** The application's own instance, with a plugin that renames what its queries answer; one for each place. */
function open(place: Place): Opened {
  const known = opened.get(place.schema);
  if (known !== undefined) return known;
  const pool = new pg.Pool({ connectionString: place.url, application_name: 'pwreset', allowExitOnIdle: true });
  // As every application has to: the driver tells a lost connection as an event too.
  pool.on('connect', (client) => client.on('error', () => undefined));
  const db = new Kysely<DB>({ dialect: new PostgresDialect({ pool }), plugins: [new CamelCasePlugin()] });
  const made = { db, pool, storage: kyselyStorage({ db, database: 'postgres' }) };
  opened.set(place.schema, made);
  return made;
}

async function openForTest(): Promise<Opened> {
  const place = await lease();
  onTestFinished(place.giveBack);
  return open(place);
}

describe('over a Kysely instance of the application', () => {
  const factory = async () => {
    const place = await lease();
    const { storage, pool } = open(place);
    const application = directoryApplication(storage, async (id, { email, address, enabled, stored }) => {
      await pool.query(
        'update pwreset_users set email = coalesce($2, email), address = coalesce($3, address), enabled = coalesce($4, enabled), password = coalesce($5, password) where id = $1',
        [id, email, address, enabled, stored],
      );
    });
    return { storage, application, dispose: async () => place.giveBack() };
  };
  testStorage({ test, factory });
  testDirectory({ test, factory });
});

describe('within a transaction of the application', () => {
  test('a commit lasts when the transaction does, and goes with it', async () => {
    const { db, storage } = await openForTest();
    const rolledBack = db.transaction().execute(async (transaction) => {
      expect(await storage.within(transaction).commit([createUser(newUser())])).toEqual({ outcome: 'applied' });
      expect(await storage.findUserById(ann)).toBeNull();
      throw new Error('the application thinks better of it');
    });
    await expect(rolledBack).rejects.toThrow('thinks better');
    expect(await storage.findUserById(ann)).toBeNull();
    await db.transaction().execute((transaction) => storage.within(transaction).commit([createUser(newUser())]));
    expect(await storage.findUserById(ann)).toMatchObject({ id: ann });
  });

  test('a commit that is refused, or that fails, takes back its own part and nothing else', async () => {
    const { db, storage } = await openForTest();
    await db.transaction().execute(async (transaction) => {
      const within = storage.within(transaction);
      await within.commit([createUser(newUser())]);
      const again = [enqueue(newJob({ id: jobId('another') })), createUser(newUser())];
      expect(await within.commit(again)).toEqual({ outcome: 'conflict', step: 1 });
      const outOfRange = enqueue(newJob({ id: jobId('third'), dueAt: 2 ** 70 }));
      await expect(within.commit([enqueue(newJob()), outOfRange])).rejects.toThrow(/bigint/);
      expect(await within.listJobs({ limit: 5 })).toEqual([]);
    });
    expect(await storage.findUserById(ann)).toMatchObject({ id: ann });
  });

  test.each(['repeatable read', 'serializable'] as const)(
    'a %s one is refused: it would not see what was committed before it',
    async (level) => {
      const { db, storage } = await openForTest();
      const joined = db
        .transaction()
        .setIsolationLevel(level)
        .execute((transaction) => storage.within(transaction).commit([createUser(newUser())]));
      await expect(joined).rejects.toThrow(TypeError);
      await expect(joined).rejects.toThrow(level);
      expect(await storage.findUserById(ann)).toBeNull();
    },
  );
});

test('a connection that dies in the middle is an outage, and the next call works', async () => {
  const { pool, storage } = await openForTest();
  await storage.commit([createUser(newUser())]);
  const holder = await pool.connect();
  await holder.query('begin');
  await holder.query('select 1 from pwreset_users for update');
  const waiting = expect(storage.commit([requireEnabled(ann), enqueue(newJob())])).rejects.toThrow(StorageUnavailable);
  await untilBlocked(holder);
  await holder.query(
    "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
  );
  await waiting;
  await holder.query('rollback');
  holder.release();
  expect(await storage.listJobs({ limit: 5 })).toEqual([]);
  expect(await storage.commit([requireEnabled(ann), enqueue(newJob())])).toEqual({ outcome: 'applied' });
});

describe('what is wrong is said in one clear error, at the first use', () => {
  test('a newer schema, and one that is not there', async () => {
    const { db } = await openForTest();
    await sql`create schema empty_one`.execute(db);
    await db.connection().execute(async (connection) => {
      await sql`set search_path = empty_one`.execute(connection);
      const storage = kyselyStorage({ db: connection, database: 'postgres' });
      await expect(storage.findUserById(ann)).rejects.toThrow(SchemaMismatch);
      await expect(storage.commit([enqueue(newJob())])).rejects.toThrow(/version 0 .* needs 2/);
      await sql`reset search_path`.execute(connection);
    });
    await migrateKysely(db, 'postgres');
  });

  test('a mapping of a column that is not there', async () => {
    const { db } = await openForTest();
    const users = { table: 'people', id: 'id', email: 'email', password: 'hash' } as const;
    const storage = kyselyStorage({ db, database: 'postgres', users });
    await expect(storage.findUserById(ann)).rejects.toThrow(MappingMismatch);
    await expect(storage.findUserById(ann)).rejects.toThrow(/people.*does not exist/);
  });
});
