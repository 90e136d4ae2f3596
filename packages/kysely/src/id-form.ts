import { type Expression, type RawBuilder, sql } from 'kysely';
import type { SqlDialect } from './dialect.js';
import { isStorable } from './sql-value.js';
import type { IdForm } from './user-mapping.js';

const forms: Readonly<Record<Exclude<IdForm, 'text'>, string>> = {
  integer: '^(?:0|-?[1-9][0-9]{0,17})$',
  uuid: '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$',
};

/** How ids of one form are read, compared and recognised. */
export interface Ids {
  /** Whether a row could have this id. */
  known(id: string): boolean;
  /** The id in its column as text, as every storage names it. */
  text(column: Expression<unknown>): RawBuilder<unknown>;
  /** Whether a column holds an id that is known to have the form. */
  is(column: Expression<unknown>, text: Expression<unknown>): RawBuilder<unknown>;
  /** Whether a column holds the id that stands in a text column of ours; false where that has another form. */
  matches(column: Expression<unknown>, text: Expression<unknown>): RawBuilder<unknown>;
  /** The same from the other side: whether a text column of ours, by an index of its own, holds the id of a column. */
  matchedBy(text: Expression<unknown>, column: Expression<unknown>): RawBuilder<unknown>;
}

/** The ids of our own table: text under a collation that tells all bytes apart. */
export const ownIds: Ids = {
  known: (id) => isStorable(id),
  text: (column) => sql`${column}`,
  is: (column, text) => sql`${column} = ${text}`,
  matches: (column, text) => sql`${column} = ${text}`,
  matchedBy: (text, column) => sql`${text} = ${column}`,
};

export function idsOf(form: IdForm, { database, bytes }: SqlDialect): Ids {
  // The collation of our column, whatever that of the other is: SQLite takes the one on the left.
  const ours = database === 'sqlite' ? sql`` : sql` collate "default"`;
  const matchedBy: Ids['matchedBy'] = (text, column) => sql`${text} = cast(${column} as text)${ours}`;
  if (form === 'text' || (form === 'uuid' && database === 'sqlite')) {
    const shape = form === 'text' ? null : new RegExp(forms.uuid);
    // A collation must not make two ids one: tokens and keys know the id byte for byte.
    const equal = (column: Expression<unknown>, text: Expression<unknown>): RawBuilder<unknown> =>
      sql`${column} = cast(${text} as text) and cast(${column} as text) collate ${sql.id(bytes)} = ${text}`;
    return {
      known: (id) => isStorable(id) && (shape === null || shape.test(id)),
      text: (column) => sql`cast(${column} as text)`,
      is: equal,
      matches: equal,
      matchedBy,
    };
  }
  if (!(form in forms)) throw new TypeError(`ids are text, uuid or integer, and not ${form}`);
  const shape = new RegExp(forms[form]);
  const type = sql.raw(form === 'integer' ? 'bigint' : form);
  return {
    known: (id) => shape.test(id),
    text: (column) => sql`cast(${column} as text)`,
    is: (column, text) => sql`${column} = cast(${text} as ${type})`,
    matches: (column, text) =>
      database === 'sqlite'
        ? sql`${column} = cast(${text} as integer) and cast(${column} as text) = ${text}`
        : sql`${column} = cast(substring(${text} from ${sql.lit(forms[form])}) as ${type})`,
    matchedBy,
  };
}
