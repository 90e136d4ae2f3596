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
  /** Text that is known to have the form, as the column holds it. */
  value(text: Expression<unknown>): RawBuilder<unknown>;
  /** Whether a column holds the id that stands in a text column of ours; false where that has another form. */
  matches(column: Expression<unknown>, text: Expression<unknown>): RawBuilder<unknown>;
}

export function idsOf(form: IdForm, { database }: SqlDialect): Ids {
  if (form === 'text' || (form === 'uuid' && database === 'sqlite')) {
    const shape = form === 'text' ? null : new RegExp(forms.uuid);
    return {
      known: (id) => isStorable(id) && (shape === null || shape.test(id)),
      text: (column) => sql`${column}`,
      value: (text) => sql`${text}`,
      matches: (column, text) => sql`${column} = ${text}`,
    };
  }
  const shape = new RegExp(forms[form]);
  const type = sql.raw(form === 'integer' ? 'bigint' : form);
  return {
    known: (id) => shape.test(id),
    text: (column) => sql`cast(${column} as text)`,
    value: (text) => sql`cast(${text} as ${type})`,
    matches: (column, text) =>
      database === 'sqlite'
        ? sql`${column} = cast(${text} as integer) and cast(${column} as text) = ${text}`
        : sql`${column} = cast(substring(${text} from ${sql.lit(forms[form])}) as ${type})`,
  };
}
