import { sql } from 'kysely';
import type { SqlDialect } from './dialect.js';
import { type Assignments, flagOf } from './flag-form.js';
import { type Changed, compilable } from './password-statements.js';
import { statement } from './statement.js';
import { timeConversion, timeOf } from './time-form.js';
import type { KeyMapping } from './user-mapping.js';
import type { UserSource } from './user-source.js';

/** What a revoke does to the keys that the application keeps itself. @throws {TypeError} for a mapping that revokes nothing */
export function mappedKeyStatements(dialect: SqlDialect, { ids }: UserSource, mapping: KeyMapping) {
  const { table, user, enabled, revoked, updatedAt } = mapping;
  if (enabled === undefined && revoked === undefined) {
    throw new TypeError(
      `the mapping of ${table} needs enabled or revoked: else a revoke would leave its keys as they are`,
    );
  }
  const revoking = [
    ...(enabled === undefined ? [] : [flagOf(dialect, enabled).no(sql.lit(0))]),
    ...(revoked === undefined ? [] : [flagOf(dialect, revoked).yes(sql.lit(0))]),
  ];
  if (revoking.some((set) => Object.keys(set).length === 0)) {
    throw new TypeError(`the mapping of ${table} writes nothing for a key that is revoked`);
  }
  return {
    revokeOfUser: statement<Changed>((slot) => {
      const now = slot.number('now');
      const stamp = updatedAt === undefined ? null : timeOf(updatedAt);
      const set: Assignments = {
        ...(enabled === undefined ? {} : flagOf(dialect, enabled).no(now)),
        ...(revoked === undefined ? {} : flagOf(dialect, revoked).yes(now)),
        ...(stamp === null ? {} : { [stamp.column]: timeConversion(dialect, stamp.as).write(now) }),
      };
      const assignments = sql.join(Object.entries(set).map(([name, value]) => sql`${sql.id(name)} = ${value}`));
      return compilable(
        dialect,
        sql`update ${sql.table(table)} set ${assignments} where ${ids.is(sql.id(user), slot('id'))}`,
      );
    }),
  };
}

export type MappedKeyStatements = ReturnType<typeof mappedKeyStatements>;
