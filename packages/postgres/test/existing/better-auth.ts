import { betterAuthUsers } from '@pwreset/kysely';
import type { ExistingTables } from './tables.js';
import { isoTime, unchanged } from './tables.js';

/**
 * better-auth 1.7.25, what `getMigrations` of `better-auth/db/migration` runs on PostgreSQL. Times have milliseconds.
 * Addresses are put into lower case, as JavaScript does it, and must be ASCII. Ids are 32 random letters and digits. The
 * password is in `account` where `providerId` is `credential`, as `salt:key` of scrypt (N=16384, r=16, p=1) in hexadecimal;
 * whoever only ever signed in elsewhere has no such row, and an id is never used twice.
 */
const ddlOf = (user: string, session: string, account = ''): string => `
create table "user" (
  "id" text not null primary key,
  "name" text not null,
  "email" text not null unique,
  "emailVerified" boolean not null,
  "image" text,
  "createdAt" timestamptz default current_timestamp not null,
  "updatedAt" timestamptz default current_timestamp not null${user}
);
create table "session" (
  "id" text not null primary key,
  "expiresAt" timestamptz not null,
  "token" text not null unique,
  "createdAt" timestamptz default current_timestamp not null,
  "updatedAt" timestamptz not null,
  "ipAddress" text,
  "userAgent" text,
  "userId" text not null references "user" ("id") on delete cascade${session}
);
create table "account" (
  "id" text not null primary key,
  "accountId" text not null,
  "providerId" text not null,
  "userId" text not null references "user" ("id") on delete cascade,
  "accessToken" text,
  "refreshToken" text,
  "idToken" text,
  "accessTokenExpiresAt" timestamptz,
  "refreshTokenExpiresAt" timestamptz,
  "scope" text,
  "password" text,
  "createdAt" timestamptz default current_timestamp not null,
  "updatedAt" timestamptz not null${account}
);
create index "session_userId_idx" on "session" ("userId");
create index "account_userId_idx" on "account" ("userId");
`;

const base = {
  userId: (n: number) => `${n}`.padStart(32, 'LTL0EgB657N7z3bVHV1gF7Ad4eMwpXlh'),
  email: (email: string) => email.toLowerCase(),
  stored: unchanged,
  time: isoTime,
  lock: 'select 1 from "user" where "id" = @id for update',
};

const remove = ['delete from "user" where "id" = @id'];
const editUser = 'update "user" set "email" = coalesce(@email, "email") where "id" = @id';
const editPassword = `update "account" set "password" = coalesce(@hash, "password")
  where "userId" = @id and "providerId" = 'credential'`;
const enable = `update "account" set "password" = substr("password", 11)
  where "userId" = @id and "providerId" = 'credential' and @enabled and "password" like '!disabled:%'`;
const disable = `update "account" set "password" = '!disabled:' || "password"
  where "userId" = @id and "providerId" = 'credential' and not @enabled`;

/** Every user also signs in with a provider, whose row a mapping must leave alone. */
const accounts = [
  `insert into "account" ("id", "accountId", "providerId", "userId", "password", "createdAt", "updatedAt")
  values ('credential-of-' || @id, @id, 'credential', @id, @hash, @created, @created)`,
  `insert into "account" ("id", "accountId", "providerId", "userId", "accessToken", "createdAt", "updatedAt")
  values ('google-of-' || @id, 'google-' || @id, 'google', @id, 'ya29.token', @created, @created)`,
];

/** Without a plugin there is no flag: a disabled user is one whose password is marked. */
export const betterAuth: ExistingTables = {
  ...base,
  ddl: ddlOf('', ''),
  mapping: { users: betterAuthUsers() },
  insert: [
    `insert into "user" ("id", "name", "email", "emailVerified", "createdAt", "updatedAt")
    values (@id, 'Sample User', @email, false, @created, @created)`,
    ...accounts,
    disable,
  ],
  edit: [editUser, editPassword, disable, enable],
  editPassword,
  remove,
  enabled: `select 1 from "user" as u where "id" = @id and not exists (
    select 1 from "account" where "userId" = u."id" and "password" like '!disabled%'
  )`,
};

/** Its admin plugin adds `banned`, which is null for users from before the plugin, and an end of the ban. */
export const betterAuthAdmin: ExistingTables = {
  ...base,
  ddl: ddlOf(
    ',\n  "role" text,\n  "banned" boolean,\n  "banReason" text,\n  "banExpires" timestamptz',
    ',\n  "impersonatedBy" text',
  ),
  mapping: { users: betterAuthUsers({ admin: true }) },
  insert: [
    `insert into "user" ("id", "name", "email", "emailVerified", "createdAt", "updatedAt", "role", "banned")
    values (@id, 'Sample User', @email, false, @created, @created, 'user', case when @enabled then null else true end)`,
    ...accounts,
  ],
  edit: [
    `update "user" set "email" = coalesce(@email, "email"), "banned" = coalesce(not @enabled, "banned") where "id" = @id`,
    editPassword,
  ],
  editPassword,
  remove,
  enabled: 'select 1 from "user" where "id" = @id and "banned" is not true',
};

/** 1.7.0 to 1.7.2 made accounts unique by an issuer of their own; the column stayed in tables that were made then. */
export const betterAuthIssuer: ExistingTables = {
  ...betterAuth,
  ddl: `${ddlOf('', '', ',\n  "issuer" text not null')}
create unique index "account_issuer_accountId_uidx" on "account" ("issuer", "accountId");`,
  mapping: { users: betterAuthUsers({ issuer: true }) },
  insert: [
    `insert into "user" ("id", "name", "email", "emailVerified", "createdAt", "updatedAt")
    values (@id, 'Sample User', @email, false, @created, @created)`,
    `insert into "account" ("id", "accountId", "providerId", "issuer", "userId", "password", "createdAt", "updatedAt")
    values ('credential-of-' || @id, @id, 'credential', 'local:credential', @id, @hash, @created, @created)`,
    disable,
  ],
};

/** With `generateId: 'uuid'`, or `'serial'`, which makes an identity. */
export const betterAuthIds = (ids: 'uuid' | 'serial'): ExistingTables => ({
  ...betterAuth,
  ddl: betterAuth.ddl
    .replaceAll(
      '"id" text not null primary key',
      ids === 'uuid'
        ? '"id" uuid default pg_catalog.gen_random_uuid() not null primary key'
        : '"id" integer generated by default as identity not null primary key',
    )
    .replaceAll('"userId" text', ids === 'uuid' ? '"userId" uuid' : '"userId" integer'),
  mapping: { users: betterAuthUsers({ ids }) },
  userId: (n) => (ids === 'uuid' ? `0d15ea5e-0000-4000-8000-${`${n}`.padStart(12, '0')}` : `${n}`),
  insert: [
    `insert into "user" ("id", "name", "email", "emailVerified", "createdAt", "updatedAt")
    values (@id, 'Sample User', @email, false, @created, @created)`,
  ],
});
