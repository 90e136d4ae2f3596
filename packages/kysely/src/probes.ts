import type { SqlDialect } from './dialect.js';
import type { Query, Statement } from './statement.js';
import { createStatements, type Mapping, type Statements } from './statements.js';

/** The application's tables are not as the mapping says. */
export class MappingMismatch extends Error {
  override readonly name = 'MappingMismatch';

  constructor({ users, keys }: Mapping, options: { readonly cause: unknown }) {
    const tables = [users?.table, keys?.table].filter((table) => table !== undefined).join(' and ');
    const reason = options.cause instanceof Error ? options.cause.message : String(options.cause);
    super(`the mapping of ${tables} does not fit the database: ${reason}`, options);
  }
}

/** Of a statement nothing but its text matters here; every value is null, and so no row is met. */
const probe = ({ compiled }: Pick<Statement<never>, 'compiled'>): Query => {
  const { sql, slots } = compiled();
  return { sql, values: slots.map(() => null) };
};

/**
 * Every statement on the application's own tables, with values that meet no row: run once when a storage is opened, they
 * show a missing table, column or permission at the start and not in the middle of a reset. None for our own tables.
 *
 * @throws TypeError for a mapping that cannot keep what the storage promises
 *
 * @example
 * ```ts
 * import { mappingProbes, sqliteDialect } from '@pwreset/kysely';
 *
 * mappingProbes(sqliteDialect(), {}); // []
 * ```
 */
export const mappingProbes = (dialect: SqlDialect, mapping: Mapping): readonly Query[] =>
  probesOf(createStatements(dialect, mapping));

export function probesOf({ ownUsers, users, tokens, keys: ownKeys, mappedKeys }: Statements): readonly Query[] {
  const keys = mappedKeys === null ? [] : [mappedKeys.revokeOfUser];
  if (ownUsers !== null) return keys.map(probe);
  const { set, replace, enable, disable } = users.passwords;
  const changes = [set, replace, enable, disable].flatMap(({ statements }) => [...statements]);
  const reads = [users.findById, users.findByAddress, users.requireCredential, users.requireEnabled];
  const joins = [tokens.findWithUser, tokens.findCodes, ownKeys.findByDigest];
  return [...reads, ...users.locks, ...joins, ...changes, ...keys].map(probe);
}
