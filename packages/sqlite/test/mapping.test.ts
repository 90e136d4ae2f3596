import {
  closeTokens,
  createUser,
  defaultRealm,
  deleteUser,
  disableUser,
  enableUser,
  enqueue,
  invalidatePassword,
  issueToken,
  patchUser,
  realm,
  rehashPassword,
  requireCredential,
  requireEnabled,
  revokeKeys,
  type Step,
  StorageUnavailable,
  setPassword,
  tokenId,
  userId,
} from '@pwreset/core';
import { type KeyMapping, MappingMismatch, type UserMapping } from '@pwreset/kysely';
import SqliteDatabase, { type Database } from 'better-sqlite3';
import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { address, newJob, newToken, newUser, openStorage, start } from './support.js';

const one = userId('1');
const later = start + 60_000;

function opened(ddl: string, users: UserMapping, keys?: KeyMapping) {
  const database = new SqliteDatabase(':memory:');
  database.exec(ddl);
  const storage = openStorage({ database, users, ...(keys !== undefined && { keys }) });
  const apply = async (...steps: Step[]) => expect(await storage.commit(steps)).toEqual({ outcome: 'applied' });
  const row = (table: string) => database.prepare<[], Record<string, unknown>>(`select * from ${table}`).get();
  return { database, storage, apply, row };
}

describe('a table without an enabled flag', () => {
  const users: UserMapping = { table: 'accounts', id: 'id', email: 'email', password: 'hash' };
  const ddl =
    "create table accounts (id text primary key, email text, hash text); insert into accounts values ('1', 'a@example.com', '$old')";

  test('keeps a disabled user behind a mark in the password column, and the hash for the day they are enabled', async () => {
    const { storage, apply, row } = opened(ddl, users);
    await apply(disableUser(one, later));
    await apply(disableUser(one, later));
    expect(row('accounts')?.['hash']).toBe('!disabled:$old');
    expect(await storage.findUserById(one)).toMatchObject({ enabled: false, credential: { stored: '$old' } });
    expect(await storage.commit([requireEnabled(one)])).toEqual({ outcome: 'guard_failed', guard: 0 });
    await apply(enableUser(one, later));
    await apply(enableUser(one, later));
    expect(row('accounts')?.['hash']).toBe('$old');
  });

  test('a new password does not enable, in whatever order the two are written', async () => {
    const { storage, apply, row } = opened(ddl, users);
    await apply(setPassword(one, '$new', later), disableUser(one, later));
    expect(row('accounts')?.['hash']).toBe('!disabled:$new');
    await apply(rehashPassword(one, '$newer', later));
    expect(await storage.findUserById(one)).toMatchObject({ enabled: false, credential: { stored: '$newer' } });
    await apply(invalidatePassword(one, later));
    expect(row('accounts')?.['hash']).toBe('!disabled:!unusable');
    expect(await storage.findUserById(one)).toMatchObject({ enabled: false, credential: { state: 'unusable' } });
    const user = await storage.findUserById(one);
    if (user === null) throw new Error('the user is there');
    await apply(requireCredential(user), enableUser(one, later));
    expect(row('accounts')?.['hash']).toBe('!unusable');
  });

  test('a user who never had a password is disabled too', async () => {
    const { database, storage, apply, row } = opened(ddl, users);
    database.exec('update accounts set hash = null');
    await apply(disableUser(one, later));
    expect(row('accounts')?.['hash']).toBe('!disabled');
    expect(await storage.findUserById(one)).toMatchObject({
      enabled: false,
      credential: { state: 'none', stored: null },
    });
    await apply(enableUser(one, later));
    expect(row('accounts')?.['hash']).toBeNull();
  });
});

