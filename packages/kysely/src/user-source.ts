import { type Expression, type RawBuilder, sql } from 'kysely';
import type { SqlDialect } from './dialect.js';
import { type Assignments, type Flag, flagOf, literal } from './flag-form.js';
import { type Ids, idsOf, ownIds } from './id-form.js';
import { checkMapping, mayReuse } from './mapping-check.js';
import { ownUsers } from './own-users.js';
import { markedPassword } from './stored-password.js';
import { timeConversion, timeOf } from './time-form.js';
import type { EmailMapping, PasswordTable, StoredForm, TimeMapping, UserMapping } from './user-mapping.js';

/** Where the password is: in a column of the users' table, or in a table of its own. */
export interface PasswordPlace {
  readonly column: string;
  readonly stored: StoredForm;
  /** Whether the column may hold a hash in the form or as it is. */
  readonly mayBePlain: boolean;
  readonly table: PasswordTable<Record<string, Record<string, unknown>>, string> | null;
}

/** An empty text and a mark are no hashes: they stand in the column as they are. */
const ofHashes = (form: StoredForm): StoredForm => ({
  toColumn: (hash) => (isHash(hash) ? form.toColumn(hash) : hash),
  fromColumn: (value) => (isHash(value) ? form.fromColumn(value) : value),
});
const isHash = (text: string): boolean => text !== '' && !text.startsWith('!');

const asItIs: StoredForm = { toColumn: (hash) => hash, fromColumn: (value) => value };

/** A mapping made ready: the expressions that statements are built of. Users are `u` throughout, a password's table `p`. */
export interface UserSource {
  readonly mapping: UserMapping;
  readonly ids: Ids;
  /** The id in its own column. */
  readonly id: RawBuilder<string>;
  readonly password: PasswordPlace;
  /** Whether the time of creation tells users apart that had the same id. */
  readonly createdAtTells: boolean;
  /** `null` where the mark in the password's column says it. */
  readonly enabled: Flag | null;
  readonly requireUpdate: Flag | null;
  readonly allowReset: Flag | null;
  /** The canonical columns, `u_id` and so on; `userFrom` reads them. */
  readonly columns: RawBuilder<unknown>;
  /** Users with their passwords, as `from` takes them. */
  readonly from: RawBuilder<unknown>;
  /** The users whose id stands in a text column of ours, for a `left join`. */
  joined(id: Expression<unknown>): RawBuilder<unknown>;
  /** The one row of an id. */
  isUser(id: Expression<unknown>): RawBuilder<unknown>;
  isPassword(id: Expression<unknown>): RawBuilder<unknown>;
  isEnabled: RawBuilder<unknown>;
  /** The stored password and the address, to be compared byte for byte. */
  storedPassword: RawBuilder<unknown>;
  email: RawBuilder<unknown>;
  /** The users whose address may be this one; the realm does not matter where the mapping has none. */
  isAt(realm: Expression<string>, address: Expression<string>): RawBuilder<unknown>;
  /** What an update sets to remember its time. */
  updatedAt(of: TimeMapping<string> | undefined, now: Expression<unknown>): Assignments;
}

export const ref = (column: string): RawBuilder<string> => sql`${sql.id('u', column)}`;
export const passwordRef = (column: string): RawBuilder<unknown> => sql`${sql.id('p', column)}`;

/** @throws {TypeError} for a mapping that could not keep what the storage promises */
export function userSource(dialect: SqlDialect, mapping: UserMapping): UserSource {
  checkMapping(mapping);
  const { id } = mapping;
  const { column: idColumn, as: idForm } = typeof id === 'string' ? { column: id, as: 'text' as const } : id;
  const ids = mapping === ownUsers ? ownIds : idsOf(idForm, dialect);
  const password = passwordPlace(mapping);
  const { table } = password;
  if (mapping.enabled === undefined && table !== null && table.insert === undefined) {
    throw new TypeError(
      `users of ${mapping.table} without a password cannot be disabled: map enabled, or password.insert`,
    );
  }
  const flag = (of: UserMapping['enabled']): Flag | null => (of === undefined ? null : flagOf(dialect, of));
  const enabled = flag(mapping.enabled);
  if (enabled !== null && Object.keys(enabled.no(sql.lit(0))).length === 0) {
    throw new TypeError(`the mapping of ${mapping.table} writes nothing for a user who is disabled`);
  }
  // As text throughout, so that what is compared is what was read, whatever the column's type pads or folds.
  const column = table === null ? ref(password.column) : passwordRef(password.column);
  const raw = sql`cast(${column} as text)`;
  const storedPassword = enabled === null ? markedPassword.password(raw) : raw;
  const isEnabled = enabled === null ? markedPassword.isEnabled(raw) : enabled.holds(ref);
  const users = sql`${sql.table(mapping.table)} as u`;
  const rows = rowsOf(mapping);
  const passwords =
    table === null
      ? sql``
      : sql` left join ${passwordsOf(dialect, table)} and ${passwordRef(table.user)} = ${ref(idColumn)}`;
  const email = sql`cast(${ref(columnOf(mapping.email))} as text)`;

  return {
    mapping,
    ids,
    id: ref(idColumn),
    password,
    createdAtTells: mayReuse(mapping),
    enabled,
    requireUpdate: flag(mapping.passwordRequireUpdate),
    allowReset: flag(mapping.passwordAllowReset),
    columns: canonical(dialect, mapping, { ids, idColumn, storedPassword, isEnabled, table, flag }),
    from: sql`${users}${passwords}`,
    joined: (text) => sql`${users} on ${ids.matches(ref(idColumn), text)}${rows}${passwords}`,
    isUser: (value) => sql`${ids.is(ref(idColumn), value)}${rows}`,
    isPassword: (value) =>
      table === null ? sql`` : sql`${ids.is(passwordRef(table.user), value)}${wherePassword(dialect, table)}`,
    isEnabled,
    storedPassword,
    email,
    isAt: (realm, address) => sql`${inRealm(mapping, realm)}${addressMatch(dialect, mapping.email, address)}${rows}`,
    updatedAt(of, now) {
      if (of === undefined) return {};
      const { column, as } = timeOf(of);
      return { [column]: timeConversion(dialect, as).write(now) };
    },
  };
}

