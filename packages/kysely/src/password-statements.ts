import { type Compilable, type RawBuilder, sql } from 'kysely';
import type { SqlDialect } from './dialect.js';
import { type Assignments, literal } from './flag-form.js';
import { type Query, type Slots, type Statement, statement } from './statement.js';
import { markedPassword } from './stored-password.js';
import { timeConversion } from './time-form.js';
import { type PasswordPlace, passwordRef, ref, type UserSource } from './user-source.js';

export interface Changed {
  readonly id: string;
  readonly now: number;
}

export interface NewPassword extends Changed {
  /** As the column holds it. */
  readonly password: string;
}

/** A change as one statement or several, the further ones for a password in a table of its own. */
export interface Change<Values extends object> {
  readonly statements: readonly Statement<Values>[];
  (values: Values): readonly Query[];
}

export const change = <Values extends object>(statements: readonly Statement<Values>[]): Change<Values> =>
  Object.assign((values: Values) => statements.map((fill) => fill(values)), { statements });

export const compilable = ({ db }: SqlDialect, text: RawBuilder<unknown>): Compilable => ({
  compile: () => text.compile(db),
});

/** `null` where nothing is to be set. */
export function updateUser(
  dialect: SqlDialect,
  { mapping, isUser, updatedAt }: UserSource,
  slot: Slots<Changed>,
  assignments: Assignments,
): Compilable {
  const set = { ...assignments, ...updatedAt(mapping.updatedAt, slot.number('now')) };
  return compilable(
    dialect,
    sql`update ${sql.table(mapping.table)} as u set ${assigned(set)} where ${isUser(slot('id'))}`,
  );
}

const assigned = (set: Assignments): RawBuilder<unknown> =>
  sql.join(Object.entries(set).map(([name, value]) => sql`${sql.id(name)} = ${value}`));

/** Everything that writes a password, or the mark of a disabled user beside it. */
export function passwordStatements(dialect: SqlDialect, source: UserSource) {
  const { mapping, password, enabled, requireUpdate } = source;
  const { table, column } = password;
  const raw = table === null ? ref(column) : passwordRef(column);
  const replaced = (slot: Slots<NewPassword>): RawBuilder<unknown> => {
    const given = sql`cast(${slot('password')} as text)`;
    return enabled === null ? markedPassword.replace(raw, given) : given;
  };
  const renewed = (slot: Slots<Changed>): Assignments => requireUpdate?.no(slot.number('now')) ?? {};
  const remembers = mapping.updatedAt !== undefined;

  /** Writes the password's column, and what goes with it in the user's own row. */
  function writing<Values extends Changed>(
    value: (slot: Slots<Values>) => RawBuilder<unknown>,
    inserted: ((slot: Slots<Values>) => RawBuilder<unknown>) | null,
    beside: (slot: Slots<Changed>) => Assignments,
    touches: boolean,
  ): Change<Values> {
    if (table === null) {
      return change([
        statement<Values>((slot) => updateUser(dialect, source, slot, { [column]: value(slot), ...beside(slot) })),
      ]);
    }
    const own = statement<Values>((slot) => updateUser(dialect, source, slot, beside(slot)));
    return change([
      statement<Values>((slot) => updatePassword(dialect, source, table, slot, value(slot))),
      ...(table.insert === undefined || inserted === null
        ? []
        : [statement<Values>((slot) => insertPassword(dialect, source, table, slot, inserted(slot)))]),
      ...(touches || remembers ? [own] : []),
    ]);
  }

  const given = (slot: Slots<NewPassword>): RawBuilder<unknown> => sql`cast(${slot('password')} as text)`;
  const nothing = (): Assignments => ({});
  const marking = (
    value: (column: RawBuilder<unknown>) => RawBuilder<unknown>,
    inserted: (() => RawBuilder<unknown>) | null,
  ) => writing<Changed>(() => value(raw), inserted, nothing, false);

  return {
    set: writing<NewPassword>(replaced, given, renewed, requireUpdate !== null),
    replace: writing<NewPassword>(replaced, given, nothing, false),
    enable:
      enabled === null
        ? marking(markedPassword.enable, null)
        : change([statement<Changed>((slot) => updateUser(dialect, source, slot, enabled.yes(slot.number('now'))))]),
    disable:
      enabled === null
        ? marking(markedPassword.disable, () => markedPassword.disabledWithout)
        : change([statement<Changed>((slot) => updateUser(dialect, source, slot, enabled.no(slot.number('now'))))]),
  };
}

type Table = NonNullable<PasswordPlace['table']>;

function updatePassword(
  dialect: SqlDialect,
  source: UserSource,
  table: Table,
  slot: Slots<Changed>,
  value: RawBuilder<unknown>,
): Compilable {
  const set = { [table.column]: value, ...source.updatedAt(table.updatedAt, slot.number('now')) };
  const where = source.isPassword(slot('id'));
  return compilable(dialect, sql`update ${sql.table(table.table)} as p set ${assigned(set)} where ${where}`);
}

function insertPassword(
  dialect: SqlDialect,
  source: UserSource,
  table: Table,
  slot: Slots<Changed>,
  value: RawBuilder<unknown>,
): Compilable {
  const now = slot.number('now');
  const further = table.insert?.({ userId: source.id, now: (as) => timeConversion(dialect, as).write(now) }) ?? {};
  const columns: Record<string, RawBuilder<unknown>> = {};
  for (const [name, given] of [...Object.entries(table.where ?? {}), ...Object.entries(further)]) {
    columns[name] = typeof given === 'object' && given !== null ? sql`${given}` : literal(dialect, given ?? null);
  }
  Object.assign(columns, { [table.user]: source.id, [table.column]: value });
  const names = sql.join(Object.keys(columns).map((name) => sql.id(name)));
  const passwords = sql.table(table.table);
  return compilable(
    dialect,
    sql`insert into ${passwords} (${names}) select ${sql.join(Object.values(columns))} from ${sql.table(source.mapping.table)} as u where ${source.isUser(slot('id'))} and not exists (select 1 from ${passwords} as p where ${source.isPassword(slot('id'))})`,
  );
}
