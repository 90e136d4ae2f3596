import type { Columns } from './sql-value.js';

/** Readers of one column; each throws where the database holds something else than the schema says. */
const wrong = (name: string, kind: string): TypeError => new TypeError(`the column ${name} does not hold ${kind}`);

export function text(row: Columns, name: string): string {
  const value = row[name];
  if (typeof value !== 'string') throw wrong(name, 'text');
  return value;
}

export const textOrNull = (row: Columns, name: string): string | null => (row[name] === null ? null : text(row, name));

/** A list of texts, kept as JSON. */
export function textList(row: Columns, name: string): readonly string[] {
  const list: unknown = JSON.parse(text(row, name));
  if (!Array.isArray(list) || !list.every((item) => typeof item === 'string')) throw wrong(name, 'a list of texts');
  return list;
}

/** Some drivers hand 64-bit integers over as text or as a bigint; every number here fits a double. */
export function number(row: Columns, name: string): number {
  const value = row[name];
  const result = typeof value === 'string' || typeof value === 'bigint' ? Number(value) : value;
  if (typeof result !== 'number' || Number.isNaN(result)) throw wrong(name, 'a number');
  return result;
}

export const numberOrNull = (row: Columns, name: string): number | null =>
  row[name] === null ? null : number(row, name);

export function flag(row: Columns, name: string): boolean {
  const value = row[name];
  if (typeof value === 'boolean') return value;
  // PostgreSQL's own way of writing a boolean, where a driver leaves it as it came.
  if (value === 't' || value === 'f') return value === 't';
  return number(row, name) !== 0;
}

export function oneOf<Value extends string>(row: Columns, name: string, known: readonly Value[]): Value {
  const found = known.find((value) => value === row[name]);
  if (found === undefined) throw wrong(name, `one of ${known.join(', ')}`);
  return found;
}
