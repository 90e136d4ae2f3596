import { sql } from 'kysely';
import type { SqlDialect } from './dialect.js';
import type { UsersTable } from './schema.js';
import { statement, statementsBy } from './statement.js';

/** The columns of a user under names that stay apart in a join; `userFrom` reads them. */
export const userColumns = [
  'u.id as u_id',
  'u.realm as u_realm',
  'u.email as u_email',
  'u.enabled as u_enabled',
  'u.name as u_name',
  'u.locale as u_locale',
  'u.timezone as u_timezone',
  'u.password as u_password',
  'u.password_allow_reset as u_password_allow_reset',
  'u.password_require_update as u_password_require_update',
  'u.created_at as u_created_at',
  'u.updated_at as u_updated_at',
] as const;

/** The columns that a patch may name. */
export const patchColumns = [
  'name',
  'locale',
  'timezone',
  'password_allow_reset',
  'password_require_update',
] as const satisfies readonly (keyof UsersTable)[];
export type PatchColumn = (typeof patchColumns)[number];
export type PatchValues = Pick<UsersTable, PatchColumn | 'id' | 'updated_at'>;

interface Changed {
  readonly id: string;
  readonly now: number;
}

// The types are left to inference: each statement says itself what it takes.
export function userStatements({ db, rowLocks }: SqlDialect) {
  const select = () => db.selectFrom('pwreset_users as u').select(userColumns);
  const guard = () =>
    db
      .selectFrom('pwreset_users')
      .select(sql.lit(1).as('holds'))
      .$if(rowLocks, (query) => query.forUpdate());

  const patch = statementsBy<PatchValues, string>((named, slot) => {
    const names = new Set(named.split(','));
    return db
      .updateTable('pwreset_users')
      .set({
        updated_at: slot('updated_at'),
        ...(names.has('name') && { name: slot('name') }),
        ...(names.has('locale') && { locale: slot('locale') }),
        ...(names.has('timezone') && { timezone: slot('timezone') }),
        ...(names.has('password_allow_reset') && { password_allow_reset: slot('password_allow_reset') }),
        ...(names.has('password_require_update') && { password_require_update: slot('password_require_update') }),
      })
      .where('id', '=', slot('id'));
  });

  return {
    findById: statement<{ id: string }>((slot) => select().where('u.id', '=', slot('id'))),

    findByAddress: statement<{ realm: string; address: string }>((slot) =>
      select().where('u.realm', '=', slot('realm')).where('u.address', '=', slot('address')),
    ),

    lock: statement<{ id: string }>((slot) => guard().where('id', '=', slot('id'))),

    requireCredential: statement<{ id: string; stored: string | null; email: string }>((slot) =>
      guard()
        .where('id', '=', slot('id'))
        .where('password', 'is not distinct from', slot('stored'))
        .where('email', '=', slot('email')),
    ),

    requireEnabled: statement<{ id: string }>((slot) =>
      guard().where('id', '=', slot('id')).where('enabled', '=', sql.lit(1)),
    ),

    setPassword: statement<Changed & { password: string }>((slot) =>
      db
        .updateTable('pwreset_users')
        .set({ password: slot('password'), password_require_update: sql.lit(0), updated_at: slot('now') })
        .where('id', '=', slot('id')),
    ),

    replacePassword: statement<Changed & { password: string }>((slot) =>
      db
        .updateTable('pwreset_users')
        .set({ password: slot('password'), updated_at: slot('now') })
        .where('id', '=', slot('id')),
    ),

    setEnabled: statement<Changed & { enabled: number }>((slot) =>
      db
        .updateTable('pwreset_users')
        .set({ enabled: slot('enabled'), updated_at: slot('now') })
        .where('id', '=', slot('id')),
    ),

    /** Writes the named columns and no other: one statement for each set of names. */
    patch: (values: PatchValues, named: readonly PatchColumn[]) => patch(named.join())(values),

    create: statement<UsersTable>((slot) =>
      db
        .insertInto('pwreset_users')
        .values({
          id: slot('id'),
          realm: slot('realm'),
          email: slot('email'),
          address: slot('address'),
          enabled: slot('enabled'),
          name: slot('name'),
          locale: slot('locale'),
          timezone: slot('timezone'),
          password: slot('password'),
          password_allow_reset: slot('password_allow_reset'),
          password_require_update: slot('password_require_update'),
          created_at: slot('created_at'),
          updated_at: slot('updated_at'),
        })
        .onConflict((conflict) => conflict.doNothing()),
    ),

    delete: statement<{ id: string }>((slot) => db.deleteFrom('pwreset_users').where('id', '=', slot('id'))),
  };
}

export type UserStatements = ReturnType<typeof userStatements>;
