import { sql } from 'kysely';
import type { UserMapping } from './user-mapping.js';

export interface AuthJsTables {
  /** Whose tables: of `@auth/pg-adapter`, `@auth/drizzle-adapter` or `@auth/prisma-adapter`, as their documents have them. */
  readonly adapter: 'pg' | 'drizzle' | 'prisma';
  /** The column that the application added for the credentials provider; `password` by default. */
  readonly password?: string;
}

/**
 * The users of Auth.js (NextAuth) with credentials. Its adapters have neither a password nor a flag nor a time of creation:
 * the column of the password is the application's own, and a disabled user is one whose password is marked, which a login
 * with a provider passes by. A user without an address is absent.
 *
 * @example
 * ```ts
 * import { authJsUsers } from '@pwreset/kysely';
 *
 * const users = authJsUsers({ adapter: 'drizzle', password: 'password_hash' });
 * ```
 */
export function authJsUsers({ adapter, password = 'password' }: AuthJsTables): UserMapping {
  const shared = { email: 'email', password, name: 'name' } as const;
  const rows: UserMapping['rows'] = (column) => sql`${column('email')} is not null`;
  switch (adapter) {
    case 'pg':
      return { ...shared, rows, table: 'users', id: { column: 'id', as: 'integer', neverReused: true } };
    case 'drizzle':
      return { ...shared, rows, table: 'user', id: 'id' };
    case 'prisma':
      return { ...shared, rows, table: 'User', id: 'id' };
  }
}
