import { djangoUsers } from '@pwreset/kysely';
import type { ExistingTables } from './tables.js';
import { microsecondsTime } from './tables.js';

/**
 * Django 5.2, contrib/auth/migrations 0001 to 0012. Flags are 0 and 1, times are UTC text with microseconds. The case of the
 * local part is kept, and nothing makes an address unique or even indexes it. `autoincrement` never hands an id out twice.
 *
 * `password` holds `pbkdf2_sha256$1000000$salt$hash`, or, with argon2 first in PASSWORD_HASHERS, `argon2` and the PHC string
 * behind it; an exclamation mark and 40 random letters mean a user who is to have none. `date_joined` is no stamp to rely
 * on: whoever saves the user in the admin cuts its microseconds off, or changes it.
 */
export const django: ExistingTables = {
  ddl: `
create table "auth_user" (
  "id" integer not null primary key autoincrement,
  "password" varchar(128) not null,
  "last_login" datetime null,
  "is_superuser" bool not null,
  "username" varchar(150) not null unique,
  "last_name" varchar(150) not null,
  "email" varchar(254) not null,
  "is_staff" bool not null,
  "is_active" bool not null,
  "date_joined" datetime not null,
  "first_name" varchar(150) not null
);
`,
  mapping: { users: djangoUsers() },
  userId: (n) => `${n}`,
  // Of `normalize_email`: the domain only.
  email: (email) => email.replace(/[^@]*$/, (domain) => domain.toLowerCase()),
  stored: (hash) => (hash.startsWith('$argon2') ? `argon2${hash}` : hash),
  time: microsecondsTime,
  insert: [
    `insert into auth_user
      (id, password, is_superuser, username, last_name, email, is_staff, is_active, date_joined, first_name)
    values (@id, @hash, 0, 'user' || @id, '', @email, 0, @enabled, @created, '')`,
  ],
  edit: [
    `update auth_user set email = coalesce(@email, email), password = coalesce(@hash, password),
      is_active = coalesce(@enabled, is_active) where id = @id`,
  ],
  remove: ['delete from auth_user where id = @id'],
  enabled: 'select 1 from auth_user where id = @id and is_active',
};