function passwordPlace({ password }: UserMapping): PasswordPlace {
  if (typeof password === 'string') return { column: password, stored: asItIs, mayBePlain: false, table: null };
  const { column, stored } = password;
  return {
    column,
    stored: stored === undefined ? asItIs : ofHashes(stored),
    mayBePlain: stored !== undefined,
    table: password.table === undefined ? null : password,
  };
}

/** Whoever has no address cannot be told of anything, and is absent. */
function rowsOf(mapping: UserMapping): RawBuilder<unknown> {
  const reachable = mapping === ownUsers ? sql`` : sql` and ${ref(columnOf(mapping.email))} is not null`;
  return mapping.rows === undefined ? reachable : sql`${reachable} and ${mapping.rows(ref)}`;
}

const columnOf = (email: EmailMapping<string>): string => (typeof email === 'string' ? email : email.column);

const wherePassword = (dialect: SqlDialect, { where }: NonNullable<PasswordPlace['table']>): RawBuilder<unknown> =>
  sql.join(
    Object.entries(where ?? {}).map(
      ([name, value]) => sql` and ${passwordRef(name)} is not distinct from ${literal(dialect, value ?? null)}`,
    ),
    sql``,
  );

const passwordsOf = (dialect: SqlDialect, table: NonNullable<PasswordPlace['table']>): RawBuilder<unknown> =>
  sql`${sql.table(table.table)} as p on true${wherePassword(dialect, table)}`;

/** A row of the application's without a realm is in the default one. */
function inRealm(mapping: UserMapping, name: Expression<string>): RawBuilder<unknown> {
  if (mapping.realm === undefined) return sql``;
  const realm = ref(mapping.realm);
  if (mapping === ownUsers) return sql`${realm} = ${name} and `;
  return sql`(${realm} = ${name} or (${realm} is null and ${name} = '')) and `;
}

/**
 * ASCII letters only, as core compares them: what a locale makes of other letters could neither find nor lose anybody's
 * address, but an `I` of ASCII must become an `i` in Turkey too.
 */
function addressMatch(
  dialect: SqlDialect,
  email: EmailMapping<string>,
  address: Expression<string>,
): RawBuilder<unknown> {
  if (typeof email === 'string') return addressMatch(dialect, { column: email, match: 'lower' }, address);
  if ('address' in email) return sql`${ref(email.address)} = ${address}`;
  const { column, match } = email;
  if (match === 'exact') return sql`${ref(column)} = ${address}`;
  if (match !== 'lower') return sql`${match(ref(column), address)}`;
  return dialect.database === 'sqlite'
    ? sql`lower(${ref(column)}) = ${address}`
    : sql`lower(cast(${ref(column)} as text) collate "C") = ${address}`;
}

interface Parts extends Pick<UserSource, 'ids' | 'storedPassword' | 'isEnabled'> {
  readonly idColumn: string;
  readonly table: PasswordPlace['table'];
  flag(of: UserMapping['enabled']): Flag | null;
}

function canonical(dialect: SqlDialect, mapping: UserMapping, parts: Parts): RawBuilder<unknown> {
  const { ids, idColumn, storedPassword, isEnabled, table, flag } = parts;
  const { defaults: { locale = 'en', timezone = 'Etc/UTC' } = {} } = mapping;
  const textOr = (column: string | undefined, otherwise: string): RawBuilder<unknown> =>
    column === undefined ? sql.lit(otherwise) : sql`coalesce(${ref(column)}, ${sql.lit(otherwise)})`;
  const time = (of: TimeMapping<string> | undefined): RawBuilder<unknown> => {
    if (of === undefined) return sql.lit(null);
    const { column, as } = timeOf(of);
    return timeConversion(dialect, as).read(ref(column));
  };
  const number = (condition: RawBuilder<unknown>): RawBuilder<unknown> => sql`case when ${condition} then 1 else 0 end`;
  const yesNo = (of: UserMapping['enabled'], otherwise: number): RawBuilder<unknown> => {
    const known = flag(of);
    return known === null ? sql.lit(otherwise) : number(known.holds(ref));
  };
  const allowReset = yesNo(mapping.passwordAllowReset, 1);
  const selected: Readonly<Record<string, RawBuilder<unknown>>> = {
    u_id: ids.text(ref(idColumn)),
    u_realm: textOr(mapping.realm, ''),
    u_email: sql`cast(${ref(columnOf(mapping.email))} as text)`,
    u_enabled: number(isEnabled),
    u_name: textOr(mapping.name, ''),
    u_locale: textOr(mapping.locale, locale),
    u_timezone: textOr(mapping.timezone, timezone),
    u_password: storedPassword,
    // Without a row and a way to write one, a new password could not be kept.
    u_password_allow_reset:
      table === null || table.insert !== undefined
        ? allowReset
        : sql`case when ${passwordRef(table.user)} is null then 0 else ${allowReset} end`,
    u_password_require_update: yesNo(mapping.passwordRequireUpdate, 0),
    u_created_at: time(mapping.createdAt),
    u_updated_at: time(mapping.updatedAt),
  };
  return sql.join(Object.entries(selected).map(([name, value]) => sql`${value} as ${sql.id(name)}`));
}
