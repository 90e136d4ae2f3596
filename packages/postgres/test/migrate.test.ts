import { readFileSync } from 'node:fs';
import { createUser, serviceId } from '@pwreset/core';
import {
  migrationDone,
  migrationSql,
  migrationsFor,
  migrationsTable,
  SchemaMismatch,
  schemaVersion,
} from '@pwreset/kysely';
import pg from 'pg';
import { expect, inject, onTestFinished, test } from 'vitest';
import { migratePostgres, postgresStorage } from '../src/index.js';
import { freshSchemas } from './fresh-schema.js';
import { ann, applicationPool, connect, newUser, openStorage, untilBlocked } from './support.js';

const freshSchema = freshSchemas(import.meta.url);

/** A schema without anything in it, for the length of the test. */
async function emptySchema(): Promise<{ readonly url: string; readonly client: pg.Client }> {
  const address = new URL(inject('postgresUrl'));
  const admin = await connect(address.href);
  const { rows } = await admin.query<{ name: string }>("select 'm' || txid_current() as name");
  const name = rows[0]?.name ?? '';
  await admin.query(`create schema ${name}`);
  address.searchParams.set('options', `-c search_path=${name}`);
  const client = await connect(address.href);
  onTestFinished(async () => {
    const last = new pg.Client({ connectionString: inject('postgresUrl') });
    await last.connect();
    await last.query(`drop schema ${name} cascade`);
    await last.end();
  });
  return { url: address.href, client };
}

/** Everything in the current schema besides rows and migrations, in words. */
async function schemaOf(client: pg.Client): Promise<string> {
  const columns = await client.query<{ line: string }>(`
    select format('%s.%s %s%s', table_name, column_name, data_type, case is_nullable when 'NO' then ' not null' end) as line
    from information_schema.columns where table_schema = current_schema() order by table_name, ordinal_position`);
  const indexes = await client.query<{ line: string }>(`
    select replace(indexdef, current_schema() || '.', '') as line
    from pg_indexes where schemaname = current_schema() order by indexname`);
  const constraints = await client.query<{ line: string }>(`
    select format('%s %s', conrelid::regclass, pg_get_constraintdef(oid)) as line
    from pg_constraint where connamespace = current_schema()::regnamespace and contype <> 'n' order by conname`);
  return [columns, indexes, constraints].map(({ rows }) => rows.map(({ line }) => `${line}\n`).join('')).join('\n');
}

const snapshot = readFileSync(new URL('schema.txt', import.meta.url), 'utf8');
const versions = async (client: pg.Client): Promise<unknown[]> =>
  (await client.query('select version from pwreset_migrations order by version')).rows.map(({ version }) => version);

test('the schema is the one that is checked in', async () => {
  const { url, client } = await emptySchema();
  await migratePostgres({ connection: url });
  expect(await schemaOf(client)).toBe(snapshot);
});

test('the printed SQL makes the same schema, and a storage accepts it', async () => {
  const { url, client } = await emptySchema();
  await client.query(migrationSql('postgres'));
  expect(await schemaOf(client)).toBe(snapshot);
  await openStorage({ connection: url });
  expect(migrationSql('postgres', { after: schemaVersion('postgres') })).toBe('');
});

