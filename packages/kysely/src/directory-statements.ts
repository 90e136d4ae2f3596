import { sql } from 'kysely';
import type { SqlDialect } from './dialect.js';
import type { KeysTable, ServicesTable } from './schema.js';
import { statement } from './statement.js';
import { userColumns } from './user-statements.js';

const keyColumns = [
  'k.id as k_id',
  'k.type as k_type',
  'k.name as k_name',
  'k.service_id as k_service_id',
  'k.user_id as k_user_id',
  'k.enabled as k_enabled',
  'k.revoked as k_revoked',
  'k.created_at as k_created_at',
  'k.updated_at as k_updated_at',
] as const;

export function keyStatements({ db }: SqlDialect) {
  const select = () => db.selectFrom('pwreset_keys as k').select(keyColumns);
  return {
    findById: statement<{ id: string }>((slot) => select().where('k.id', '=', slot('id'))),

    findByDigest: statement<{ digest: string }>((slot) =>
      select()
        .leftJoin('pwreset_users as u', 'u.id', 'k.user_id')
        .select(userColumns)
        .where('k.digest', '=', slot('digest')),
    ),

    listOfUser: statement<{ user_id: string }>((slot) =>
      select().where('k.user_id', '=', slot('user_id')).orderBy('k.created_at').orderBy('k.id'),
    ),

    create: statement<KeysTable>((slot) =>
      db
        .insertInto('pwreset_keys')
        .values({
          id: slot('id'),
          digest: slot('digest'),
          type: slot('type'),
          name: slot('name'),
          service_id: slot('service_id'),
          user_id: slot('user_id'),
          enabled: slot('enabled'),
          revoked: slot('revoked'),
          created_at: slot('created_at'),
          updated_at: slot('updated_at'),
        })
        .onConflict((conflict) => conflict.doNothing()),
    ),

    revokeOfUser: statement<{ user_id: string; now: number }>((slot) =>
      db
        .updateTable('pwreset_keys')
        .set({ enabled: sql.lit(0), revoked: sql.lit(1), updated_at: slot('now') })
        .where('user_id', '=', slot('user_id')),
    ),
  };
}

export function serviceStatements({ db }: SqlDialect) {
  return {
    findById: statement<{ id: string }>((slot) =>
      db.selectFrom('pwreset_services').selectAll().where('id', '=', slot('id')),
    ),

    create: statement<ServicesTable>((slot) =>
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
          enabled: slot('enabled'),
          created_at: slot('created_at'),
          updated_at: slot('updated_at'),
        })
        .onConflict((conflict) => conflict.doNothing()),
    ),
  };
}

export type KeyStatements = ReturnType<typeof keyStatements>;
export type ServiceStatements = ReturnType<typeof serviceStatements>;
