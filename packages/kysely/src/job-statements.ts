import { type JobKind, jobKinds, jobStates } from '@pwreset/core';
import { type SqlBool, sql } from 'kysely';
import type { SqlDialect } from './dialect.js';
import type { JobsTable } from './schema.js';
import { type Slots, statement, statementsBy } from './statement.js';

export type NewJobRow = Omit<JobsTable, 'state' | 'attempt' | 'lease_until' | 'ended_at'>;

const [pending, done, dead] = jobStates;

interface Claiming {
  readonly now: number;
  readonly lease_until: number;
  readonly limit: number;
}

export function jobStatements({ db, rowLocks, database }: SqlDialect) {
  // Not by `state`: PostgreSQL would take the partial index of pending jobs for the way to one of them, while that is small.
  const change = () => db.updateTable('pwreset_jobs').where('ended_at', 'is', null);
  const none = sql.lit(null);
  const erased = { lease_until: none, address: none, unique_key: none };
  const list = () => db.selectFrom('pwreset_jobs').selectAll().orderBy('created_at', 'desc').orderBy('id', 'desc');

  const due = (slot: Slots<Claiming>, kinds: readonly JobKind[]) =>
    db
      .selectFrom('pwreset_jobs')
      .select('id')
      // A literal, so that SQLite recognises the condition of the partial index.
      .where('state', '=', sql.lit(pending))
      // Each priority as a literal: the index then serves the order and the due time at once.
      .where(
        'priority',
        'in',
        kinds.map((kind) => sql.lit(jobKinds.indexOf(kind))),
      )
      .where(
        'kind',
        'in',
        kinds.map((kind) => sql.lit(kind)),
      )
      .where('due_at', '<=', slot.number('now'))
      .where((where) => where.or([where('lease_until', 'is', null), where('lease_until', '<=', slot.number('now'))]))
      .orderBy('priority')
      .orderBy('due_at')
      .limit(slot.number('limit'))
      .$if(rowLocks, (query) => query.forUpdate().skipLocked());

  const claim = statementsBy<Claiming, string>((names, slot) => {
    const chosen = due(
      slot,
      jobKinds.filter((kind) => names.split(',').includes(kind)),
    );
    return (
      db
        .updateTable('pwreset_jobs')
        .set((column) => ({ attempt: column('attempt', '+', sql.lit(1)), lease_until: slot.number('lease_until') }))
        // As an array the rows are chosen once; PostgreSQL may run a subquery again for each row, and lock more of them.
        .where(database === 'postgres' ? sql<SqlBool>`id = any(array(${chosen}))` : sql<SqlBool>`id in ${chosen}`)
        .returningAll()
    );
  });

  return {
    hold: statement<{ id: string; attempt: number }>((slot) =>
      db
        .selectFrom('pwreset_jobs')
        .select(sql.lit(1).as('holds'))
        .where('id', '=', slot('id'))
        .where('attempt', '=', slot.number('attempt'))
        // A job that was given back, or has ended, has no lease: it is in nobody's hands, whatever its attempt number says.
        .where('lease_until', 'is not', null)
        .$if(rowLocks, (query) => query.forUpdate()),
    ),

    /** Of these kinds only; a row of a kind that nobody here knows is left to whoever does. */
    claim: (values: Claiming, kinds: readonly JobKind[]) => {
      const known = jobKinds.filter((kind) => kinds.includes(kind));
      return known.length === 0 ? null : claim(known.join())(values);
    },

    /** Without a conflict target: neither the id nor the unique key of a pending job is queued twice. */
    enqueue: statement<NewJobRow>((slot) =>
      db
        .insertInto('pwreset_jobs')
        .values({
          id: slot('id'),
          kind: slot('kind'),
          priority: slot.number('priority'),
          state: sql.lit(pending),
          unique_key: slot('unique_key'),
          address: slot('address'),
          payload: slot('payload'),
          attempt: sql.lit(0),
          created_at: slot.number('created_at'),
          due_at: slot.number('due_at'),
          expires_at: slot.number('expires_at'),
        })
        .onConflict((conflict) => conflict.doNothing()),
    ),

    finish: statement<{ id: string; now: number }>((slot) =>
      change()
        .set({ ...erased, state: sql.lit(done), payload: sql.lit('{}'), ended_at: slot.number('now') })
        .where('id', '=', slot('id')),
    ),

    bury: statement<{ id: string; now: number }>((slot) =>
      change()
        .set({ ...erased, state: sql.lit(dead), ended_at: slot.number('now') })
        .where('id', '=', slot('id')),
    ),

    renew: statement<{ id: string; lease_until: number }>((slot) =>
      change()
        .set({ lease_until: slot.number('lease_until') })
        .where('id', '=', slot('id')),
    ),

    retry: statement<{ id: string; due_at: number }>((slot) =>
      change()
        .set({ lease_until: none, due_at: slot.number('due_at') })
        .where('id', '=', slot('id')),
    ),

    list: statement<{ limit: number }>((slot) => list().limit(slot.number('limit'))),

    listByState: statement<{ state: JobsTable['state']; limit: number }>((slot) =>
      list().where('state', '=', slot('state')).limit(slot.number('limit')),
    ),
  };
}

export type JobStatements = ReturnType<typeof jobStatements>;
