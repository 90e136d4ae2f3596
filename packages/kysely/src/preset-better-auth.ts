import { sql } from 'kysely';
import type { FlagMapping, UserMapping } from './user-mapping.js';

export interface BetterAuthTables {
  /** The admin plugin is on, and `user` has its columns: whom pwreset disables is banned. */
  readonly admin?: boolean;
  /** What `advanced.database.generateId` is set to; `text` where it is not. */
  readonly ids?: 'text' | 'uuid' | 'serial';
  /** `account` has the column `issuer`, which 1.7.0 to 1.7.2 made and asked for. */
  readonly issuer?: boolean;
}

/** A ban that has run out is lifted by better-auth at the next login, so one that is to last must have no end. */
const notBanned: FlagMapping<string> = {
  when: (column) => sql`${column('banned')} is not true`,
  yes: { banned: false, banReason: null, banExpires: null },
  no: { banned: true, banExpires: null },
};

/**
 * The users of better-auth (1.7 and its tables `user` and `account`): addresses in lower case, the password in the account
 * whose provider is `credential`. Whoever has no such account, and is to have a password, is given one. Without the admin
 * plugin a disabled user is one whose password is marked: logging in with a provider, or a new password that better-auth sets
 * itself, passes that by. A ban, even one that has run out, keeps a reset from its user until better-auth has lifted it.
 *
 * @example
 * ```ts
 * import { betterAuthUsers } from '@pwreset/kysely';
 *
 * const users = betterAuthUsers({ admin: true });
 * ```
 */
export function betterAuthUsers({ admin = false, ids = 'text', issuer = false }: BetterAuthTables = {}): UserMapping {
  return {
    table: 'user',
    // On SQLite a serial id can come back after a delete; the time of creation tells the two users apart.
    id: { column: 'id', as: ids === 'serial' ? 'integer' : ids },
    email: { column: 'email', match: 'exact' },
    password: {
      table: 'account',
      user: 'userId',
      column: 'password',
      where: { providerId: 'credential' },
      updatedAt: 'updatedAt',
      insert: ({ userId, now }) => ({
        ...(ids !== 'serial' && { id: userId }),
        accountId: userId,
        createdAt: now('timestamptz'),
        updatedAt: now('timestamptz'),
        ...(issuer && { issuer: 'local:credential' }),
      }),
    },
    ...(admin && { enabled: notBanned }),
    name: 'name',
    createdAt: 'createdAt',
    updatedAt: 'updatedAt',
  };
}