describe('a password in a table of its own', () => {
  const ddl = `create table people (id integer primary key autoincrement, email text, off_at text);
    create table secrets (person integer, kind text, value text, changed integer);
    insert into people (id, email) values (1, 'a@example.com'), (2, 'b@example.com');
    insert into secrets values (1, 'pin', '1234', 0), (1, 'password', '$old', 0)`;
  const password = { table: 'secrets', user: 'person', column: 'value', where: { kind: 'password' } };
  const users = {
    table: 'people',
    id: { column: 'id', as: 'integer', neverReused: true },
    email: 'email',
    enabled: { column: 'off_at', isNull: 'text' },
  } as const;

  test('only the row of the condition is read and written', async () => {
    const { database, storage, apply, row } = opened(ddl, {
      ...users,
      password: { ...password, updatedAt: { column: 'changed', as: 'epochSeconds' } },
    });
    expect((await storage.findUserById(one))?.credential).toEqual({ state: 'usable', stored: '$old' });
    await apply(setPassword(one, '$new', later), disableUser(one, later));
    expect(database.prepare('select * from secrets').all()).toEqual([
      { person: 1, kind: 'pin', value: '1234', changed: 0 },
      { person: 1, kind: 'password', value: '$new', changed: Math.floor(later / 1000) },
    ]);
    expect(row('people')?.['off_at']).toBe(
      new Intl.DateTimeFormat('sv', { dateStyle: 'short', timeZone: 'UTC' }).format(later).concat('T03:05:05.678Z'),
    );
  });

  test('a user without a row has no password and cannot reset it, unless a row can be written', async () => {
    const without = opened(ddl, { ...users, password });
    const bob = userId('2');
    expect(await without.storage.findUserById(bob)).toMatchObject({
      credential: { state: 'none' },
      passwordAllowReset: false,
    });
    const inserting = opened(ddl, {
      ...users,
      password: { ...password, insert: ({ now }) => ({ changed: now('epochMs') }) },
    });
    expect(await inserting.storage.findUserById(bob)).toMatchObject({ passwordAllowReset: true });
    await inserting.apply(setPassword(bob, '$bob', later));
    await inserting.apply(setPassword(bob, '$bobby', later));
    const rows = inserting.database.prepare('select * from secrets where person = 2').all();
    expect(rows).toEqual([{ person: 2, kind: 'password', value: '$bobby', changed: later }]);
  });
});

test("a revoke disables the application's keys as well, in the form that their table has", async () => {
  const ddl = `create table accounts (id text primary key, email text, hash text);
    create table api_keys (owner text, active integer, revoked_at text);
    insert into accounts values ('1', 'a@example.com', '$old');
    insert into api_keys values ('1', 1, null), ('2', 1, null)`;
  const { database, apply } = opened(
    ddl,
    { table: 'accounts', id: 'id', email: 'email', password: 'hash' },
    { table: 'api_keys', user: 'owner', enabled: 'active', updatedAt: { column: 'revoked_at', as: 'timestamp' } },
  );
  await apply(revokeKeys(one, start));
  expect(database.prepare('select * from api_keys').all()).toEqual([
    { owner: '1', active: 0, revoked_at: '2026-01-02 03:04:05.678' },
    { owner: '2', active: 1, revoked_at: null },
  ]);
});

describe('what a mapping leaves out', () => {
  const ddl =
    "create table accounts (id text primary key, email text, hash text, nick text); insert into accounts values ('1', 'a@example.com', '$old', 'A')";
  const users: UserMapping = { table: 'accounts', id: 'id', email: 'email', password: 'hash', name: 'nick' };

  test('users are created and deleted by the application', async () => {
    const { storage } = opened(ddl, users);
    await expect(storage.commit([createUser(newUser())])).rejects.toThrow(TypeError);
    await expect(storage.commit([deleteUser(one)])).rejects.toThrow(/rows of accounts itself/);
  });

  test('a patch writes mapped columns and refuses the others', async () => {
    const { storage, apply, row } = opened(ddl, users);
    await apply(patchUser(one, { name: 'B' }, later));
    expect(row('accounts')?.['nick']).toBe('B');
    await expect(storage.commit([patchUser(one, { name: 'C', locale: 'fr' }, later)])).rejects.toThrow(/no locale/);
    expect(row('accounts')?.['nick']).toBe('B');
  });

  test('has its default, and nobody is in another realm', async () => {
    const { storage } = opened(ddl, { ...users, defaults: { locale: 'fr', timezone: 'Europe/Paris' } });
    expect(await storage.findUserById(one)).toMatchObject({
      realm: defaultRealm,
      locale: 'fr',
      timezone: 'Europe/Paris',
      passwordAllowReset: true,
      passwordRequireUpdate: false,
      createdAt: null,
      updatedAt: null,
    });
    expect(await storage.findUsersByEmail(defaultRealm, address('a@example.com'))).toHaveLength(1);
    expect(await storage.findUsersByEmail(realm('other'), address('a@example.com'))).toEqual([]);
  });
});

