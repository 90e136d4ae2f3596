import { sql } from 'kysely';
import type { ExistingTables } from './tables.js';
import { isoTime, unchanged } from './tables.js';

/** What begins with an exclamation mark is no hash and has no version. */
const secondVersion = {
  toColumn: (hash: string) => (hash.startsWith('!') ? hash : `v2 ${hash}`),
  fromColumn: (value: string) => value.replace(/^v2 /, ''),
};

const editQuotedPassword = `update "User's Secrets" set "Value" = coalesce(@hash, "Value") where "Owner" = @id and "Kind" = 'log in'`;

/**
 * Names that only quotes make names; a state of several; times in whole seconds; a collation of its own; no optional column.
 * Passwords stand in a table of their own beside other secrets, in a form of their own; keys in the application's table.
 */
export const quoted: ExistingTables = {
  ddl: `
create collation if not exists any_case (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
create table "App Users" (
  "select" uuid primary key not null,
  "E-Mail" text collate any_case not null unique,
  "Status" text not null check ("Status" in ('new', 'active', 'off')),
  "Created At" bigint not null
);
create table "User's Secrets" (
  "Owner" uuid not null references "App Users" ("select") on delete cascade,
  "Kind" text not null,
  "Value" text not null,
  "Changed" text not null,
  primary key ("Owner", "Kind")
);
create table "Api Keys" ("Key" text primary key not null, "Owner" uuid not null, "Live" text not null, "Dead" boolean);
`,
  mapping: {
    users: {
      table: 'App Users',
      id: { column: 'select', as: 'uuid' },
      email: { column: 'E-Mail', match: 'exact' },
      password: {
        table: "User's Secrets",
        user: 'Owner',
        column: 'Value',
        where: { Kind: 'log in' },
        updatedAt: { column: 'Changed', as: 'text' },
        stored: secondVersion,
        insert: ({ now }) => ({ Changed: now('text') }),
      },
      enabled: { column: 'Status', is: 'active', otherwise: 'off' },
      createdAt: { column: 'Created At', as: 'epochSeconds' },
    },
    keys: {
      table: 'Api Keys',
      user: 'Owner',
      enabled: { column: 'Live', is: 'yes', otherwise: 'no' },
      revoked: 'Dead',
    },
  },
  userId: (n) => `0d15ea5e-0000-4000-8000-${n.toString(16).padStart(12, '0')}`,
  email: unchanged,
  stored: secondVersion.toColumn,
  time: (ms) => Math.floor(ms / 1000),
  insert: [
    `insert into "App Users" values (@id, @email, case when @enabled then 'active' else 'new' end, @created)`,
    `insert into "User's Secrets" values (@id, 'log in', @hash, '2000-01-01T00:00:00.000Z')`,
    `insert into "User's Secrets" values (@id, 'pin', '1234', '2000-01-01T00:00:00.000Z')`,
  ],
  edit: [
    `update "App Users" set "E-Mail" = coalesce(@email, "E-Mail") where "select" = @id`,
    `update "App Users" set "Status" = case when @enabled then 'active' else 'off' end
    where "select" = @id and cast(@enabled as boolean) is not null`,
    editQuotedPassword,
  ],
  editPassword: editQuotedPassword,
  remove: ['delete from "App Users" where "select" = @id'],
  lock: 'select 1 from "App Users" where "select" = @id for update',
  enabled: `select 1 from "App Users" where "select" = @id and "Status" = 'active'`,
  keys: {
    insert: `insert into "Api Keys" values (@id, @user, 'yes', false)`,
    select: `select "Key" as id, "Live" = 'yes' as enabled, "Dead" as revoked from "Api Keys" where "Owner" = @user`,
  },
};

/**
 * Every optional column, ids that are handed out again, a time where others have a flag, the address in its comparable form
 * beside it, and rows that are only marked as deleted.
 */
export const complete: ExistingTables = {
  ddl: `
create table people (
  id bigint primary key,
  tenant text not null default '',
  mail text not null,
  mail_key text not null,
  nick text,
  secret text,
  lang text,
  zone text,
  no_reset boolean,
  must_change boolean not null default false,
  disabled_at timestamptz,
  deleted_at bigint,
  created text not null,
  changed bigint
);
create unique index people_mail on people (tenant, mail_key) where deleted_at is null;
create table devices (name text primary key, owner bigint not null, active boolean not null default true, off_since bigint);
`,
  mapping: {
    users: {
      table: 'people',
      id: { column: 'id', as: 'integer' },
      realm: 'tenant',
      email: { column: 'mail', address: 'mail_key' },
      password: 'secret',
      enabled: { column: 'disabled_at', isNull: 'timestamptz' },
      name: 'nick',
      locale: 'lang',
      timezone: 'zone',
      defaults: { locale: 'fr', timezone: 'Europe/Paris' },
      passwordAllowReset: { column: 'no_reset', isNot: true, otherwise: false },
      passwordRequireUpdate: 'must_change',
      createdAt: { column: 'created', as: 'text' },
      updatedAt: { column: 'changed', as: 'epochSeconds' },
      rows: (column) => sql`${column('deleted_at')} is null`,
    },
    keys: {
      table: 'devices',
      user: 'owner',
      enabled: 'active',
      revoked: {
        when: (column) => sql`${column('off_since')} is not null`,
        yes: { off_since: 1 },
        no: { off_since: null },
      },
    },
  },
  userId: (n) => `${n}`,
  email: unchanged,
  stored: unchanged,
  time: isoTime,
  insert: [
    `insert into people (id, mail, mail_key, secret, created, disabled_at)
    values (@id, @email, @address, @hash, @created, case when @enabled then null else cast(@created as timestamptz) end)`,
    // Somebody who had the address before.
    `insert into people (id, mail, mail_key, secret, created, deleted_at)
    values (-cast(@id as integer), @email, @address, '$gone', @created, 1) on conflict do nothing`,
  ],
  edit: [
    `update people set mail = coalesce(@email, mail), mail_key = coalesce(@address, mail_key),
      secret = coalesce(@hash, secret) where id = @id`,
    `update people set disabled_at = case when @enabled then null else cast(created as timestamptz) end
    where id = @id and cast(@enabled as boolean) is not null`,
  ],
  remove: ['delete from people where id = @id'],
  lock: 'select 1 from people where id = @id for update',
  enabled: 'select 1 from people where id = @id and disabled_at is null',
  keys: {
    insert: 'insert into devices (name, owner) values (@id, @user)',
    select: 'select name as id, active as enabled, off_since is not null as revoked from devices where owner = @user',
  },
};
