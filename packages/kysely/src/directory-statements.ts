import { type RawBuilder, sql } from 'kysely';
import type { SqlDialect } from './dialect.js';
import { compilable } from './password-statements.js';
import type { KeysTable, ServicesTable } from './schema.js';
import { statement } from './statement.js';
import type { UserSource } from './user-source.js';

const keyColumns = sql.join(
  ['id', 'type', 'name', 'service_id', 'user_id', 'enabled', 'revoked', 'created_at', 'updated_at'].map(
    (name) => sql`${sql.id('k', name)} as ${sql.id(`k_${name}`)}`,
  ),
);

/** A row to be. Flags are 0 and 1. */
export type NewKeyRow = Omit<KeysTable, 'enabled' | 'revoked'> & { readonly enabled: number; readonly revoked: number };
export type NewServiceRow = Omit<ServicesTable, 'enabled'> & { readonly enabled: number };

export function keyStatements(dialect: SqlDialect, { columns, joined }: UserSource) {
  const { db, booleans } = dialect;
  const select = (rest: RawBuilder<unknown>) => compilable(dialect, sql`select ${keyColumns} ${rest}`);
  return {
    findById: statement<{ id: string }>((slot) => select(sql`from pwreset_keys as k where k.id = ${slot('id')}`)),

    findByDigest: statement<{ digest: string }>((slot) =>
      select(
        sql`, ${columns} from pwreset_keys as k left join ${joined(sql.ref('k.user_id'))} where k.digest = ${slot('digest')}`,
      ),
    ),

    listOfUser: statement<{ user_id: string }>((slot) =>
      select(sql`from pwreset_keys as k where k.user_id = ${slot('user_id')} order by k.created_at, k.id`),
    ),

    create: statement<NewKeyRow>((slot) =>
      db
        .insertInto('pwreset_keys')
        .values({
          id: slot('id'),
          digest: slot('digest'),
          type: slot('type'),
          name: slot('name'),
          service_id: slot('service_id'),
          user_id: slot('user_id'),
          enabled: sql<number>`${slot.number('enabled')} = 1`,
          revoked: sql<number>`${slot.number('revoked')} = 1`,
          created_at: slot.number('created_at'),
          updated_at: slot.number('updated_at'),
        })
        .onConflict((conflict) => conflict.doNothing()),
    ),

    revokeOfUser: statement<{ user_id: string; now: number }>((slot) =>
      db
        .updateTable('pwreset_keys')
        .set({ enabled: sql.lit(booleans.no), revoked: sql.lit(booleans.yes), updated_at: slot.number('now') })
        .where('user_id', '=', slot('user_id')),
    ),
  };
}

export function serviceStatements({ db }: SqlDialect) {
  return {
    findById: statement<{ id: string }>((slot) =>
      db.selectFrom('pwreset_services').selectAll().where('id', '=', slot('id')),
    ),

    create: statement<NewServiceRow>((slot) =>
      db
        .insertInto('pwreset_services')
        .values({
          id: slot('id'),
          name: slot('name'),
          url: slot('url'),
          reset_link: slot('reset_link'),
          reset_notice_link: slot('reset_notice_link'),
          update_notice_link: slot('update_notice_link'),
          email_change_notice_link: slot('email_change_notice_link'),
          enabled: sql<number>`${slot.number('enabled')} = 1`,
          created_at: slot.number('created_at'),
          updated_at: slot.number('updated_at'),
          reset_urls: slot('reset_urls'),
        })
        .onConflict((conflict) => conflict.doNothing()),
    ),
  };
}

export type KeyStatements = ReturnType<typeof keyStatements>;
export type ServiceStatements = ReturnType<typeof serviceStatements>;