describe('a mapping that cannot be right is refused at the start', () => {
  const ddl = 'create table accounts (id text primary key, email text, hash text, made text)';
  const open = (users: UserMapping, keys?: KeyMapping) => () => opened(ddl, users, keys);
  const good = { table: 'accounts', id: 'id', email: 'email', password: 'hash' } as const;

  test('ids that may be handed out twice, without anything that tells old from new', () => {
    const id = { column: 'id', as: 'integer' } as const;
    expect(open({ ...good, id })).toThrow(TypeError);
    expect(open({ ...good, id })).toThrow(/handed out twice/);
    expect(open({ ...good, id: { ...id, neverReused: true } })).not.toThrow();
    expect(open({ ...good, id, createdAt: 'made' })).not.toThrow();
  });

  test('integers that go by as text', () => {
    expect(() => opened('create table accounts (id integer primary key, email text, hash text)', good)).toThrow(
      /integer/,
    );
  });

  test('names that there are not', () => {
    const mistyped = { ...good, enable: 'active' };
    expect(open(mistyped)).toThrow(/has no enable$/);
    expect(() => Reflect.apply(opened, null, [ddl, { table: 'accounts', id: 'id', password: 'hash' }])).toThrow(
      /needs email/,
    );
    const id = { column: 'id', as: 'int' };
    expect(() => Reflect.apply(opened, null, [ddl, { ...good, id }])).toThrow(/not int$/);
  });

  test('no place for a disabled user', () => {
    expect(open({ ...good, password: { table: 'accounts', user: 'id', column: 'hash' } })).toThrow(/disabled/);
  });

  test('keys that a revoke would leave as they are', () => {
    expect(open(good, { table: 'accounts', user: 'id' })).toThrow(TypeError);
    const enabled = { when: () => sql<boolean>`true`, yes: {}, no: {} };
    expect(open(good, { table: 'accounts', user: 'id', enabled })).toThrow(/writes nothing/);
  });

  test('a flag that disabling would leave as it is', () => {
    const enabled = { when: () => sql<boolean>`true`, yes: {}, no: {} };
    expect(open({ ...good, enabled })).toThrow(/writes nothing/);
  });

  test.each<[string, UserMapping, RegExp]>([
    ['a table', { ...good, table: 'acounts' }, /acounts.*no such table/],
    ['a column that is read', { ...good, email: 'mail' }, /no such column: u\.mail/],
    ['a column that is only written', { ...good, updatedAt: { column: 'changed', as: 'epochMs' } }, /changed/],
    [
      'a table of passwords',
      { ...good, enabled: 'made', password: { table: 'secrets', user: 'u', column: 'c' } },
      /secrets/,
    ],
  ])('%s that is not there', (_, users, message) => {
    expect(open(users)).toThrow(MappingMismatch);
    expect(open(users)).toThrow(message);
  });

  test('a table of keys that is not there', () => {
    expect(open(good, { table: 'api_keys', user: 'owner', enabled: 'active' })).toThrow(/api_keys/);
  });
});

test('rows that the application has ended are absent, to reads and to changes', async () => {
  const ddl =
    "create table accounts (id text primary key, email text, hash text, gone integer); insert into accounts values ('1', 'a@example.com', '$old', 1)";
  const users: UserMapping = {
    table: 'accounts',
    id: 'id',
    email: 'email',
    password: 'hash',
    rows: (column) => sql`not ${column('gone')}`,
  };
  const { storage, row } = opened(ddl, users);
  expect(await storage.findUserById(one)).toBeNull();
  expect(await storage.findUsersByEmail(defaultRealm, address('a@example.com'))).toEqual([]);
  expect(await storage.commit([requireEnabled(one)])).toEqual({ outcome: 'guard_failed', guard: 0 });
  await storage.commit([setPassword(one, '$new', later)]);
  expect(row('accounts')?.['hash']).toBe('$old');
});

test('a user without an address is absent, and so is nobody else', async () => {
  const ddl =
    "create table accounts (id text primary key, email text, hash text); insert into accounts values ('1', null, '$old'), ('2', 'b@example.com', '$old')";
  const { storage } = opened(ddl, { table: 'accounts', id: 'id', email: 'email', password: 'hash' });
  expect(await storage.findUserById(one)).toBeNull();
  expect(await storage.findUserById(userId('2'))).toMatchObject({ email: 'b@example.com' });
});

