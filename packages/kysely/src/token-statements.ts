import { type TokenPurpose, tokenPurposes } from '@pwreset/core';
import { type SqlBool, sql } from 'kysely';
import type { SqlDialect } from './dialect.js';
import { compilable } from './password-statements.js';
import type { TokensTable } from './schema.js';
import { statement, statementsBy } from './statement.js';
import type { UserSource } from './user-source.js';

export type NewTokenRow = Omit<TokensTable, 'used_at' | 'used_by' | 'closed_at'>;

const tokenColumns = sql.join(
  [
    'id',
    'purpose',
    'user_id',
    'service_id',
    'secret_id',
    'fingerprint',
    'issued_at',
    'expires_at',
    'used_at',
    'used_by',
    'closed_at',
  ].map((name) => sql`${sql.id('t', name)} as ${sql.id(`t_${name}`)}`),
);

interface Closing {
  readonly user_id: string;
  readonly now: number;
}

const purposesIn = (names: string): readonly TokenPurpose[] =>
  tokenPurposes.filter((purpose) => names.split(',').includes(purpose));

export function tokenStatements(dialect: SqlDialect, { columns, joined, from, id, ids, isAt }: UserSource) {
  const { db, rowLocks } = dialect;
  // The purposes stand in the text: they are a closed set, and so there is one statement for each set of them.
  const close = statementsBy<Closing, string>((names, slot) =>
    db
      .updateTable('pwreset_tokens')
      .set({ closed_at: slot.number('now') })
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
      compilable(
        dialect,
        sql`select ${tokenColumns}, ${columns} from pwreset_tokens as t left join ${joined(sql.ref('t.user_id'))} where t.id = ${slot('id')}`,
      ),
    ),

    /** Each user of an address, with the open code where there is one. */
    findCodes: statement<{ realm: string; address: string }>((slot) => {
      const code = sql`t.purpose = 'reset_code' and t.used_at is null and t.closed_at is null`;
      const codes = sql`pwreset_tokens as t on ${ids.matchedBy(sql.ref('t.user_id'), id)} and ${code}`;
      const where = isAt(slot('realm'), slot('address'));
      return compilable(
        dialect,
        sql`select ${columns}, ${tokenColumns} from ${from} left join ${codes} where ${where}`,
      );
    }),

    requireOpen: statement<{ id: string; now: number }>((slot) =>
      db
        .selectFrom('pwreset_tokens')
        .select(sql.lit(1).as('holds'))
        .where('id', '=', slot('id'))
        // In this form PostgreSQL cannot take the partial index of open tokens for the way to one of them.
        .where(sql<SqlBool>`coalesce(used_at, closed_at) is null`)
        .where('expires_at', '>', slot.number('now'))
        .$if(rowLocks, (query) => query.forUpdate()),
    ),

    use: statement<{ id: string; now: number; attempt: string }>((slot) =>
      db
        .updateTable('pwreset_tokens')
        .set({ used_at: slot.number('now'), used_by: slot('attempt') })
        .where('id', '=', slot('id')),
    ),

    /** `null` for no purpose at all. */
    close: (purposes: readonly TokenPurpose[]) => {
      const names = tokenPurposes.filter((purpose) => purposes.includes(purpose));
      return names.length === 0 ? null : close(names.join());
    },

    issue: statement<NewTokenRow>((slot) =>
      db.insertInto('pwreset_tokens').values({
        id: slot('id'),
        purpose: slot('purpose'),
        user_id: slot('user_id'),
        service_id: slot('service_id'),
        secret_id: slot('secret_id'),
        fingerprint: slot('fingerprint'),
        issued_at: slot.number('issued_at'),
        expires_at: slot.number('expires_at'),
      }),
    ),
  };
}

export type TokenStatements = ReturnType<typeof tokenStatements>;
