import { describe, expect, test } from 'vitest';
import { settingsFrom, sqliteAt } from '../src/settings.js';
import { StartRefused } from '../src/start-refused.js';

test('without an environment', () => {
  const absent = {
    port: 8042,
    database: sqliteAt('.demo/pwreset.db'),
    framework: 'express',
    secret: null,
    localUrl: null,
  };
  expect(settingsFrom({})).toEqual(absent);
  expect(settingsFrom({ PORT: '', PWRESET_DB: ' ', PWRESET_SECRET: '', LOCAL_URL: '\t' })).toEqual(absent);
});

test.each([
  'https://app.example',
  'https://app.example/local?a=1#/x',
  'http://localhost:3000/local',
  'http://app.localhost',
  'http://127.0.0.1:3000',
  'http://[::1]:3000/',
  'HTTPS://APP.EXAMPLE/',
])('LOCAL_URL may be %s', (LOCAL_URL) => {
  expect(settingsFrom({ LOCAL_URL }).localUrl).toBe(LOCAL_URL);
});

test('a secret of 32 bytes and any port are taken', () => {
  expect(settingsFrom({ PORT: '65535', PWRESET_SECRET: 'ä'.repeat(16) })).toMatchObject({
    port: 65_535,
    secret: 'ä'.repeat(16),
  });
});

describe('a setting that makes no sense is refused by its name', () => {
  test.each([
    ['PORT', '65536'],
    ['PORT', '-1'],
    ['PORT', '1.5'],
    ['PORT', '0x50'],
    ['PORT', '1e3'],
    ['PORT', 'http'],
    ['PWRESET_DB', 'some/folder/'],
    ['PWRESET_DB', 'postgres://[/app'],
    ['PWRESET_FRAMEWORK', 'koa'],
    ['PWRESET_FRAMEWORK', 'Express'],
    ['PWRESET_SECRET', 'x'.repeat(31)],
    ['LOCAL_URL', 'nonsense'],
    ['LOCAL_URL', '/local'],
    ['LOCAL_URL', '//app.example/local'],
    ['LOCAL_URL', 'https:app.example'],
    ['LOCAL_URL', 'https:///app.example'],
    ['LOCAL_URL', 'javascript:alert(1)'],
    ['LOCAL_URL', 'javascript://127.0.0.1/%0aalert(1)'],
    ['LOCAL_URL', 'data:text/html,x'],
    ['LOCAL_URL', 'http://app.example/local'],
    ['LOCAL_URL', 'http://localhost.example'],
    ['LOCAL_URL', 'http://127.0.0.1.example'],
    ['LOCAL_URL', 'https://user:password@app.example'],
    ['LOCAL_URL', 'https://app.example/a b'],
    ['LOCAL_URL', 'https://app.example/"x'],
    ['LOCAL_URL', 'https://app.example/{{token}}'],
  ])('%s=%s', (name, value) => {
    expect(() => settingsFrom({ [name]: value })).toThrow(StartRefused);
    expect(() => settingsFrom({ [name]: value })).toThrow(new RegExp(`^${name} must |^${name} is not `));
  });

  test('and a secret is not repeated', () => {
    expect(() => settingsFrom({ PWRESET_SECRET: 'hush' })).toThrow(/^(?!.*hush)/);
  });
});

test('a relative PWRESET_DB is relative to where the script was called from', () => {
  expect(settingsFrom({ INIT_CWD: '/somewhere', PWRESET_DB: 'a.db' }).database).toEqual(sqliteAt('/somewhere/a.db'));
  expect(settingsFrom({ INIT_CWD: '/somewhere', PWRESET_DB: '/b/a.db' }).database).toEqual(sqliteAt('/b/a.db'));
});

test('PWRESET_DB may be a PostgreSQL URL, and the name of its secrets says nothing of its password', () => {
  const read = (PWRESET_DB: string) => settingsFrom({ INIT_CWD: '/somewhere', PWRESET_DB }).database;
  const url = 'postgres://ann:hush@db.example:5432/app';
  const database = read(url);
  expect(database).toMatchObject({ kind: 'postgres', url });
  expect(database.secretsFile).toMatch(/^\/somewhere\/\.demo\/postgres-[0-9a-f]{12}\.secrets\.json$/);
  expect(read(url.replace('hush', 'other')).secretsFile).toBe(database.secretsFile);
  expect(read(url.replace('/app', '/other')).secretsFile).not.toBe(database.secretsFile);
  expect(read('postgresql://db.example/app').kind).toBe('postgres');
});

test('PWRESET_FRAMEWORK is express or hono', () => {
  expect(settingsFrom({ PWRESET_FRAMEWORK: 'hono' }).framework).toBe('hono');
  expect(settingsFrom({ PWRESET_FRAMEWORK: 'express' }).framework).toBe('express');
});
