import { deviseUsers } from '@pwreset/kysely';
import type { ExistingTables } from './tables.js';
import { microsecondsTime, unchanged } from './tables.js';

/**
 * Devise 5.0.3 on Rails 8.1, the migration of its ActiveRecord generator with the modules that are on by default. Times are
 * in UTC and have microseconds. Addresses are put into lower case and trimmed before they are validated. There is no flag:
 * lockable's `locked_at`, where that module is on, ends by itself and after a stranger's guesses. The sequence never
 * hands an id out twice.
 *
 * `encrypted_password` holds bcrypt, `$2a$12$…`, over the password and the pepper if there is one; it is the empty text where
 * there is none.
 */
export const devise: ExistingTables = {
  ddl: `
create table "users" (
  "id" bigserial primary key,
  "email" character varying default '' not null,
  "encrypted_password" character varying default '' not null,
  "reset_password_token" character varying,
  "reset_password_sent_at" timestamp(6),
  "remember_created_at" timestamp(6),
  "created_at" timestamp(6) not null,
  "updated_at" timestamp(6) not null
);
create unique index "index_users_on_email" on "users" ("email");
create unique index "index_users_on_reset_password_token" on "users" ("reset_password_token");
`,
  mapping: { users: deviseUsers() },
  userId: (n) => `${n}`,
  email: (email) => email.trim().toLowerCase(),
  stored: unchanged,
  time: microsecondsTime,
  insert: [
    `insert into users (id, email, encrypted_password, created_at, updated_at)
    values (@id, @email, case when @enabled then @hash else '!disabled:' || @hash end, @created, @created)`,
  ],
  edit: [
    `update users set email = coalesce(@email, email), encrypted_password = coalesce(@hash, encrypted_password)
    where id = @id`,
    `update users set encrypted_password = '!disabled:' || encrypted_password where id = @id and not @enabled`,
    `update users set encrypted_password = substr(encrypted_password, 11)
    where id = @id and @enabled and encrypted_password like '!disabled:%'`,
  ],
  remove: ['delete from users where id = @id'],
  lock: 'select 1 from users where id = @id for update',
  enabled: `select 1 from users where id = @id and encrypted_password not like '!disabled%'`,
};
