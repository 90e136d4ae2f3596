import { disableUser, enableUser, invalidatePassword, setPassword, userId } from '@pwreset/core';
import SqliteDatabase from 'better-sqlite3';
import { describe, expect, onTestFinished, test } from 'vitest';
import { sqliteStorage } from '../../src/index.js';
import { existingApplication } from './application.js';
import { authJsDrizzle, authJsPrisma } from './auth-js.js';
import { betterAuth, betterAuthAdmin, betterAuthIssuer, betterAuthSerial } from './better-auth.js';
import { devise } from './devise.js';
import { django } from './django.js';
import { laravel } from './laravel.js';
import type { ExistingTables } from './tables.js';

const start = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
const hash = '$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0$aGFzaA';

/** The tables with one user, and what a query answers. */
async function opened(tables: ExistingTables) {
  const database = new SqliteDatabase(':memory:');
  onTestFinished(() => void database.close());
  database.exec(tables.ddl);
  const storage = sqliteStorage({ ...tables.mapping, database, migrate: true });
  const application = existingApplication(database, tables, storage);
  const id = application.userId(1);
  await application.addUser({ id, email: 'Ann@example.com', enabled: true, hash, createdAt: start });
  return {
    database,
    storage,
    id,
    user: async () => storage.findUserById(id),
    rows: (sql: string) => database.prepare(sql).all(),
  };
}

describe('better-auth', () => {
  const passwords = 'select "providerId", "accountId", "password" from "account" order by 1';

  test('gives an account to a user who only ever signed in elsewhere, and leaves the other one alone', async () => {
    const { database, storage, id, user, rows } = await opened(betterAuth);
    database.exec(`delete from "account" where "providerId" = 'credential'`);
    expect((await user())?.credential).toEqual({ state: 'none', stored: null });
    await storage.commit([setPassword(id, hash, start)]);
    await storage.commit([setPassword(id, `${hash}2`, start)]);
    expect(rows(passwords)).toEqual([
      { providerId: 'credential', accountId: id, password: `${hash}2` },
      { providerId: 'google', accountId: `google-${id}`, password: null },
    ]);
  });

  test('names the issuer of that account where the tables of 1.7.0 ask for one', async () => {
    const { database, storage, id, rows } = await opened(betterAuthIssuer);
    database.exec(`delete from "account"`);
    await storage.commit([setPassword(id, hash, start)]);
    expect(rows('select "issuer", "accountId" from "account"')).toEqual([
      { issuer: 'local:credential', accountId: id },
    ]);
  });

  test('leaves serial ids to the database', async () => {
    const { storage, id, user, rows } = await opened(betterAuthSerial);
    await storage.commit([setPassword(id, hash, start)]);
    expect(rows('select "id", "accountId", "userId" from "account"')).toEqual([{ id: 1, accountId: '1', userId: 1 }]);
    expect(await user()).toMatchObject({ id: '1', credential: { state: 'usable', stored: hash } });
  });

  test('marks the password of whom it disables, where there is none too', async () => {
    const { database, storage, id, user, rows } = await opened(betterAuth);
    await storage.commit([disableUser(id, start)]);
    await storage.commit([disableUser(id, start)]);
    expect(rows(passwords)).toMatchObject([{ password: `!disabled:${hash}` }, { password: null }]);
    await storage.commit([enableUser(id, start)]);
    expect(rows(passwords)).toMatchObject([{ password: hash }, { password: null }]);
    database.exec(`delete from "account" where "providerId" = 'credential'`);
    await storage.commit([disableUser(id, start)]);
    expect(await user()).toMatchObject({ enabled: false, credential: { state: 'none' } });
    await storage.commit([setPassword(id, hash, start)]);
    expect(await user()).toMatchObject({ enabled: false, credential: { state: 'usable', stored: hash } });
  });

  test('bans without an end, which better-auth would lift', async () => {
    const { database, storage, id, user, rows } = await opened(betterAuthAdmin);
    const bans = 'select "banned", "banReason", "banExpires" from "user"';
    database.exec(`update "user" set "banned" = 1, "banReason" = 'spam', "banExpires" = '2026-01-01T00:00:00.000Z'`);
    expect((await user())?.enabled).toBe(false);
    await storage.commit([disableUser(id, start)]);
    expect(rows(bans)).toEqual([{ banned: 1, banReason: 'spam', banExpires: null }]);
    await storage.commit([enableUser(id, start)]);
    expect(rows(bans)).toEqual([{ banned: 0, banReason: null, banExpires: null }]);
    expect((await user())?.enabled).toBe(true);
  });
});

describe('Django', () => {
  const password = 'select password, is_active from auth_user';

  test('finds the name of the algorithm before the hash', async () => {
    const { storage, id, user, rows } = await opened(django);
    expect(rows(password)).toEqual([{ password: `argon2${hash}`, is_active: 1 }]);
    expect((await user())?.credential).toEqual({ state: 'usable', stored: hash });
    await storage.commit([setPassword(id, `${hash}2`, start)]);
    expect(rows(password)).toEqual([{ password: `argon2${hash}2`, is_active: 1 }]);
  });

  test('keeps a reset from those who are to have no password, and not from those who were revoked', async () => {
    const { database, storage, id, user } = await opened(django);
    await storage.commit([invalidatePassword(id, start)]);
    expect(await user()).toMatchObject({ credential: { state: 'unusable' }, passwordAllowReset: true });
    database.exec(`update auth_user set password = '!tbd3R9OgN1ayZ58mrVmNMMfQI0eANVpkP5qzRK73'`);
    expect(await user()).toMatchObject({ credential: { state: 'unusable' }, passwordAllowReset: false });
    database.exec(`update auth_user set password = 'pbkdf2_sha256$1000000$salt$aGFzaA=='`);
    expect(await user()).toMatchObject({ credential: { state: 'usable' }, passwordAllowReset: true });
  });
});

test('of Auth.js, the tables of Prisma are known too', async () => {
  const { storage, id, user } = await opened(authJsPrisma);
  await storage.commit([disableUser(id, start)]);
  expect(await user()).toMatchObject({ email: 'Ann@example.com', name: 'Sample User', enabled: false });
});

test('of Auth.js, a user without an address is absent', async () => {
  const { database, user } = await opened(authJsDrizzle);
  expect((await user())?.name).toBe('');
  database.exec('update user set email = null');
  expect(await user()).toBeNull();
});

test('of Devise, an empty password is none', async () => {
  const { database, storage, id, user } = await opened(devise);
  expect(await user()).toMatchObject({ email: 'ann@example.com', createdAt: start });
  database.exec(`update users set encrypted_password = ''`);
  expect((await user())?.credential).toEqual({ state: 'none', stored: '' });
  await storage.commit([disableUser(id, start)]);
  expect(await user()).toMatchObject({ enabled: false, credential: { state: 'none' } });
});

test('of Laravel, times are in UTC', async () => {
  const { storage, id, user, rows } = await opened(laravel);
  expect((await user())?.createdAt).toBe(start - 678);
  await storage.commit([disableUser(id, start)]);
  expect(rows('select password, updated_at from users')).toEqual([
    { password: `!disabled:${hash}`, updated_at: '2026-01-02 03:04:05.678' },
  ]);
});

test('an id that has another form is of nobody', async () => {
  const { storage } = await opened(django);
  for (const id of ['', '01', '1.0', ' 1', '1e0', '9223372036854775808', 'ann']) {
    expect(await storage.findUserById(userId(id))).toBeNull();
  }
});
