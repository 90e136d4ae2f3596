import { expect, test } from 'vitest';
import { migrationSql, migrationsFor, requireSchema, SchemaMismatch, schemaVersion } from '../src/index.js';

const databases = ['sqlite', 'postgres'] as const;

test.each(databases)('migrations of %s count from 1 without gaps', (database) => {
  const versions = migrationsFor(database).map(({ version }) => version);
  expect(versions).toEqual(versions.map((_, index) => index + 1));
  expect(schemaVersion(database)).toBe(versions.length);
});

test.each(databases)('no statement for %s carries its own end or brings in more than one', (database) => {
  for (const { statements } of migrationsFor(database)) {
    for (const sql of statements) expect(sql).not.toContain(';');
  }
});

test.each([
  ['sqlite', 'begin immediate;'],
  ['postgres', 'begin isolation level read committed;\n\nselect pg_advisory_xact_lock(8140517302566);'],
] as const)('as SQL for %s, each is one transaction that remembers itself', (database, begin) => {
  const sql = migrationSql(database);
  expect(sql.startsWith(begin)).toBe(true);
  expect(sql.slice(begin.length)).toMatch(/^\n\ncreate table if not exists pwreset_migrations/);
  expect(sql).toMatch(/insert into pwreset_migrations \(version, name\) values \(1, 'initial'\);\n\ncommit;\n/);
  const later = migrationSql(database, { after: 1 });
  expect(sql.endsWith(later)).toBe(true);
  expect(later.startsWith(begin)).toBe(true);
  expect(later).toMatch(/insert into pwreset_migrations \(version, name\) values \(2, 'reset codes'\);\n\ncommit;\n$/);
  expect(later.match(/^commit;$/gm)).toHaveLength(1);
  expect(migrationSql(database, { after: 2 })).toBe('');
});

test('another version than ours says which way to go', () => {
  expect(() => requireSchema('sqlite', 2)).not.toThrow();
  expect(() => requireSchema('sqlite', 0)).toThrow(SchemaMismatch);
  expect(() => requireSchema('sqlite', 0)).toThrow('migrateSqlite');
  expect(() => requireSchema('sqlite', 1)).toThrow('has version 1 of the pwreset schema and this release needs 2');
  expect(() => requireSchema('sqlite', 3)).toThrow('update @pwreset');
});
