import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkLimits } from '../src/commit-check.js';
import { defaultLimitRules } from '../src/limit-rules.js';
import { type Limit, limitNames, settleLimit } from '../src/limits.js';
import { start } from './fixtures.js';

const limit = (columns: Partial<Limit> = {}): Limit => ({
  name: 'ip',
  key: 'k',
  capacity: 3,
  refillMs: 1_000,
  now: start,
  ...columns,
});

const rule = fc.record({ capacity: fc.integer({ min: 1, max: 20 }), refillMs: fc.integer({ min: 1, max: 100_000 }) });
const steps = fc.array(fc.oneof(fc.constant(0), fc.nat(10), fc.nat(200_000)), { minLength: 1, maxLength: 60 });

describe('settleLimit', () => {
  test('its capacity at once, then one more every refill', () => {
    const first = settleLimit(null, limit());
    expect(first).toEqual({ allowed: true, arrival: start + 1_000 });
    expect(settleLimit(start + 1_000, limit())).toEqual({ allowed: true, arrival: start + 2_000 });
    expect(settleLimit(start + 2_000, limit())).toEqual({ allowed: true, arrival: start + 3_000 });
    expect(settleLimit(start + 3_000, limit())).toEqual({ allowed: false, retryAfterMs: 1_000 });
    expect(settleLimit(start + 3_000, limit({ now: start + 999 }))).toEqual({ allowed: false, retryAfterMs: 1 });
    expect(settleLimit(start + 3_000, limit({ now: start + 1_000 }))).toEqual({
      allowed: true,
      arrival: start + 4_000,
    });
  });

  /** The times at which uses were allowed, over steps of time that never go back. */
  function allowedAt({ capacity, refillMs }: Pick<Limit, 'capacity' | 'refillMs'>, gaps: readonly number[]): number[] {
    const times: number[] = [];
    let [arrival, now]: [number | null, number] = [null, start];
    for (const gap of gaps) {
      now += gap;
      const settled = settleLimit(arrival, limit({ capacity, refillMs, now }));
      if (!settled.allowed) continue;
      arrival = settled.arrival;
      times.push(now);
    }
    return times;
  }

  test('over any stretch of time never more than the capacity and what it refilled meanwhile', () => {
    fc.assert(
      fc.property(rule, steps, ({ capacity, refillMs }, gaps) => {
        const times = allowedAt({ capacity, refillMs }, gaps);
        for (const [first, from] of times.entries()) {
          for (const [last, until] of times.entries()) {
            const refilled = Math.floor((until - from) / refillMs);
            expect(last - first + 1).toBeLessThanOrEqual(capacity + Math.max(refilled, 0));
          }
        }
      }),
    );
  });

  test('whoever keeps to the refill is never refused', () => {
    fc.assert(
      fc.property(rule, fc.array(fc.nat(1_000), { maxLength: 50 }), ({ capacity, refillMs }, extras) => {
        const gaps = extras.map((extra) => refillMs + extra);
        expect(allowedAt({ capacity, refillMs }, gaps)).toHaveLength(gaps.length);
      }),
    );
  });

  test('retryAfterMs is exact: a millisecond earlier is refused, at it is allowed', () => {
    fc.assert(
      fc.property(rule, fc.nat(100_000), ({ capacity, refillMs }, ahead) => {
        const arrival = start + Math.min(ahead, capacity * refillMs);
        const at = (now: number) => settleLimit(arrival, limit({ capacity, refillMs, now }));
        const settled = at(start);
        if (settled.allowed) return;
        expect(settled.retryAfterMs).toBeGreaterThan(0);
        expect(settled.retryAfterMs).toBeLessThanOrEqual(refillMs);
        expect(at(start + settled.retryAfterMs).allowed).toBe(true);
        expect(at(start + settled.retryAfterMs - 1)).toEqual({ allowed: false, retryAfterMs: 1 });
      }),
    );
  });

  test('what is stored is never further ahead than the window, and never behind now', () => {
    fc.assert(
      fc.property(rule, fc.option(fc.integer({ min: 0, max: 2 * start })), ({ capacity, refillMs }, arrival) => {
        const settled = settleLimit(arrival, limit({ capacity, refillMs }));
        if (!settled.allowed) return;
        expect(settled.arrival).toBeGreaterThan(start);
        expect(settled.arrival).toBeLessThanOrEqual(start + capacity * refillMs);
      }),
    );
  });

  test('an arrival that a clock stored when it had jumped ahead locks nobody out', () => {
    fc.assert(
      fc.property(rule, fc.integer({ min: 1, max: start }), ({ capacity, refillMs }, ahead) => {
        const arrival = start + 2 * capacity * refillMs + ahead;
        expect(settleLimit(arrival, limit({ capacity, refillMs }))).toEqual({
          allowed: true,
          arrival: start + refillMs,
        });
      }),
    );
  });

  test('nobody waits for longer than a window and a refill, whatever is stored', () => {
    fc.assert(
      fc.property(rule, fc.nat(3 * start), ({ capacity, refillMs }, arrival) => {
        const settled = settleLimit(arrival, limit({ capacity, refillMs }));
        expect(settled.allowed ? 0 : settled.retryAfterMs).toBeLessThanOrEqual((capacity + 1) * refillMs);
      }),
    );
  });

  test('a limit that rested is full and no fuller', () => {
    fc.assert(
      fc.property(rule, fc.nat(start), ({ capacity, refillMs }, arrival) => {
        let stored: number | null = arrival;
        for (let use = 0; use < capacity; use += 1) {
          const settled = settleLimit(stored, limit({ capacity, refillMs }));
          expect(settled.allowed).toBe(true);
          stored = settled.allowed ? settled.arrival : null;
        }
        expect(settleLimit(stored, limit({ capacity, refillMs })).allowed).toBe(false);
      }),
    );
  });
});

describe('checkLimits', () => {
  test.each([
    { capacity: 0 },
    { capacity: -1 },
    { capacity: 1.5 },
    { capacity: Number.NaN },
    { capacity: Number.POSITIVE_INFINITY },
    { refillMs: 0 },
    { refillMs: 0.5 },
    { capacity: 2 ** 52, refillMs: 1_000 },
    { refillMs: -1 },
    { refillMs: Number.NaN },
    { refillMs: Number.POSITIVE_INFINITY },
    { now: Number.NaN },
    { now: 1.5 },
  ])('%j is a TypeError', (columns) => {
    expect(() => checkLimits([limit(), limit(columns)])).toThrow(TypeError);
  });

  test('every default is a limit that can be charged', () => {
    const limits = limitNames.map((name) => limit({ name, ...defaultLimitRules[name] }));
    expect(() => checkLimits(limits)).not.toThrow();
  });
});
