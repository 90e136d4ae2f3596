import { type Compilable, type Expression, type RawBuilder, sql } from 'kysely';
import type { SqlDialect } from './dialect.js';
import type { Assignments, Flag } from './flag-form.js';
import { compilable, passwordStatements, updateUser } from './password-statements.js';
import { type Slots, type Statement, statement, statementsBy } from './statement.js';
import { ref, type UserSource } from './user-source.js';

/** The columns that a patch may name. */
export const patchColumns = ['name', 'locale', 'timezone', 'passwordAllowReset', 'passwordRequireUpdate'] as const;
export type PatchColumn = (typeof patchColumns)[number];

/** Flags are 0 and 1. */
export interface PatchValues {
  readonly id: string;
  readonly now: number;
  readonly name: string;
  readonly locale: string;
  readonly timezone: string;
  readonly passwordAllowReset: number;
  readonly passwordRequireUpdate: number;
}

// The types are left to inference: each statement says itself what it takes.
export function userStatements(dialect: SqlDialect, source: UserSource) {
  const { mapping, columns, from, isUser, isPassword, password } = source;
  const query = (text: RawBuilder<unknown>): Compilable => compilable(dialect, text);
  const select = (where: RawBuilder<unknown>): Compilable => query(sql`select ${columns} from ${from} where ${where}`);
  const guard = (id: Expression<unknown>, condition: RawBuilder<unknown>): Compilable =>
    query(sql`select 1 as holds from ${from} where ${isUser(id)} and ${condition}`);
  const lock = (table: string, alias: RawBuilder<unknown>, where: RawBuilder<unknown>): Compilable =>
    query(sql`select 1 as holds from ${sql.table(table)} as ${alias} where ${where} for update`);

  const patch = statementsBy<PatchValues, string>((named, slot) => {
    const value = patchable(source, slot);
    const set = patchColumns.filter((column) => named.split(',').includes(column)).map((column) => value[column]());
    return updateUser(dialect, source, slot, Object.assign({}, ...set));
  });
  const passwordTable = password.table?.table;
  const locks: readonly Statement<{ id: string }>[] = !dialect.rowLocks
    ? []
    : [
        statement((slot) => lock(mapping.table, sql`u`, isUser(slot('id')))),
        ...(passwordTable === undefined
          ? []
          : [statement<{ id: string }>((slot) => lock(passwordTable, sql`p`, isPassword(slot('id'))))]),
      ];

  return {
    findById: statement<{ id: string }>((slot) => select(isUser(slot('id')))),

    findByAddress: statement<{ realm: string; address: string }>((slot) =>
      select(source.isAt(slot('realm'), slot('address'))),
    ),

    /** The user's row and then the password's, each a statement of its own. */
    locks,

    /** `plain` is the hash without its form: what was read without one is compared without. */
    requireCredential: statement<{ id: string; stored: string | null; plain: string | null; email: string }>((slot) => {
      const column = asBytes(dialect, source.storedPassword);
      const same = sql`${column} is not distinct from ${slot('stored')}`;
      const credential = password.mayBePlain ? sql`(${same} or ${column} = ${slot('plain')})` : same;
      return guard(slot('id'), sql`${credential} and ${asBytes(dialect, source.email)} = ${slot('email')}`);
    }),

    requireEnabled: statement<{ id: string }>((slot) => guard(slot('id'), source.isEnabled)),

    passwords: passwordStatements(dialect, source),

    /** Writes the named columns and no other: one statement for each set of names. */
    patch: (named: readonly PatchColumn[]) => patch(named.join()),
  };
}

/** Equal only byte for byte, whatever the column's type and collation say. */
const asBytes = ({ bytes }: SqlDialect, text: RawBuilder<unknown>): RawBuilder<unknown> =>
  sql`cast(${text} as text) collate ${sql.id(bytes)}`;

/** What each patch sets. @throws {TypeError} for a column that the mapping leaves out */
function patchable(source: UserSource, slot: Slots<PatchValues>): Readonly<Record<PatchColumn, () => Assignments>> {
  const { mapping } = source;
  const unmapped = (what: PatchColumn): TypeError => new TypeError(`the mapping of ${mapping.table} has no ${what}`);
  const text = (what: 'name' | 'locale' | 'timezone') => (): Assignments => {
    const column = mapping[what];
    if (column === undefined) throw unmapped(what);
    return { [column]: sql`${slot(what)}` };
  };
  const flag = (what: 'passwordAllowReset' | 'passwordRequireUpdate', known: Flag | null) => (): Assignments => {
    if (known === null) throw unmapped(what);
    const now = slot.number('now');
    const [yes, no] = [known.yes(now), known.no(now)];
    const either = (name: string): RawBuilder<unknown> =>
      sql`case when ${slot.number(what)} = 1 then ${yes[name] ?? ref(name)} else ${no[name] ?? ref(name)} end`;
    const names = new Set([...Object.keys(yes), ...Object.keys(no)]);
    // A flag that is only read.
    if (names.size === 0) throw unmapped(what);
    return Object.fromEntries([...names].map((name) => [name, either(name)]));
  };
  return {
    name: text('name'),
    locale: text('locale'),
    timezone: text('timezone'),
    passwordAllowReset: flag('passwordAllowReset', source.allowReset),
    passwordRequireUpdate: flag('passwordRequireUpdate', source.requireUpdate),
  };
}

export type UserStatements = ReturnType<typeof userStatements>;
