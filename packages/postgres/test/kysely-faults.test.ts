import { inspect } from 'node:util';
import {
  attemptId,
  createUser,
  enqueue,
  issueToken,
  requireEnabled,
  StorageUnavailable,
  setPassword,
  tokenId,
  userId,
  useToken,
} from '@pwreset/core';
import { type KyselyOptions, kyselyStorage, MappingMismatch } from '@pwreset/kysely';
import { CompiledQuery, type DatabaseConnection, Kysely, PostgresDialect, PostgresDriver } from 'kysely';
import pg from 'pg';
import { describe, expect, onTestFinished, test } from 'vitest';
import { freshSchemas } from './fresh-schema.js';
import { startProxy } from './proxy.js';
import { ann, connect, newJob, newToken, newUser, outage, start } from './support.js';

interface DB {
  people: { id: string; email: string; hash: string; active: boolean };
}

const people = `create table people (id text primary key, email text, hash text check (hash like '$old%'), active boolean)`;
const users = { table: 'people', id: 'id', email: 'email', password: 'hash', enabled: 'active' } as const;
const fresh = freshSchemas(import.meta.url);

/** A driver that hands a connection back whatever became of a rollback. */
class CarelessDriver extends PostgresDriver {
  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('rollback'));
  }
}

class CarelessDialect extends PostgresDialect {
  constructor(private readonly pool: pg.Pool) {
    super({ pool });
  }

  override createDriver(): PostgresDriver {
    return new CarelessDriver({ pool: this.pool });
  }
}

interface Impatient {
  readonly connections: number;
  readonly careless: boolean;
  /** Told how many rollbacks had no answer. */
  onUnanswered?(count: number): void;
}

/** A commit that spends a token and then waits for a row, on a pool that waits for no answer longer than 100 ms. */
async function stuckCommit({ connections, careless, onUnanswered }: Impatient) {
  const { url } = await fresh();
  const holder = await connect(url);
  const pool = new pg.Pool({
    connectionString: url,
    max: connections,
    query_timeout: 100,
    application_name: 'impatient',
    allowExitOnIdle: true,
  });
  pool.on('error', () => undefined);
  // A connection that never comes back is ended with the test, which the driver tells as an event.
  pool.on('connect', (client) => client.on('error', () => undefined));
  let unanswered = 0;
  const db = new Kysely<DB>({
    dialect: careless ? new CarelessDialect(pool) : new PostgresDialect({ pool }),
    log: ({ level, query }) => {
      if (level === 'error' && query.sql === 'rollback') onUnanswered?.(++unanswered);
    },
  });
  onTestFinished(async () => {
    await holder.query("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'impatient'");
  });
  const storage = kyselyStorage({ db, database: 'postgres' });
  await storage.commit([createUser(newUser()), issueToken(newToken())]);
  await holder.query('begin; lock table pwreset_jobs in share mode');
  const spend = [useToken(tokenId('token'), { now: start, attempt: attemptId('a') }), enqueue(newJob())];
  return { storage, pool, holder, commit: () => storage.commit(spend) };
}

const tokensSpent = async (client: pg.Client) =>
  (await client.query('select used_at from pwreset_tokens where used_at is not null')).rowCount;

describe('P3: nobody gets a connection whose transaction may be open', () => {
  test('it is closed where the driver knows how to', async () => {
    const { storage, holder, commit } = await stuckCommit({ connections: 1, careless: false });
    await expect(commit()).rejects.toThrow(StorageUnavailable);
    expect(await storage.commit([setPassword(ann, '$new$hash', start)])).toEqual({ outcome: 'applied' });
    await holder.query('rollback');
    for (let open = 2; open > 1; ) {
      const { rows } = await holder.query(
        "select count(*)::int as open from pg_stat_activity where application_name = 'impatient'",
      );
      open = rows[0].open;
    }
    expect(await tokensSpent(holder)).toBe(0);
  });

  test('else it is handed back when a rollback has been answered', async () => {
    const second = Promise.withResolvers<void>();
    const { storage, holder, commit } = await stuckCommit({
      connections: 1,
      careless: true,
      onUnanswered: (count) => count === 2 && second.resolve(),
    });
    await expect(commit()).rejects.toThrow(StorageUnavailable);
    await second.promise;
    await holder.query('rollback');
    expect(await storage.commit([setPassword(ann, '$new$hash', start)])).toEqual({ outcome: 'applied' });
    expect(await tokensSpent(holder)).toBe(0);
  });

  test('and kept from everybody when none ever is', async () => {
    const last = Promise.withResolvers<void>();
    const { storage, pool, holder, commit } = await stuckCommit({
      connections: 2,
      careless: true,
      onUnanswered: (count) => count === 5 && last.resolve(),
    });
    await expect(commit()).rejects.toThrow(StorageUnavailable);
    await last.promise;
    await holder.query('rollback');
    for (const stored of ['$new$hash', '$newer$hash']) {
      expect(await storage.commit([setPassword(ann, stored, start)])).toEqual({ outcome: 'applied' });
    }
    expect(pool.totalCount - pool.idleCount).toBe(1);
    expect(await tokensSpent(holder)).toBe(0);
  });
});

