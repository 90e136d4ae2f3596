import { sql } from 'kysely';
import type { SqlDialect } from './dialect.js';
import type { AuditTable } from './schema.js';
import { statement } from './statement.js';

export function auditStatements({ db }: SqlDialect) {
  // A row without an event only holds the id of an attempt that was settled as not applied.
  const list = () =>
    db
      .selectFrom('pwreset_audit')
      .selectAll()
      .where('event', 'is not', null)
      .orderBy('at', 'desc')
      .orderBy('id', 'desc');

  return {
    /** Writes nothing where the attempt has ended one way or the other. */
    record: statement<AuditTable>((slot) =>
      db
        .insertInto('pwreset_audit')
        .values({
          id: slot('id'),
          event: slot('event'),
          at: slot.number('at'),
          user_id: slot('user_id'),
          service_id: slot('service_id'),
          ip: slot('ip'),
          user_agent: slot('user_agent'),
        })
        .onConflict((conflict) => conflict.column('id').doNothing()),
    ),

    /** Takes the attempt's id where it is free, and answers what holds it now; one statement, so nothing comes between. */
    settle: statement<{ id: string; at: number }>((slot) =>
      db
        .insertInto('pwreset_audit')
        .values({ id: slot('id'), at: slot.number('at') })
        .onConflict((conflict) => conflict.column('id').doUpdateSet({ at: sql.ref('pwreset_audit.at') }))
        .returning('event'),
    ),

    list: statement<{ limit: number }>((slot) => list().limit(slot.number('limit'))),

    listOfUser: statement<{ user_id: string; limit: number }>((slot) =>
      list().where('user_id', '=', slot('user_id')).limit(slot.number('limit')),
    ),
  };
}

export type AuditStatements = ReturnType<typeof auditStatements>;