test('a stored form is asked for hashes only: marks and empty texts stand as they are', async () => {
  const ddl =
    "create table accounts (id text primary key, email text, hash text, active integer); insert into accounts values ('1', 'a@example.com', 'x:$old', 1)";
  const { storage, apply, row } = opened(ddl, {
    table: 'accounts',
    id: 'id',
    email: 'email',
    enabled: 'active',
    password: {
      column: 'hash',
      stored: { toColumn: (hash) => `x:${hash}`, fromColumn: (value) => value.slice('x:'.length) },
    },
  });
  const user = async () => {
    const found = await storage.findUserById(one);
    if (found === null) throw new Error('the user is there');
    return found;
  };
  expect((await user()).credential).toEqual({ state: 'usable', stored: '$old' });
  await apply(requireCredential(await user()), setPassword(one, '$new', later));
  expect(row('accounts')?.['hash']).toBe('x:$new');
  await apply(requireCredential(await user()), invalidatePassword(one, later));
  expect(row('accounts')?.['hash']).toBe('!unusable');
  expect((await user()).credential).toEqual({ state: 'unusable', stored: '!unusable' });
  await apply(requireCredential(await user()), setPassword(one, '$back', later));
  expect(row('accounts')?.['hash']).toBe('x:$back');
});

test('names with capitals, spaces and quotes', async () => {
  const ddl = `create table "User Accounts" ("Id" text primary key, "E""mail" text, "select" text); insert into "User Accounts" values ('1', 'A@Example.com', '$old')`;
  const { storage, apply, database } = opened(ddl, {
    table: 'User Accounts',
    id: 'Id',
    email: 'E"mail',
    password: 'select',
  });
  expect(await storage.findUsersByEmail(defaultRealm, address('a@example.com'))).toMatchObject([
    { email: 'A@Example.com' },
  ]);
  await apply(setPassword(one, '$new', later));
  expect(allOf(database)).toEqual([{ Id: '1', 'E"mail': 'A@Example.com', select: '$new' }]);
});

const allOf = (database: Database): unknown[] => database.prepare('select * from "User Accounts"').all();

describe('what a table keeps from being written is not told as done', () => {
  const ddl = `create table accounts (id text primary key, email text, hash text, active integer);
    insert into accounts values ('1', 'a@example.com', '$old', 1);
    create trigger kept before update on accounts begin select raise(ignore); end`;
  const users: UserMapping = { table: 'accounts', id: 'id', email: 'email', password: 'hash', enabled: 'active' };

  test.each<[string, Step]>([
    ['a new password', setPassword(one, '$new', later)],
    ['a stronger form', rehashPassword(one, '$new', later)],
    ['the end of a password', invalidatePassword(one, later)],
    ['disabling', disableUser(one, later)],
    ['enabling', enableUser(one, later)],
  ])('%s', async (_, step) => {
    const { database, storage } = opened(ddl, users);
    const committed = storage.commit([requireEnabled(one), step, enqueue(newJob())]);
    await expect(committed).rejects.toThrow(StorageUnavailable);
    await expect(committed).rejects.toMatchObject({ cause: { message: expect.stringContaining('accounts') } });
    expect(await storage.listJobs({ limit: 5 })).toEqual([]);
    database.exec('drop trigger kept');
    expect(await storage.commit([requireEnabled(one), step, enqueue(newJob())])).toEqual({ outcome: 'applied' });
  });

  test('of a user who is gone there is nothing to write, as ever', async () => {
    const { storage } = opened(ddl, users);
    expect(await storage.commit([setPassword(userId('2'), '$new', later)])).toEqual({ outcome: 'applied' });
  });
});

test('a hash that stands without its form is compared as it stands', async () => {
  const ddl =
    "create table accounts (id text primary key, email text, hash text); insert into accounts values ('1', 'a@example.com', '$plain')";
  const stored = { toColumn: (hash: string) => `v2:${hash}`, fromColumn: (value: string) => value.replace(/^v2:/, '') };
  const { storage, apply, row } = opened(ddl, {
    table: 'accounts',
    id: 'id',
    email: 'email',
    password: { column: 'hash', stored },
  });
  const user = await storage.findUserById(one);
  if (user === null) throw new Error('the user is there');
  await apply(requireCredential(user), setPassword(one, '$new', later));
  expect(row('accounts')?.['hash']).toBe('v2:$new');
  expect(await storage.commit([requireCredential(user)])).toEqual({ outcome: 'guard_failed', guard: 0 });
});

test('a collation does not make one id of two', async () => {
  const ddl = `create table accounts (id text primary key collate nocase, email text, hash text, active integer);
    insert into accounts values ('ann', 'a@example.com', '$old', 1)`;
  const users: UserMapping = { table: 'accounts', id: 'id', email: 'email', password: 'hash', enabled: 'active' };
  const { storage, row } = opened(ddl, users);
  expect(await storage.findUserById(userId('ANN'))).toBeNull();
  await storage.commit([disableUser(userId('ANN'), later)]);
  expect(row('accounts')?.['active']).toBe(1);
  expect(await storage.commit([requireEnabled(userId('ANN'))])).toEqual({ outcome: 'guard_failed', guard: 0 });
});

