import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { manualClock } from '../src/clock.js';

const never = new AbortController().signal;

describe('manualClock', () => {
  it('starts at 2026 and stands still', () => {
    const clock = manualClock();
    expect(clock.now()).toBe(Date.parse('2026-01-01T00:00:00Z'));
    expect(clock.now()).toBe(clock.now());
  });

  it('wakes a wait at its time and not a millisecond before', async () => {
    const clock = manualClock(0);
    const woken: number[] = [];
    void clock.wait(100, never).then(() => woken.push(clock.now()));
    await clock.advance(99);
    expect(woken).toEqual([]);
    await clock.advance(1);
    expect(woken).toEqual([100]);
    expect(clock.waiting).toBe(0);
  });

  it('wakes waits in the order of their times, each at its own time', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 1000 }), { maxLength: 12 }), async (delays) => {
        const clock = manualClock(0);
        const woken: number[] = [];
        for (const delay of delays) void clock.wait(delay, never).then(() => woken.push(clock.now()));
        await clock.advance(1000);
        expect(woken).toEqual(delays.toSorted((a, b) => a - b));
        expect(clock.now()).toBe(1000);
      }),
      { numRuns: 30 },
    );
  });

  it('lets woken work wait again within the same advance', async () => {
    const clock = manualClock(0);
    const ticks: number[] = [];
    const work = async (): Promise<void> => {
      while (ticks.length < 4) {
        await clock.wait(10, never);
        ticks.push(clock.now());
      }
    };
    void work();
    await clock.advance(35);
    expect(ticks).toEqual([10, 20, 30]);
    expect(clock.now()).toBe(35);
  });

  it('takes turns when advanced twice at once', async () => {
    const clock = manualClock(0);
    await Promise.all([clock.advance(5), clock.advance(7)]);
    expect(clock.now()).toBe(12);
  });

  it('ends a wait when its signal aborts', async () => {
    const clock = manualClock(0);
    const controller = new AbortController();
    const waiting = clock.wait(1000, controller.signal);
    controller.abort();
    await waiting;
    expect(clock.now()).toBe(0);
    expect(clock.waiting).toBe(0);
    await clock.wait(1000, controller.signal);
  });

  it('waits for nothing at once', async () => {
    const clock = manualClock(0);
    await clock.wait(0, never);
    expect(clock.waiting).toBe(0);
  });

  it('jumps without waking anybody, back as well', async () => {
    const clock = manualClock(1000);
    let woken = false;
    void clock.wait(10, never).then(() => {
      woken = true;
    });
    clock.jump(500);
    await Promise.resolve();
    expect([clock.now(), woken]).toEqual([1500, false]);
    clock.jump(-600);
    expect(clock.now()).toBe(900);
  });

  it.each([-1, 0.5, Number.NaN])('refuses to advance by %s', async (ms) => {
    await expect(manualClock().advance(ms)).rejects.toThrow(TypeError);
  });
});
