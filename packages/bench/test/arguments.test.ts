import { expect, test } from 'vitest';
import { argumentsOf, WrongArguments } from '../src/arguments.js';

test('everything is measured unless something else is asked for', () => {
  expect(argumentsOf(['storage'])).toEqual({
    databases: ['sqlite', 'postgres'],
    parts: ['floor', 'scale'],
    seconds: 3,
    rows: 10_000,
    scale: [10_000, 1_000_000],
    json: null,
  });
});

test('each option is read, and the separator that pnpm hands on is not', () => {
  const given = '-- storage --only sqlite --part scale --seconds 0.5 --scale 1e4,1e6,1e7 --json result.json';
  expect(argumentsOf(given.split(' '))).toEqual({
    databases: ['sqlite'],
    parts: ['scale'],
    seconds: 0.5,
    rows: 10_000,
    scale: [10_000, 1_000_000, 10_000_000],
    json: 'result.json',
  });
});

test('a quick look is short in everything that was not said', () => {
  expect(argumentsOf(['storage', '--quick'])).toMatchObject({ seconds: 0.3, scale: [1_000, 10_000] });
  expect(argumentsOf(['storage', '--quick', '--seconds', '2'])).toMatchObject({ seconds: 2 });
});

test.each([
  [''],
  ['peers'],
  ['storage peers'],
  ['storage --only mysql'],
  ['storage --part both'],
  ['storage --seconds 0'],
  ['storage --seconds soon'],
  ['storage --scale 1e4'],
  ['storage --scale 1e6,1e4'],
  ['storage --scale 100,1e4'],
  ['storage --fast'],
])('what makes no sense is refused: %j', (given) => {
  expect(() => argumentsOf(given.split(' ').filter((word) => word !== ''))).toThrow(WrongArguments);
});