test('a user without a password, in a table where there must be something, is disabled and enabled', async () => {
  const ddl = `create table people (id text primary key, email text);
    create table secrets (person text, value text not null);
    insert into people values ('1', 'a@example.com')`;
  const { storage, apply } = opened(ddl, {
    table: 'people',
    id: 'id',
    email: 'email',
    password: { table: 'secrets', user: 'person', column: 'value', insert: () => ({}) },
  });
  await apply(disableUser(one, later));
  expect(await storage.findUserById(one)).toMatchObject({ enabled: false, credential: { state: 'none' } });
  await apply(enableUser(one, later));
  expect(await storage.findUserById(one)).toMatchObject({ enabled: true, credential: { state: 'none' } });
});

test('a time of creation that cannot be read guards nothing, and says so', async () => {
  const ddl = `create table accounts (id integer primary key, email text, hash text, made integer);
    insert into accounts values (1, 'a@example.com', '$old', 1767323045)`;
  const users = { table: 'accounts', id: { column: 'id', as: 'integer' }, email: 'email', password: 'hash' } as const;
  const wrong = opened(ddl, { ...users, createdAt: 'made' });
  await expect(wrong.storage.findUserById(one)).rejects.toThrow(/createdAt/);
  const right = opened(ddl, { ...users, createdAt: { column: 'made', as: 'epochSeconds' } });
  expect(await right.storage.findUserById(one)).toMatchObject({ createdAt: 1_767_323_045_000 });
});

test('a row without a realm is in the default one', async () => {
  const ddl =
    "create table accounts (id text primary key, email text, hash text, tenant text); insert into accounts values ('1', 'a@example.com', '$old', null)";
  const { storage } = opened(ddl, { table: 'accounts', id: 'id', email: 'email', password: 'hash', realm: 'tenant' });
  expect(await storage.findUsersByEmail(defaultRealm, address('a@example.com'))).toMatchObject([
    { id: '1', realm: '' },
  ]);
  expect(await storage.findUsersByEmail(realm('other'), address('a@example.com'))).toEqual([]);
});

test('a condition that does not say whose column it names is refused at the start, before it meets the tokens', () => {
  const ddl = 'create table accounts (id text primary key, email text, hash text, expires_at integer)';
  const matching = (name: string): UserMapping => ({
    table: 'accounts',
    id: 'id',
    email: { column: 'email', match: (email, to) => sql`${sql.ref(name)} is null and ${email} = ${to}` },
    password: 'hash',
  });
  expect(() => opened(ddl, matching('expires_at'))).toThrow(MappingMismatch);
  expect(() => opened(ddl, matching('expires_at'))).toThrow(/ambiguous column name: expires_at/);
  opened(ddl, matching('u.expires_at'));
});

test('a look-up of codes finds the users that one of users finds, with a code each, whatever collations make one', async () => {
  const ddl = `create table accounts (id text collate nocase, mail text collate nocase, hash text, tenant text);
    insert into accounts values
      ('ann', 'A@example.com', '$1', null), ('ANN', 'a@example.com', '$2', ''), ('bob', 'a@EXAMPLE.com', '$3', null),
      ('cat', 'a@example.com', '$4', 'other'), ('dan', null, '$5', null)`;
  const { storage, apply } = opened(ddl, {
    table: 'accounts',
    id: 'id',
    email: { column: 'mail', match: 'exact' },
    password: 'hash',
    realm: 'tenant',
  });
  const issue = (id: string): Step[] => [
    closeTokens(userId(id), ['reset_code'], start),
    issueToken(newToken({ id: tokenId(`code of ${id}`), userId: userId(id), purpose: 'reset_code' })),
  ];
  await apply(...issue('ann'), ...issue('ANN'), ...issue('cat'), ...issue('dan'));
  const found = async (name: string) => {
    const codes = await storage.findCodes(realm(name), address('a@example.com'));
    const users = await storage.findUsersByEmail(realm(name), address('a@example.com'));
    expect(codes.map(({ user }) => user)).toEqual(users);
    return codes.map(({ user, code }) => [user.id, code?.id]);
  };
  expect(await found('')).toEqual([
    ['ann', 'code of ann'],
    ['ANN', 'code of ANN'],
    ['bob', undefined],
  ]);
  expect(await found('other')).toEqual([['cat', 'code of cat']]);
  expect(await found('elsewhere')).toEqual([]);
});
