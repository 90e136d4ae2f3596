import type { UserMapping } from './user-mapping.js';

/**
 * The users of Laravel (`users` as a new application of 12 or 13 has it, in a database whose times are in UTC). There is no
 * flag: a disabled user is one whose password is marked, which a new password that Laravel sets itself takes away. Laravel
 * verifies argon2id with `HASH_DRIVER=argon2id`, and with `HASH_VERIFY=false` what bcrypt made before, and it answers a mark
 * with a refusal and not with an exception.
 *
 * @example
 * ```ts
 * import { laravelUsers } from '@pwreset/kysely';
 *
 * const users = laravelUsers();
 * ```
 */
export function laravelUsers(): UserMapping {
  return {
    table: 'users',
    id: { column: 'id', as: 'integer', neverReused: true },
    email: 'email',
    password: 'password',
    name: 'name',
    createdAt: { column: 'created_at', as: 'timestamp' },
    updatedAt: { column: 'updated_at', as: 'timestamp' },
  };
}
