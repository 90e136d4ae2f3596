import { type TokenPurpose, tokenPurposes } from '@pwreset/core';
import { sql } from 'kysely';
import type { SqlDialect } from './dialect.js';
import type { TokensTable } from './schema.js';
import { statement, statementsBy } from './statement.js';
import { userColumns } from './user-statements.js';

export type NewTokenRow = Omit<TokensTable, 'used_at' | 'used_by' | 'closed_at'>;

interface Closing {
  readonly user_id: string;
  readonly now: number;
}

const purposesIn = (names: string): readonly TokenPurpose[] =>
  tokenPurposes.filter((purpose) => names.split(',').includes(purpose));

export function tokenStatements({ db, rowLocks }: SqlDialect) {
  // The purposes stand in the text: they are a closed set, and so there is one statement for each set of them.
  const close = statementsBy<Closing, string>((names, slot) =>
    db
      .updateTable('pwreset_tokens')
      .set({ closed_at: slot('now') })
      .where('user_id', '=', slot('user_id'))
      .where(
        'purpose',
        'in',
        purposesIn(names).map((purpose) => sql.lit(purpose)),
      )
      .where('used_at', 'is', null)
      .where('closed_at', 'is', null),
  );

  return {
    findWithUser: statement<{ id: string }>((slot) =>
      db
        .selectFrom('pwreset_tokens as t')
        .leftJoin('pwreset_users as u', 'u.id', 't.user_id')
        .select([
          't.id as t_id',
          't.purpose as t_purpose',
          't.user_id as t_user_id',
          't.service_id as t_service_id',
          't.secret_id as t_secret_id',
          't.fingerprint as t_fingerprint',
          't.issued_at as t_issued_at',
          't.expires_at as t_expires_at',
          't.used_at as t_used_at',
          't.used_by as t_used_by',
          't.closed_at as t_closed_at',
        ])
        .select(userColumns)
        .where('t.id', '=', slot('id')),
    ),

    requireOpen: statement<{ id: string; now: number }>((slot) =>
      db
        .selectFrom('pwreset_tokens')
        .select(sql.lit(1).as('holds'))
        .where('id', '=', slot('id'))
        .where('used_at', 'is', null)
        .where('closed_at', 'is', null)
        .where('expires_at', '>', slot('now'))
        .$if(rowLocks, (query) => query.forUpdate()),
    ),

    use: statement<{ id: string; now: number; attempt: string }>((slot) =>
      db
        .updateTable('pwreset_tokens')
        .set({ used_at: slot('now'), used_by: slot('attempt') })
        .where('id', '=', slot('id')),
    ),

    /** `null` for no purpose at all. */
    close: (values: Closing, purposes: readonly TokenPurpose[]) => {
      const names = tokenPurposes.filter((purpose) => purposes.includes(purpose));
      return names.length === 0 ? null : close(names.join())(values);
    },

    issue: statement<NewTokenRow>((slot) =>
      db.insertInto('pwreset_tokens').values({
        id: slot('id'),
        purpose: slot('purpose'),
        user_id: slot('user_id'),
        service_id: slot('service_id'),
        secret_id: slot('secret_id'),
        fingerprint: slot('fingerprint'),
        issued_at: slot('issued_at'),
        expires_at: slot('expires_at'),
      }),
    ),
  };
}

export type TokenStatements = ReturnType<typeof tokenStatements>;
