import { type Limit, settleLimit } from '@pwreset/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openStorage, start } from './support.js';

const limits = fc.record({
  name: fc.constant('ip' as const),
  key: fc.constantFrom('a', 'b'),
  capacity: fc.integer({ min: 1, max: 4 }),
  refillMs: fc.integer({ min: 1, max: 5000 }),
  // A clock that runs, stands still, jumps ahead and comes back.
  now: fc.integer({ min: start - 100_000, max: start + 100_000 }),
});

test('the database settles a limit as core documents it', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(limits, { minLength: 1, maxLength: 3 }), { maxLength: 20 }), async (calls) => {
      const storage = openStorage({ database: ':memory:' });
      const arrivals = new Map<string, number>();
      for (const call of calls) expect(await storage.charge(call)).toEqual(expected(arrivals, call));
    }),
    { numRuns: 100 },
  );
});

function expected(arrivals: Map<string, number>, call: readonly Limit[]) {
  for (const [index, limit] of call.entries()) {
    const settled = settleLimit(arrivals.get(limit.key) ?? null, limit);
    if (!settled.allowed) return { outcome: 'limited', limit: index, retryAfterMs: settled.retryAfterMs };
    arrivals.set(limit.key, settled.arrival);
  }
  return { outcome: 'charged' };
}
