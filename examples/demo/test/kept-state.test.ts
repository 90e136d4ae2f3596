import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect, test } from 'vitest';
import { freshSecret, keepFirst, readKept, replaceKept } from '../src/kept-state.js';
import { StartRefused } from '../src/start-refused.js';
import { freshDatabase } from './support.js';

const stateOf = (id: string) => ({ secret: freshSecret(), service: { id, key: `${id}'s key` } });

test('of two first starts one wins, and both go on with its state', () => {
  const database = freshDatabase();
  expect(readKept(database)).toBeNull();
  const [one, other] = [stateOf('one'), stateOf('other')];
  expect(keepFirst(database, one)).toEqual(one);
  expect(keepFirst(database, other)).toEqual(one);
  expect(readKept(database)).toEqual(one);
});

test('a state is replaced as a whole', () => {
  const database = freshDatabase();
  keepFirst(database, stateOf('one'));
  const other = stateOf('other');
  replaceKept(database, other);
  expect(readKept(database)).toEqual(other);
});

test('the file is its owner’s alone, and nothing else is left', () => {
  const database = freshDatabase();
  for (const id of ['one', 'other']) keepFirst(database, stateOf(id));
  replaceKept(database, stateOf('third'));
  expect(readdirSync(dirname(database))).toEqual(['demo.db.secrets.json']);
  expect(statSync(`${database}.secrets.json`).mode & 0o777).toBe(0o600);
});

test.each([
  ['empty', ''],
  ['cut off', '{"secret":"hush hush hush'],
  ['of another shape', '{"secret":"hush"}'],
  ['without its service', `{"secret":"${'hush'.repeat(10)}","service":null}`],
])('a file that is %s is refused, not replaced, and not quoted', (_, text) => {
  const database = freshDatabase();
  writeFileSync(`${database}.secrets.json`, text);
  chmodSync(`${database}.secrets.json`, 0o600);
  expect(() => readKept(database)).toThrow(StartRefused);
  expect(() => readKept(database)).toThrow(/^(?!.*hush).*PWRESET_DB.*\.secrets\.json$/);
  expect(() => keepFirst(database, stateOf('one'))).toThrow(StartRefused);
  expect(readFileSync(`${database}.secrets.json`, 'utf8')).toBe(text);
});
