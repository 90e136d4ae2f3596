/** What a parameter or a column may hold. Flags are 0 and 1, times are epoch milliseconds. */
export type SqlValue = string | number | null;

/** One row as a driver hands it over. */
export type Columns = Readonly<Record<string, unknown>>;

/**
 * Whether every database keeps the text as it is. PostgreSQL has no U+0000 in text, and a lone surrogate has no UTF-8 form:
 * SQLite would quietly keep U+FFFD in its place, and two ids could become one.
 */
export const isStorable = (...texts: readonly string[]): boolean =>
  texts.every((text) => text.isWellFormed() && !text.includes('\0'));
