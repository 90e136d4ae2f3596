import { sql } from 'kysely';
import type { SqlDialect } from './dialect.js';
import { statement } from './statement.js';
import type { UserMapping } from './user-mapping.js';

/** The users of an application that keeps none itself. */
export const ownUsers: UserMapping = {
  table: 'pwreset_users',
  id: 'id',
  realm: 'realm',
  email: { column: 'email', address: 'address' },
  password: 'password',
  enabled: 'enabled',
  name: 'name',
  locale: 'locale',
  timezone: 'timezone',
  passwordAllowReset: 'password_allow_reset',
  passwordRequireUpdate: 'password_require_update',
  createdAt: { column: 'created_at', as: 'epochMs' },
  updatedAt: { column: 'updated_at', as: 'epochMs' },
};

/** A row to be. Flags are 0 and 1. */
export interface NewUserRow {
  readonly id: string;
  readonly realm: string;
  readonly email: string;
  readonly address: string;
  readonly enabled: number;
  readonly name: string;
  readonly locale: string;
  readonly timezone: string;
  readonly password: string | null;
  readonly password_allow_reset: number;
  readonly password_require_update: number;
  readonly created_at: number;
  readonly updated_at: number;
}

/** Only for our own table: another may ask for columns that nobody here knows. */
export const ownUserStatements = ({ db }: SqlDialect) => ({
  create: statement<NewUserRow>((slot) =>
    db
      .insertInto('pwreset_users')
      .values({
        id: slot('id'),
        realm: slot('realm'),
        email: slot('email'),
        address: slot('address'),
        enabled: sql<number>`${slot.number('enabled')} = 1`,
        name: slot('name'),
        locale: slot('locale'),
        timezone: slot('timezone'),
        password: slot('password'),
        password_allow_reset: sql<number>`${slot.number('password_allow_reset')} = 1`,
        password_require_update: sql<number>`${slot.number('password_require_update')} = 1`,
        created_at: slot.number('created_at'),
        updated_at: slot.number('updated_at'),
      })
      .onConflict((conflict) => conflict.doNothing()),
  ),

  delete: statement<{ id: string }>((slot) => db.deleteFrom('pwreset_users').where('id', '=', slot('id'))),
});

export type OwnUserStatements = ReturnType<typeof ownUserStatements>;