/** What version 1 left: a service, and tokens, of which three codes of Ann are open, as no release had them. */
const rowsOfVersion1 = `
  insert into pwreset_services values ('s', 'S', 'https://s.example', 'r', 'n', 'u', 'e', true, 1, 1);
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
  ['closed', '5'],
  ['newest a', '2'],
  ['newest b', null],
  ['older', '1'],
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
  const [initial] = migrationsFor('postgres');
  if (initial === undefined) throw new Error('there is a first migration');
  for (const byHand of [true, false]) {
    const { url, client } = await emptySchema();
    const old = [migrationsTable('postgres'), ...initial.statements, migrationDone(initial), rowsOfVersion1];
    await client.query(old.join(';'));
    await expect(postgresStorage({ connection: url })).rejects.toThrow(/version 1 .* needs 2/);
    if (byHand) await client.query(migrationSql('postgres', { after: 1 }));
    const storage = await openStorage({ connection: url, migrate: !byHand });
    expect([await schemaOf(client), await versions(client)]).toEqual([snapshot, [1, 2]]);
    const closed = 'select id, closed_at from pwreset_tokens order by id collate "C"';
    expect((await client.query({ text: closed, rowMode: 'array' })).rows).toEqual(closedBy2);
    expect(await storage.findService(serviceId('s'))).toEqual(service);
    // What the release before writes meanwhile.
    await client.query(`insert into pwreset_services (
      id, name, url, reset_link, reset_notice_link, update_notice_link, email_change_notice_link, enabled, created_at, updated_at
    ) select 'later', name, url, reset_link, reset_notice_link, update_notice_link, email_change_notice_link, enabled, 1, 1
    from pwreset_services`);
    expect(await storage.findService(serviceId('later'))).toEqual({ ...service, id: 'later' });
  }
});

test('the database itself keeps a user to one open code', async () => {
  const { url, client } = await emptySchema();
  await migratePostgres({ connection: url });
  const insert = (id: string, purpose: string, user: string, closedAt: number | null) =>
    client.query("insert into pwreset_tokens values ($1, $2, $3, 's', 'k', 'f', 1, 9, null, null, $4)", [
      id,
      purpose,
      user,
      closedAt,
    ]);
  await insert('1', 'reset_code', 'ann', null);
  await insert('2', 'reset_code', 'ann', 5);
  await insert('3', 'reset', 'ann', null);
  await insert('4', 'reset', 'ann', null);
  await insert('5', 'reset_code', 'bob', null);
  await expect(insert('6', 'reset_code', 'ann', null)).rejects.toMatchObject({ constraint: 'pwreset_tokens_code' });
});

test('many processes that start at once on an empty schema migrate it once', async () => {
  const { url, client } = await emptySchema();
  const pools = Array.from({ length: 4 }, () => applicationPool(url));
  const connections = [...pools, ...pools.map(() => url)];
  const storages = await Promise.all(connections.map((connection) => openStorage({ connection, migrate: true })));
  expect(await versions(client)).toEqual([1, 2]);
  await storages[0]?.commit([createUser(newUser())]);
  for (const storage of storages) expect((await storage.findUserById(ann))?.name).toBe('Ann');
});

test('who comes while another migrates waits for it, longer than for a row', async () => {
  const { url, client } = await emptySchema();
  const watcher = await connect(url);
  await client.query('begin');
  for (const statement of migrationSql('postgres').split(';').slice(1, 2)) await client.query(statement);
  const migrated = migratePostgres({ connection: url, lockTimeoutMs: 1, statementTimeoutMs: 300 });
  await untilBlocked(watcher);
  // Longer than either timeout, and than an answer is waited for otherwise.
  await watcher.query('select pg_sleep(0.7)');
  await untilBlocked(watcher);
  await client.query('commit');
  await migrated;
  expect(await versions(watcher)).toEqual([1, 2]);
});

test('migrating again changes nothing', async () => {
  const { url, client } = await emptySchema();
  await migratePostgres({ connection: url });
  const before = await schemaOf(client);
  await migratePostgres({ connection: url });
  expect([await schemaOf(client), await versions(client)]).toEqual([before, [1, 2]]);
});

test('an interrupted migration leaves nothing behind', async () => {
  const { url, client } = await emptySchema();
  await client.query('create table pwreset_audit (id text)');
  const before = await schemaOf(client);
  await expect(migratePostgres({ connection: url })).rejects.toThrow(/"pwreset_audit" already exists/);
  expect(await schemaOf(client)).toBe(before);
});

test('a storage on a database without the tables says what to do', async () => {
  const { url } = await emptySchema();
  const opened = postgresStorage({ connection: url });
  await expect(opened).rejects.toThrow(SchemaMismatch);
  await expect(opened).rejects.toThrow(/version 0 .* needs 2: open the storage with migrate: true/);
});

test('a storage on a newer schema says what to do, and migrating does not touch it', async () => {
  const { url } = await freshSchema();
  const client = await connect(url);
  await client.query("insert into pwreset_migrations (version, name) values (99, 'from the future')");
  onTestFinished(async () => void (await client.query('delete from pwreset_migrations where version = 99')));
  for (const migrate of [false, true]) {
    const opened = postgresStorage({ connection: url, migrate });
    await expect(opened).rejects.toThrow(SchemaMismatch);
    await expect(opened).rejects.toThrow(/version 99 .* knows 2: update/);
  }
  expect(await versions(client)).toEqual([1, 2, 99]);
});
