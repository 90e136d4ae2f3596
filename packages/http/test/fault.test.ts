import { afterEach, expect, test, vi } from 'vitest';
import { httpFault, warnOfFault } from '../src/fault.js';

afterEach(() => {
  vi.unstubAllGlobals();
});

test.each([
  ['there is no process', undefined],
  ['the process cannot warn', {}],
])('a fault that nobody hears of is no other fault: %s', (_, process) => {
  const fault = httpFault({ dialect: 'toy', method: 'GET', path: '/' }, new Error('of storage'));
  vi.stubGlobal('process', process);
  expect(() => warnOfFault(fault)).not.toThrow();
});
