import { disableUser, enableUser, invalidatePassword, setPassword, userId } from '@pwreset/core';
import { describe, expect, onTestFinished, test } from 'vitest';
import { placesFor } from '../fresh-schema.js';
import { authJsDrizzle, authJsPg, authJsPrisma } from './auth-js.js';
import { betterAuth, betterAuthAdmin, betterAuthIds, betterAuthIssuer } from './better-auth.js';
import { devise } from './devise.js';
import { django } from './django.js';
import { laravel } from './laravel.js';
import { openExisting, setupOf } from './suite.js';
import type { ExistingTables } from './tables.js';

const lease = placesFor(import.meta.url);
const start = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
const hash = '$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0$aGFzaA';

/** The tables with one user, and what a statement answers. */
async function opened(tables: ExistingTables) {
  const place = await lease({ setup: setupOf(tables) });
  const { pool, storage, application } = await openExisting(place, tables);
  onTestFinished(async () => {
    await storage.close();
    await pool.end();
    place.giveBack();
  });
  const id = application.userId(1);
  await application.addUser({ id, email: 'Ann@example.com', enabled: true, hash, createdAt: start });
  return {
    storage,
    id,
    user: async () => storage.findUserById(id),
    rows: async (sql: string) => (await pool.query<Record<string, unknown>>(sql)).rows,
  };
}

describe('better-auth', () => {
  const passwords = 'select "providerId", "accountId", "password" from "account" order by 1';

  test('gives an account to a user who only ever signed in elsewhere, and leaves the other one alone', async () => {
    const { storage, id, user, rows } = await opened(betterAuth);
    await rows(`delete from "account" where "providerId" = 'credential'`);
    expect((await user())?.credential).toEqual({ state: 'none', stored: null });
    await storage.commit([setPassword(id, hash, start)]);
    await storage.commit([setPassword(id, `${hash}2`, start)]);
    expect(await rows(passwords)).toEqual([
      { providerId: 'credential', accountId: id, password: `${hash}2` },
      { providerId: 'google', accountId: `google-${id}`, password: null },
    ]);
  });

  test('names the issuer of that account where the tables of 1.7.0 ask for one', async () => {
    const { storage, id, rows } = await opened(betterAuthIssuer);
    await rows(`delete from "account"`);
    await storage.commit([setPassword(id, hash, start)]);
    expect(await rows('select "issuer", "accountId" from "account"')).toEqual([
      { issuer: 'local:credential', accountId: id },
    ]);
  });

  test.each(['uuid', 'serial'] as const)('knows %s ids', async (ids) => {
    const { storage, id, user, rows } = await opened(betterAuthIds(ids));
    await storage.commit([setPassword(id, hash, start)]);
    expect(await rows('select "accountId", "userId"::text from "account"')).toEqual([{ accountId: id, userId: id }]);
    expect(await user()).toMatchObject({ id, credential: { state: 'usable', stored: hash }, createdAt: start });
  });

  test('marks the password of whom it disables, where there is none too', async () => {
    const { storage, id, user, rows } = await opened(betterAuth);
    await storage.commit([disableUser(id, start)]);
    await storage.commit([disableUser(id, start)]);
    expect(await rows(passwords)).toMatchObject([{ password: `!disabled:${hash}` }, { password: null }]);
    await storage.commit([enableUser(id, start)]);
    expect(await rows(passwords)).toMatchObject([{ password: hash }, { password: null }]);
    await rows(`delete from "account" where "providerId" = 'credential'`);
    await storage.commit([disableUser(id, start)]);
    expect(await user()).toMatchObject({ enabled: false, credential: { state: 'none' } });
    await storage.commit([setPassword(id, hash, start)]);
    expect(await user()).toMatchObject({ enabled: false, credential: { state: 'usable', stored: hash } });
  });

  test('bans without an end, which better-auth would lift', async () => {
    const { storage, id, user, rows } = await opened(betterAuthAdmin);
    const bans = 'select "banned", "banReason", "banExpires" from "user"';
    await rows(`update "user" set "banned" = true, "banReason" = 'spam', "banExpires" = '2026-01-01T00:00:00.000Z'`);
    expect((await user())?.enabled).toBe(false);
    await storage.commit([disableUser(id, start)]);
    expect(await rows(bans)).toEqual([{ banned: true, banReason: 'spam', banExpires: null }]);
    await storage.commit([enableUser(id, start)]);
    expect(await rows(bans)).toEqual([{ banned: false, banReason: null, banExpires: null }]);
    expect((await user())?.enabled).toBe(true);
  });
});

describe('Django', () => {
  const password = 'select password, is_active from auth_user';

  test('finds the name of the algorithm before the hash', async () => {
    const { storage, id, user, rows } = await opened(django);
    expect(await rows(password)).toEqual([{ password: `argon2${hash}`, is_active: true }]);
    expect((await user())?.credential).toEqual({ state: 'usable', stored: hash });
    await storage.commit([setPassword(id, `${hash}2`, start)]);
    expect(await rows(password)).toEqual([{ password: `argon2${hash}2`, is_active: true }]);
  });

  test('keeps a reset from those who are to have no password, and not from those who were revoked', async () => {
    const { storage, id, user, rows } = await opened(django);
    await storage.commit([invalidatePassword(id, start)]);
    expect(await user()).toMatchObject({ credential: { state: 'unusable' }, passwordAllowReset: true });
    await rows(`update auth_user set password = '!tbd3R9OgN1ayZ58mrVmNMMfQI0eANVpkP5qzRK73'`);
    expect(await user()).toMatchObject({ credential: { state: 'unusable' }, passwordAllowReset: false });
    await rows(`update auth_user set password = 'pbkdf2_sha256$1000000$salt$aGFzaA=='`);
    expect(await user()).toMatchObject({ credential: { state: 'usable' }, passwordAllowReset: true });
  });
});

test.each([authJsDrizzle, authJsPrisma])(
  'of Auth.js, the tables of its other adapters are known too',
  async (tables) => {
    const { storage, id, user } = await opened(tables);
    await storage.commit([disableUser(id, start)]);
    expect(await user()).toMatchObject({ email: 'Ann@example.com', enabled: false });
  },
);

test('of Auth.js, a user without an address is absent', async () => {
  const { rows, user } = await opened(authJsPg);
  await rows('update users set name = null');
  expect((await user())?.name).toBe('');
  await rows('update users set email = null');
  expect(await user()).toBeNull();
});

test('of Devise, an empty password is none', async () => {
  const { storage, id, user, rows } = await opened(devise);
  expect(await user()).toMatchObject({ email: 'ann@example.com', createdAt: start });
  await rows(`update users set encrypted_password = ''`);
  expect((await user())?.credential).toEqual({ state: 'none', stored: '' });
  await storage.commit([disableUser(id, start)]);
  expect(await user()).toMatchObject({ enabled: false, credential: { state: 'none' } });
});

test('of Laravel, times are in UTC', async () => {
  const { storage, id, user, rows } = await opened(laravel);
  expect((await user())?.createdAt).toBe(start - 678);
  await storage.commit([disableUser(id, start)]);
  expect(await rows('select password, updated_at::text from users')).toEqual([
    { password: `!disabled:${hash}`, updated_at: '2026-01-02 03:04:06' },
  ]);
});

test('an id that has another form is of nobody', async () => {
  const { storage } = await opened(django);
  for (const id of ['', '01', '1.0', ' 1', '1e0', '9223372036854775808', 'ann']) {
    expect(await storage.findUserById(userId(id))).toBeNull();
  }
});
