import { type RawBuilder, sql } from 'kysely';
import { expectTypeOf, test } from 'vitest';
import {
  authJsUsers,
  betterAuthUsers,
  deviseUsers,
  djangoUsers,
  type KeyMapping,
  laravelUsers,
  type UserMapping,
} from '../src/index.js';

interface DB {
  users: { id: number; email: string; hash: string | null; active: boolean; created_at: Date };
  logins: { id: number; user_id: number; kind: string; secret: string };
  devices: { id: number; owner: number; live: boolean };
}

const users = {
  table: 'users',
  id: { column: 'id', as: 'integer', neverReused: true },
  email: 'email',
  password: 'hash',
  enabled: 'active',
} as const;

const logins = { table: 'logins', user: 'user_id', column: 'secret', where: { kind: 'password' } } as const;

test('a mapping with names of the database is one, and one for any storage', () => {
  expectTypeOf(users).toExtend<UserMapping<DB>>();
  const rows = (column: (name: 'active' | 'hash') => RawBuilder<unknown>) => sql<boolean>`${column('active')}`;
  const elsewhere = { ...users, password: { ...logins, insert: () => ({ kind: 'password' }) }, rows } as const;
  expectTypeOf(elsewhere).toExtend<UserMapping<DB>>();
  expectTypeOf<UserMapping<DB>>().toExtend<UserMapping>();
  expectTypeOf<KeyMapping<DB>>().toExtend<KeyMapping>();
});

test('a table that is not there is refused', () => {
  expectTypeOf({ ...users, table: 'people' } as const).not.toExtend<UserMapping<DB>>();
  expectTypeOf({ ...users, password: { ...logins, table: 'secrets' } } as const).not.toExtend<UserMapping<DB>>();
  expectTypeOf({ table: 'keys', user: 'owner', enabled: 'live' } as const).not.toExtend<KeyMapping<DB>>();
});

test('a column that is not there is refused wherever it stands', () => {
  const wrong = [
    { ...users, id: 'uid' },
    { ...users, email: { column: 'mail', match: 'exact' } },
    { ...users, email: { column: 'email', address: 'mail_key' } },
    { ...users, password: 'password' },
    { ...users, password: { column: 'password' } },
    { ...users, password: { ...logins, column: 'password' } },
    { ...users, password: { ...logins, user: 'owner' } },
    { ...users, enabled: 'is_active' },
    { ...users, enabled: { column: 'status', is: 'active', otherwise: 'off' } },
    { ...users, enabled: { column: 'disabled_at', isNull: 'timestamptz' } },
    { ...users, createdAt: { column: 'made', as: 'epochMs' } },
    { ...users, rows: (column: (name: 'deleted_at') => RawBuilder<unknown>) => sql<boolean>`${column('deleted_at')}` },
  ] as const;
  expectTypeOf<Extract<(typeof wrong)[number], UserMapping<DB>>>().toBeNever();
  expectTypeOf({ table: 'devices', user: 'owner', enabled: 'on' } as const).not.toExtend<KeyMapping<DB>>();
});

test('a column of another table is refused', () => {
  const wrong = [
    { ...users, email: 'secret' },
    { ...users, id: 'user_id' },
    { ...users, password: { ...logins, user: 'owner' } },
    { ...users, enabled: 'live' },
  ] as const;
  expectTypeOf<Extract<(typeof wrong)[number], UserMapping<DB>>>().toBeNever();
  expectTypeOf({ table: 'devices', user: 'user_id', enabled: 'live' } as const).not.toExtend<KeyMapping<DB>>();
});

test('a form that is not known is refused', () => {
  expectTypeOf({ ...users, id: { column: 'id', as: 'number' } } as const).not.toExtend<UserMapping<DB>>();
  expectTypeOf({ ...users, email: { column: 'email', match: 'like' } } as const).not.toExtend<UserMapping<DB>>();
  expectTypeOf({ ...users, createdAt: { column: 'created_at', as: 'date' } } as const).not.toExtend<UserMapping<DB>>();
});

test('a preset is a mapping, and so is one with a part of its own', () => {
  expectTypeOf(betterAuthUsers).returns.toEqualTypeOf<UserMapping>();
  expectTypeOf(authJsUsers).returns.toEqualTypeOf<UserMapping>();
  expectTypeOf(djangoUsers).returns.toEqualTypeOf<UserMapping>();
  expectTypeOf(laravelUsers).returns.toEqualTypeOf<UserMapping>();
  expectTypeOf({ ...deviseUsers(), enabled: 'active' }).toExtend<UserMapping>();
});
