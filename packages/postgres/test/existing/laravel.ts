import { laravelUsers } from '@pwreset/kysely';
import type { ExistingTables } from './tables.js';
import { secondsTime, unchanged } from './tables.js';

/**
 * Laravel 12 and 13, database/migrations/0001_01_01_000000_create_users_table of a new application. Times are of the zone
 * that the application is set to, UTC by default, and have no fraction. The case of an address is kept, unless the application's own rules say otherwise. There is no flag, and the
 * sequence never hands an id out twice.
 *
 * `password` holds bcrypt, `$2y$12$…`, or `$argon2id$v=19$m=65536,t=4,p=1$…` as HASH_DRIVER says; Laravel throws at what the
 * other one made unless HASH_VERIFY is false.
 */
export const laravel: ExistingTables = {
  ddl: `
create table "users" (
  "id" bigserial not null primary key,
  "name" varchar(255) not null,
  "email" varchar(255) not null,
  "email_verified_at" timestamp(0) without time zone null,
  "password" varchar(255) not null,
  "remember_token" varchar(100) null,
  "created_at" timestamp(0) without time zone null,
  "updated_at" timestamp(0) without time zone null
);
alter table "users" add constraint "users_email_unique" unique ("email");
`,
  mapping: { users: laravelUsers() },
  userId: (n) => `${n}`,
  email: unchanged,
  stored: unchanged,
  time: secondsTime,
  insert: [
    `insert into users (id, name, email, password, created_at, updated_at)
    values (@id, 'Sample User', @email, case when @enabled then @hash else '!disabled:' || @hash end, @created, @created)`,
  ],
  edit: [
    'update users set email = coalesce(@email, email), password = coalesce(@hash, password) where id = @id',
    `update users set password = '!disabled:' || password where id = @id and not @enabled`,
    `update users set password = substr(password, 11) where id = @id and @enabled and password like '!disabled:%'`,
  ],
  remove: ['delete from users where id = @id'],
  lock: 'select 1 from users where id = @id for update',
  enabled: `select 1 from users where id = @id and password not like '!disabled%'`,
};
