import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect, test } from 'vitest';
import { freshSecret, keepFirst, readKept, replaceKept } from '../src/kept-state.js';
import { StartRefused } from '../src/start-refused.js';
import { freshDatabase } from './support.js';

const stateOf = (id: string) => ({ secret: freshSecret(), service: { id, key: `${id}'s key` } });

test('of two first starts one wins, and both go on with its state', () => {
  const file = `${freshDatabase()}.secrets.json`;
  expect(readKept(file)).toBeNull();
  const [one, other] = [stateOf('one'), stateOf('other')];
  expect(keepFirst(file, one)).toEqual(one);
  expect(keepFirst(file, other)).toEqual(one);
  expect(readKept(file)).toEqual(one);
});

test('a state is replaced as a whole', () => {
  const file = `${freshDatabase()}.secrets.json`;
  keepFirst(file, stateOf('one'));
  const other = stateOf('other');
  replaceKept(file, other);
  expect(readKept(file)).toEqual(other);
});

test('the file is its owner’s alone, and nothing else is left', () => {
  const file = `${freshDatabase()}.secrets.json`;
  for (const id of ['one', 'other']) keepFirst(file, stateOf(id));
  replaceKept(file, stateOf('third'));
  expect(readdirSync(dirname(file))).toEqual(['demo.db.secrets.json']);
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test.each([
  ['empty', ''],
  ['cut off', '{"secret":"hush hush hush'],
  ['of another shape', '{"secret":"hush"}'],
  ['without its service', `{"secret":"${'hush'.repeat(10)}","service":null}`],
])('a file that is %s is refused, not replaced, and not quoted', (_, text) => {
  const file = `${freshDatabase()}.secrets.json`;
  writeFileSync(file, text);
  chmodSync(file, 0o600);
  expect(() => readKept(file)).toThrow(StartRefused);
  expect(() => readKept(file)).toThrow(/^(?!.*hush).*PWRESET_DB.*\.secrets\.json$/);
  expect(() => keepFirst(file, stateOf('one'))).toThrow(StartRefused);
  expect(readFileSync(file, 'utf8')).toBe(text);
});
