import { authJsUsers } from '@pwreset/kysely';
import type { ExistingTables } from './tables.js';
import { unchanged } from './tables.js';

/**
 * Auth.js 5 with credentials: its adapters know no password, so the application adds a column, here `password`, in whatever
 * form it likes. There is no flag and no time of creation; the address may be null, and the case is kept of what a
 * registration form of the application stored.
 */
const disable = (table: string): string =>
  `update ${table} set password = '!disabled:' || password where id = @id and not @enabled`;

const statementsOf = (table: string) => ({
  edit: [
    `update ${table} set email = coalesce(@email, email), password = coalesce(@hash, password) where id = @id`,
    disable(table),
    `update ${table} set password = substr(password, 11) where id = @id and @enabled and password like '!disabled:%'`,
  ],
  remove: [`delete from ${table} where id = @id`],
  lock: `select 1 from ${table} where id = @id for update`,
  enabled: `select 1 from ${table} where id = @id and password not like '!disabled%'`,
});

/**
 * @auth/pg-adapter 1.11.3, its schema.sql. Ids are of a sequence, which hands none out twice; nothing makes an address unique.
 */
export const authJsPg: ExistingTables = {
  ddl: `
create table users (
  id serial,
  name varchar(255),
  email varchar(255),
  "emailVerified" timestamptz,
  image text,
  primary key (id)
);
alter table users add column password text;
`,
  mapping: { users: authJsUsers({ adapter: 'pg' }) },
  userId: (n) => `${n}`,
  email: unchanged,
  stored: unchanged,
  time: (ms) => ms,
  insert: [
    `insert into users (id, name, email, password) values (@id, 'Sample User', @email, @hash)`,
    disable('users'),
  ],
  ...statementsOf('users'),
};

/** @auth/drizzle-adapter 1.11.3, its default tables, as drizzle-kit 0.31 generates them. Ids are random UUIDs in text. */
export const authJsDrizzle: ExistingTables = {
  ddl: `
create table "user" (
  "id" text primary key not null,
  "name" text,
  "email" text,
  "emailVerified" timestamp,
  "image" text,
  "password" text,
  constraint "user_email_unique" unique ("email")
);
`,
  mapping: { users: authJsUsers({ adapter: 'drizzle' }) },
  userId: (n) => `5b0f2f0e-7a3c-4d0a-9d5e-${`${n}`.padStart(12, '0')}`,
  email: unchanged,
  stored: unchanged,
  time: (ms) => ms,
  insert: ['insert into "user" (id, name, email, password) values (@id, null, @email, @hash)', disable('"user"')],
  ...statementsOf('"user"'),
};

/** @auth/prisma-adapter 2.11.3, its schema as Prisma migrates it. Ids are cuids. */
export const authJsPrisma: ExistingTables = {
  ddl: `
create table "User" (
  "id" text not null,
  "name" text,
  "email" text not null,
  "emailVerified" timestamp(3),
  "image" text,
  "password" text,
  constraint "User_pkey" primary key ("id")
);
create unique index "User_email_key" on "User" ("email");
`,
  mapping: { users: authJsUsers({ adapter: 'prisma' }) },
  userId: (n) => `cm${`${n}`.padStart(23, 'a')}`,
  email: unchanged,
  stored: unchanged,
  time: (ms) => ms,
  insert: [
    `insert into "User" (id, name, email, password) values (@id, 'Sample User', @email, @hash)`,
    disable('"User"'),
  ],
  ...statementsOf('"User"'),
};
