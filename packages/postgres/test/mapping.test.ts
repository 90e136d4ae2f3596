import {
  closeTokens,
  defaultRealm,
  disableUser,
  enqueue,
  invalidatePassword,
  issueToken,
  requireEnabled,
  type Step,
  StorageUnavailable,
  setPassword,
  tokenId,
  userId,
} from '@pwreset/core';
import { MappingMismatch, type UserMapping } from '@pwreset/kysely';
import { describe, expect, test } from 'vitest';
import { migratePostgres, postgresStorage } from '../src/index.js';
import { freshSchemas } from './fresh-schema.js';
import { address, connect, newJob, newToken, openStorage, start } from './support.js';

const freshSchema = freshSchemas(import.meta.url);
const one = userId('1');
const users: UserMapping = { table: 'accounts', id: 'id', email: 'email', password: 'hash', enabled: 'active' };
const setup = 'create table accounts (id text primary key, email text, hash varchar(60), active boolean)';

/** A place with one user, for a role of the database that may do what `grants` says. */
async function place(role: string, grants: readonly string[]) {
  const { url, schema } = await freshSchema({ setup });
  const owner = await connect(url);
  await owner.query("insert into accounts values ('1', 'a@example.com', '$old', true)");
  await owner.query(`drop owned by ${role}`).catch(() => undefined);
  await owner.query(`create role ${role} login password 'for-tests-only'`).catch(() => undefined);
  await owner.query(`grant usage on schema ${schema} to ${role}`);
  await owner.query(`grant all on all tables in schema ${schema} to ${role}`);
  for (const grant of grants) await owner.query(grant);
  const address = new URL(url);
  address.username = role;
  address.password = 'for-tests-only';
  return { owner, url, asRole: address.href, schema };
}

describe.each([true, false])('routine: %s', (routine) => {
  test.each<[string, Step]>([
    ['a new password', setPassword(one, '$new', start)],
    ['the end of a password', invalidatePassword(one, start)],
    ['disabling', disableUser(one, start)],
  ])('what a policy keeps from being written is not told as done: %s', async (_, step) => {
    const { owner, url, asRole } = await place('reader', []);
    await migratePostgres({ connection: url, users });
    await owner.query('alter table accounts enable row level security');
    await owner.query('create policy reading on accounts for select using (true)');
    const storage = await openStorage({ connection: asRole, users, routine });
    await expect(storage.commit([requireEnabled(one), step, enqueue(newJob())])).rejects.toThrow(StorageUnavailable);
    expect(await storage.listJobs({ limit: 5 })).toEqual([]);
    expect((await owner.query('select hash, active from accounts')).rows).toEqual([{ hash: '$old', active: true }]);
    await owner.query('create policy writing on accounts for update using (true)');
    expect(await storage.commit([requireEnabled(one), step, enqueue(newJob())])).toEqual({ outcome: 'applied' });
    await owner.query('drop policy reading on accounts; drop policy writing on accounts');
    await owner.query('alter table accounts disable row level security');
  });

  test('a mark and the old hash may be too long together, and the end of a password fits', async () => {
    const { owner, url } = await place('reader', []);
    const { enabled: _, ...unflagged } = users;
    await migratePostgres({ connection: url, users: unflagged });
    await owner.query("update accounts set hash = repeat('x', 60)");
    const storage = await openStorage({ connection: url, users: unflagged, routine });
    expect(await storage.commit([disableUser(one, start), invalidatePassword(one, start)])).toEqual({
      outcome: 'applied',
    });
    expect(await storage.findUserById(one)).toMatchObject({ enabled: false, credential: { state: 'unusable' } });
  });
});

test('a user who may not call the routine does without it', async () => {
  const { owner, url, asRole } = await place('caller', []);
  await migratePostgres({ connection: url, users });
  const names = await owner.query<{ name: string }>(
    "select p.oid::regprocedure::text as name from pg_proc p where starts_with(p.proname, 'pwreset_commit_') and p.pronamespace = current_schema()::regnamespace",
  );
  for (const { name } of names.rows) await owner.query(`revoke execute on function ${name} from public`);
  const storage = await openStorage({ connection: asRole, users });
  expect(await storage.commit([enqueue(newJob())])).toEqual({ outcome: 'applied' });
  for (const { name } of names.rows) await owner.query(`grant execute on function ${name} to public`);
});

test('a routine that is dropped later is done without from then on', async () => {
  const { owner, url } = await place('caller', []);
  await migratePostgres({ connection: url, users });
  const storage = await openStorage({ connection: url, users });
  const names = await owner.query<{ name: string }>(
    "select p.oid::regprocedure::text as name from pg_proc p where starts_with(p.proname, 'pwreset_commit_') and p.pronamespace = current_schema()::regnamespace",
  );
  for (const { name } of names.rows) await owner.query(`drop function ${name}`);
  expect(await storage.commit([requireEnabled(one), disableUser(one, start)])).toEqual({ outcome: 'applied' });
  expect(await storage.commit([requireEnabled(one)])).toEqual({ outcome: 'guard_failed', guard: 0 });
});

test.each<[string, UserMapping, RegExp]>([
  ['a table', { ...users, table: 'acounts' }, /acounts.*does not exist/],
  ['a column', { ...users, email: 'mail' }, /mail does not exist/],
  ['the type of an id', { ...users, id: 'active' }, /operator does not exist/],
  ['the type of a flag', { ...users, enabled: 'hash' }, /hash|boolean/],
])('%s that is not as the mapping says is told at the start', async (_, wrong, message) => {
  const { url } = await place('caller', []);
  const opening = postgresStorage({ connection: url, users: wrong });
  await expect(opening).rejects.toThrow(MappingMismatch);
  await expect(opening).rejects.toThrow(message);
});

test('a permission that is missing is told at the start', async () => {
  const { asRole } = await place('caller', ['revoke update on accounts from caller']);
  await expect(postgresStorage({ connection: asRole, users })).rejects.toThrow(/permission denied/);
});

test('a look-up of codes finds the users that one of users finds, with a code each, whatever collations make one', async () => {
  const { url } = await freshSchema({
    setup: `create collation if not exists any_case (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
      create table members (id text collate any_case, email text collate any_case, hash text, active boolean)`,
  });
  const owner = await connect(url);
  await owner.query(`insert into members values
    ('ann', 'A@example.com', '$1', true), ('ANN', 'a@example.com', '$2', true), ('bob', 'a@EXAMPLE.com', '$3', true),
    ('dan', null, '$4', true)`);
  const storage = await openStorage({
    connection: url,
    users: { ...users, table: 'members', email: { column: 'email', match: 'exact' } },
  });
  for (const id of ['ann', 'ANN', 'dan']) {
    const token = newToken({ id: tokenId(`code of ${id}`), userId: userId(id), purpose: 'reset_code' });
    const steps = [closeTokens(userId(id), ['reset_code'], start), issueToken(token)];
    expect(await storage.commit(steps)).toEqual({ outcome: 'applied' });
  }
  const found = await storage.findCodes(defaultRealm, address('a@example.com'));
  const byId = found.toSorted((a, b) => (a.user.id < b.user.id ? -1 : 1));
  expect(byId.map(({ user, code }) => [user.id, code?.id])).toEqual([
    ['ANN', 'code of ANN'],
    ['ann', 'code of ann'],
    ['bob', undefined],
  ]);
  expect(await storage.findUsersByEmail(defaultRealm, address('a@example.com'))).toHaveLength(3);
});