test('a connection that went dead in the pool is handed back: there is no transaction on it', async () => {
  const proxy = await startProxy((await fresh()).url);
  const pool = new pg.Pool({ connectionString: proxy.url, query_timeout: 100, allowExitOnIdle: true });
  pool.on('connect', (client) => client.on('error', () => undefined));
  const db = new Kysely<DB>({ dialect: new PostgresDialect({ pool }) });
  onTestFinished(() => db.destroy());
  const storage = kyselyStorage({ db, database: 'postgres' });
  await storage.commit([createUser(newUser())]);
  const struck = proxy.next(/^(?:select 1|begin|start transaction)/, { does: 'hole', at: 'statement' });
  await expect(storage.commit([setPassword(ann, '$new$hash', start)])).rejects.toThrow(StorageUnavailable);
  await struck;
  expect([pool.totalCount, pool.idleCount]).toEqual([1, 1]);
});

/** A storage on the application's table, and a connection past it. */
async function onPeople(options: Omit<KyselyOptions<DB>, 'db' | 'database'> = {}, setup = '', server = '') {
  const { url } = await fresh({ setup: `${people}; ${setup}` });
  const client = await connect(url);
  await client.query("insert into people values ('ann', 'ann@example.com', '$old$hash', true)");
  const address = new URL(url);
  address.searchParams.set('options', `${address.searchParams.get('options')} ${server}`);
  const pool = new pg.Pool({ connectionString: address.href, allowExitOnIdle: true });
  const db = new Kysely<DB>({ dialect: new PostgresDialect({ pool }) });
  onTestFinished(() => db.destroy());
  return { db, client, storage: kyselyStorage({ db, database: 'postgres', users, ...options }) };
}

describe('the server gives up before its client does', () => {
  test.each([
    ['a row that is held past the timeout', { lockTimeoutMs: 20 }, '55P03'],
    ['a statement that takes longer than the timeout', { statementTimeoutMs: 50 }, '57014'],
  ])('%s is an outage', async (_, timeouts, code) => {
    const { client, storage } = await onPeople(timeouts);
    await storage.findUserById(ann);
    await client.query('begin; select from people for update');
    await expect(storage.commit([setPassword(ann, '$old$two', start)])).rejects.toEqual(outage(code));
    await client.query('rollback');
    expect(await storage.commit([setPassword(ann, '$old$two', start)])).toEqual({ outcome: 'applied' });
  });

  test('a timeout that cannot be meant is refused', async () => {
    await expect(onPeople({ lockTimeoutMs: 0 })).rejects.toThrow(/lockTimeoutMs/);
    await expect(onPeople({ statementTimeoutMs: 1.5 })).rejects.toThrow(/statementTimeoutMs/);
  });
});

describe('P12: an error of the server tells no values', () => {
  test('of the row that it refused', async () => {
    const { storage } = await onPeople();
    const error: unknown = await storage.commit([setPassword(ann, '$argon2id$secret', start)]).catch((e: unknown) => e);
    expect(error).toMatchObject({ code: '23514' });
    expect(inspect(error, { depth: 9, showHidden: true })).not.toMatch(/argon2id|ann@example/);
  });

  test('of a parameter that it could not read', async () => {
    const { storage } = await onPeople();
    const error: unknown = await storage.commit([enqueue(newJob({ dueAt: 2 ** 70 }))]).catch((e: unknown) => e);
    expect(error).toMatchObject({ code: '22P02', message: 'invalid input syntax for type bigint…' });
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('1.18');
  });
});

describe('the look at the application’s tables', () => {
  const logged = `create table log (n int); create function note() returns trigger language plpgsql
    as 'begin insert into log values (1); return null; end'; create trigger t after update on people execute function note()`;

  test('leaves nothing behind that a trigger of the application did', async () => {
    const { client, db, storage } = await onPeople({}, logged);
    await storage.findUserById(ann);
    const other = kyselyStorage({ db, database: 'postgres', users });
    await db.transaction().execute((transaction) => other.within(transaction).findUserById(ann));
    expect((await client.query('select from log')).rowCount).toBe(0);
  });

  test('calls an outage an outage', async () => {
    const { storage } = await onPeople({}, '', '-c default_transaction_read_only=on');
    await expect(storage.findUserById(ann)).rejects.toEqual(outage('25006'));
  });

  test('leaves a transaction that it did not fit in a state to go on', async () => {
    const { db, client } = await onPeople();
    const mistaken = { ...users, table: 'persons' } as const;
    const storage = kyselyStorage<{ persons: DB['people'] } & DB>({ db, database: 'postgres', users: mistaken });
    await db.transaction().execute(async (transaction) => {
      await expect(storage.within(transaction).findUserById(ann)).rejects.toThrow(MappingMismatch);
      await transaction.updateTable('people').set({ email: 'new' }).execute();
    });
    expect((await client.query("select from people where email = 'new'")).rowCount).toBe(1);
  });
});

test('P4: what runs at once in one transaction is not taken back with a commit that is refused', async () => {
  const { db, client, storage } = await onPeople();
  const bob = userId('bob');
  const results = await db
    .transaction()
    .execute((transaction) =>
      Promise.all([
        storage
          .within(transaction)
          .commit([...Array.from({ length: 3 }, () => requireEnabled(ann)), requireEnabled(bob)]),
        storage.within(transaction).commit([requireEnabled(ann), setPassword(ann, '$old$two', start)]),
        storage.within(transaction).commit([requireEnabled(ann), requireEnabled(bob), enqueue(newJob())]),
      ]),
    );
  expect(results.map(({ outcome }) => outcome)).toEqual(['guard_failed', 'applied', 'guard_failed']);
  expect((await client.query('select hash from people')).rows).toEqual([{ hash: '$old$two' }]);
});
