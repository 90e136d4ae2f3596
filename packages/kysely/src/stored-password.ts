import { type Expression, type RawBuilder, sql } from 'kysely';

/**
 * What `password` holds for a user whose password was made unusable. No hash begins with an exclamation mark, so whatever
 * does is taken for unusable, as Django's own mark is.
 */
export const unusablePassword = '!unusable';

/** What stands before the stored password of a disabled user, in tables that have no place for that. */
const disabled = '!disabled';
const marked = (column: Expression<unknown>): RawBuilder<unknown> =>
  sql`coalesce(substr(${column}, 1, ${sql.lit(disabled.length)}), '') = ${sql.lit(disabled)}`;
const behindMark = (column: Expression<unknown>): RawBuilder<unknown> =>
  sql`case when ${column} = ${sql.lit(disabled)} then null else substr(${column}, ${sql.lit(disabled.length + 2)}) end`;

/** How a table without an enabled flag keeps it: in the password's column, beside the password. */
export const markedPassword = {
  isEnabled: (column: Expression<unknown>): RawBuilder<unknown> => sql`not (${marked(column)})`,
  password: (column: Expression<unknown>): RawBuilder<unknown> =>
    sql`case when ${marked(column)} then ${behindMark(column)} else ${column} end`,
  disable: (column: Expression<unknown>): RawBuilder<unknown> =>
    sql`case when ${marked(column)} then ${column} else coalesce(${sql.lit(`${disabled}:`)} || ${column}, ${sql.lit(disabled)}) end`,
  enable: (column: Expression<unknown>): RawBuilder<unknown> => markedPassword.password(column),
  /** A new password does not enable. */
  replace: (column: Expression<unknown>, password: Expression<unknown>): RawBuilder<unknown> =>
    sql`case when ${marked(column)} then ${sql.lit(`${disabled}:`)} else '' end || ${password}`,
  /** What a row holds that is written for a disabled user who has none: enabled again, an empty text, as null may not do. */
  disabledWithout: sql.lit(`${disabled}:`),
};
