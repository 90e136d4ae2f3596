import { type Expression, type RawBuilder, sql } from 'kysely';
import type { SqlDialect } from './dialect.js';
import { timeConversion } from './time-form.js';
import type { ColumnRef, Constant, Constants, FlagMapping } from './user-mapping.js';

/** What a statement sets: columns by name. */
export type Assignments = Readonly<Record<string, RawBuilder<unknown>>>;

/** How one yes or no is read and written. */
export interface Flag {
  /** A condition; never null. */
  holds(column: ColumnRef<string>): RawBuilder<unknown>;
  /** `now` is in epoch milliseconds. */
  yes(now: Expression<unknown>): Assignments;
  no(now: Expression<unknown>): Assignments;
}

/** A constant as part of a statement's text. */
export function literal({ booleans }: SqlDialect, value: Constant): RawBuilder<unknown> {
  if (typeof value !== 'boolean') return sql.lit(value);
  return sql.lit(value ? booleans.yes : booleans.no);
}

export function flagOf(dialect: SqlDialect, mapping: FlagMapping<string>): Flag {
  const lit = (value: Constant): RawBuilder<unknown> => literal(dialect, value);
  const set =
    (constants: Constants<string>): Flag['yes'] =>
    () =>
      Object.fromEntries(Object.entries(constants).map(([name, value]) => [name, lit(value ?? null)]));

  if (typeof mapping === 'string') return flagOf(dialect, { column: mapping, is: true, otherwise: false });
  if ('when' in mapping) {
    const { when, yes, no } = mapping;
    return { holds: (column) => sql`coalesce(${when(column)}, ${lit(false)})`, yes: set(yes), no: set(no) };
  }
  const { column: name } = mapping;
  if ('isNull' in mapping) {
    const { write } = timeConversion(dialect, mapping.isNull);
    return {
      holds: (column) => sql`${column(name)} is null`,
      yes: set({ [name]: null }),
      no: (now) => ({ [name]: write(now) }),
    };
  }
  if ('is' in mapping) {
    const { is, otherwise } = mapping;
    return {
      holds: (column) => sql`${column(name)} is not distinct from ${lit(is)}`,
      yes: set({ [name]: is }),
      no: set({ [name]: otherwise }),
    };
  }
  const { isNot, otherwise } = mapping;
  return {
    holds: (column) => sql`${column(name)} is distinct from ${lit(isNot)}`,
    yes: set({ [name]: otherwise }),
    no: set({ [name]: isNot }),
  };
}
