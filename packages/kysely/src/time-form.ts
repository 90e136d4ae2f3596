import { type Expression, type RawBuilder, sql } from 'kysely';
import type { SqlDialect } from './dialect.js';
import type { TimeForm, TimeMapping } from './user-mapping.js';

type Convert = (value: Expression<unknown>) => RawBuilder<unknown>;

interface TimeConversion {
  /** Epoch milliseconds from what the column holds; null stays null. */
  readonly read: Convert;
  /** What the column holds, from epoch milliseconds. */
  readonly write: Convert;
}

/** SQLite reads all the usual ways of writing a time, and `%f` writes milliseconds. */
const sqliteText = (format: string): TimeConversion => ({
  read: (column) => sql`cast(round(unixepoch(${column}, 'subsec') * 1000) as integer)`,
  write: (ms) => sql`strftime(${sql.lit(format)}, ${ms} / 1000.0, 'unixepoch')`,
});

const sinceEpoch = (time: Expression<unknown>) => sql`cast(floor(extract(epoch from ${time}) * 1000) as bigint)`;
const instant: Convert = (ms) => sql`to_timestamp(cast(${ms} as double precision) / 1000)`;
const utc: Convert = (ms) => sql`(${instant(ms)} at time zone 'UTC')`;

const numbers: Readonly<Record<'epochMs' | 'epochSeconds', TimeConversion>> = {
  epochMs: { read: (column) => sql`${column}`, write: (ms) => sql`${ms}` },
  epochSeconds: {
    read: (column) => sql`${column} * 1000`,
    write: (ms) => sql`${ms} / 1000`,
  },
};

const conversions: Readonly<Record<SqlDialect['database'], Readonly<Record<TimeForm, TimeConversion>>>> = {
  sqlite: {
    ...numbers,
    epochSeconds: { ...numbers.epochSeconds, write: (ms) => sql`cast(${ms} / 1000 as integer)` },
    timestamptz: sqliteText('%Y-%m-%dT%H:%M:%fZ'),
    timestamp: sqliteText('%Y-%m-%d %H:%M:%f'),
    text: sqliteText('%Y-%m-%dT%H:%M:%fZ'),
  },
  postgres: {
    epochMs: { ...numbers.epochMs, write: (ms) => sql`cast(${ms} as bigint)` },
    epochSeconds: {
      read: (column) => sql`cast(${column} as bigint) * 1000`,
      write: (ms) => sql`cast(${ms} as bigint) / 1000`,
    },
    timestamptz: { read: sinceEpoch, write: instant },
    timestamp: { read: sinceEpoch, write: utc },
    text: {
      read: (column) => sinceEpoch(sql`cast(${column} as timestamptz)`),
      write: (ms) => sql`to_char(${utc(ms)}, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`,
    },
  },
};

export const timeConversion = ({ database }: SqlDialect, form: TimeForm): TimeConversion => conversions[database][form];

/** The column and its form, however the mapping names them. */
export const timeOf = <Column extends string>(
  mapping: TimeMapping<Column>,
): { readonly column: Column; readonly as: TimeForm } =>
  typeof mapping === 'string' ? { column: mapping, as: 'timestamptz' } : mapping;
