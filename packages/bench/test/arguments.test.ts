import { expect, test } from 'vitest';
import { argumentsOf } from '../src/arguments.js';
import { WrongArguments } from '../src/options.js';

test('everything is measured unless something else is asked for', () => {
  expect(argumentsOf(['storage'])).toEqual({
    bench: 'storage',
    databases: ['sqlite', 'postgres'],
    parts: ['floor', 'scale'],
    seconds: 3,
    rows: 10_000,
    scale: [10_000, 1_000_000],
    json: null,
  });
  expect(argumentsOf(['http'])).toEqual({
    bench: 'http',
    databases: ['sqlite', 'postgres'],
    frameworks: ['express', 'hono'],
    seconds: 5,
    connections: 50,
    rows: 10_000,
    json: null,
  });
});

test('each option is read, and the separator that pnpm hands on is not', () => {
  const storage = '-- storage --only sqlite --part scale --seconds 0.5 --scale 1e4,1e6,1e7 --json result.json';
  expect(argumentsOf(storage.split(' '))).toEqual({
    bench: 'storage',
    databases: ['sqlite'],
    parts: ['scale'],
    seconds: 0.5,
    rows: 10_000,
    scale: [10_000, 1_000_000, 10_000_000],
    json: 'result.json',
  });
  const http = '--seconds 0.5 http --only postgres --framework hono --connections 8 --json result.json';
  expect(argumentsOf(http.split(' '))).toEqual({
    bench: 'http',
    databases: ['postgres'],
    frameworks: ['hono'],
    seconds: 0.5,
    connections: 8,
    rows: 10_000,
    json: 'result.json',
  });
});

test('a quick look is short in everything that was not said', () => {
  expect(argumentsOf(['storage', '--quick'])).toMatchObject({ seconds: 0.3, scale: [1_000, 10_000] });
  expect(argumentsOf(['storage', '--quick', '--seconds', '2'])).toMatchObject({ seconds: 2 });
  expect(argumentsOf(['http', '--quick'])).toMatchObject({ seconds: 0.3, connections: 50 });
  expect(argumentsOf(['http', '--quick', '--seconds', '2'])).toMatchObject({ seconds: 2 });
});

test.each([
  [''],
  ['peers'],
  ['storage peers'],
  ['storage http'],
  ['storage --only mysql'],
  ['storage --part both'],
  ['storage --seconds 0'],
  ['storage --seconds soon'],
  ['storage --scale 1e4'],
  ['storage --scale 1e6,1e4'],
  ['storage --scale 100,1e4'],
  ['storage --connections 50'],
  ['storage --fast'],
  ['http --only mysql'],
  ['http --framework koa'],
  ['http --seconds 0'],
  ['http --connections 0'],
  ['http --connections 2.5'],
  ['http --connections many'],
  ['http --scale 1e4,1e6'],
])('what makes no sense is refused: %j', (given) => {
  expect(() => argumentsOf(given.split(' ').filter((word) => word !== ''))).toThrow(WrongArguments);
});
