import { expect, test } from 'vitest';
import { everyUser } from '../src/workload.js';

test.each([
  [1, 1],
  [7, 1],
  [100, 3],
  [10_000, 2],
])('of %i users in %i shares, each comes once before any comes again, and none in two shares', (users, of) => {
  const size = Math.floor(users / of);
  const shares = Array.from({ length: of }, (_, index) => {
    const next = everyUser(users, { of, index });
    return Array.from({ length: size }, next);
  });
  const all = shares.flat();
  expect(new Set(all).size).toBe(size * of);
  expect(Math.min(...all)).toBe(0);
  expect(Math.max(...all)).toBeLessThan(users);
});
