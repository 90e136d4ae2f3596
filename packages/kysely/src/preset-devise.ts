import type { UserMapping } from './user-mapping.js';

/**
 * The users of Devise (5, `users` of its generator on Rails 7 or later). Addresses are in lower case, as `case_insensitive_keys` has
 * it by default. There is no flag: a disabled user is one whose password is marked, which a new password that Devise sets
 * itself takes away. lockable's `locked_at` is none either: it ends by itself, and wrong passwords of a stranger set it.
 * Devise verifies bcrypt only, unless its encryptor is replaced.
 *
 * @example
 * ```ts
 * import { deviseUsers } from '@pwreset/kysely';
 *
 * const users = { ...deviseUsers(), enabled: 'active' };
 * ```
 */
export function deviseUsers(): UserMapping {
  return {
    table: 'users',
    id: { column: 'id', as: 'integer', neverReused: true },
    email: { column: 'email', match: 'exact' },
    password: 'encrypted_password',
    createdAt: { column: 'created_at', as: 'timestamp' },
    updatedAt: { column: 'updated_at', as: 'timestamp' },
  };
}
