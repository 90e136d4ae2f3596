import { sql } from 'kysely';
import { unusablePassword } from './stored-password.js';
import type { FlagMapping, StoredForm, UserMapping } from './user-mapping.js';

/** Django names the algorithm before the PHC string of argon2; what it calls anything else is left as it is. */
const stored: StoredForm = {
  toColumn: (hash) => (hash.startsWith('$argon2') ? `argon2${hash}` : hash),
  fromColumn: (value) => (value.startsWith('argon2$argon2') ? value.slice('argon2'.length) : value),
};

/**
 * An exclamation mark of Django's own means that this user is to have no local password, one who logs in elsewhere. Only
 * ours is an invitation to a reset.
 */
const mayReset: FlagMapping<string> = {
  when: (column) => {
    const password = column('password');
    return sql`(substr(${password}, 1, 1) <> '!' or ${password} = ${sql.lit(unusablePassword)})`;
  },
  yes: {},
  no: {},
};

/**
 * The users of Django's own model (`auth_user`; 5.2, and unchanged since 3.1). Django verifies what an argon2id hasher makes
 * where `Argon2PasswordHasher` is among its PASSWORD_HASHERS. `date_joined` is left out: saving a user in the admin cuts its
 * microseconds off, and links that disable must outlive that. A model of the application's own is `{ ...djangoUsers(), table }`.
 *
 * @example
 * ```ts
 * import { djangoUsers } from '@pwreset/kysely';
 *
 * const users = { ...djangoUsers(), table: 'accounts_user' };
 * ```
 */
export function djangoUsers(): UserMapping {
  return {
    table: 'auth_user',
    id: { column: 'id', as: 'integer', neverReused: true },
    email: 'email',
    password: { column: 'password', stored },
    enabled: 'is_active',
    name: 'first_name',
    passwordAllowReset: mayReset,
  };
}
