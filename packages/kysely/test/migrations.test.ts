import { expect, test } from 'vitest';
import { migrationSql, migrationsFor, requireSchema, SchemaMismatch, schemaVersion } from '../src/index.js';

test('migrations count from 1 without gaps', () => {
  const versions = migrationsFor('sqlite').map(({ version }) => version);
  expect(versions).toEqual(versions.map((_, index) => index + 1));
  expect(schemaVersion('sqlite')).toBe(versions.length);
});

test('no statement carries its own end or brings in more than one', () => {
  for (const { statements } of migrationsFor('sqlite')) {
    for (const sql of statements) expect(sql).not.toContain(';');
  }
});

test('as SQL, each is one transaction that remembers itself', () => {
  const sql = migrationSql('sqlite');
  expect(sql).toMatch(/^begin immediate;\n\ncreate table if not exists pwreset_migrations/);
  expect(sql).toMatch(/insert into pwreset_migrations \(version, name\) values \(1, 'initial'\);\n\ncommit;\n$/);
  expect(migrationSql('sqlite', { after: 1 })).toBe('');
});

test('another version than ours says which way to go', () => {
  expect(() => requireSchema('sqlite', 1)).not.toThrow();
  expect(() => requireSchema('sqlite', 0)).toThrow(SchemaMismatch);
  expect(() => requireSchema('sqlite', 0)).toThrow('run the migrations');
  expect(() => requireSchema('sqlite', 2)).toThrow('update @pwreset');
});
