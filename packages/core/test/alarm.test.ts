import { describe, expect, test } from 'vitest';
import { alarm } from '../src/alarm.js';
import { settled, start, stubClock } from './fixtures.js';

function setUp() {
  const clock = stubClock();
  const wakeUp = alarm(clock);
  const leave = new AbortController();
  const waiting = (maxMs = 1_000) => {
    const state = { over: false };
    const done = wakeUp.wait(maxMs, leave.signal).then(() => {
      state.over = true;
    });
    return { state, done };
  };
  /** Time passes, and the latest wait of the clock is over. */
  const pass = async (ms: number) => {
    clock.time += ms;
    clock.waits.at(-1)?.wake();
    await settled();
  };
  return { clock, wakeUp, leave, waiting, pass };
}

describe('alarm', () => {
  test('what was set for now, or before, wakes at once, also when nobody waited yet', async () => {
    const { wakeUp, waiting, clock } = setUp();
    wakeUp.set(start);
    await waiting().done;
    wakeUp.set(start - 5);
    await waiting().done;
    expect(clock.waits).toEqual([]);
  });

  test('one setting wakes once', async () => {
    const { wakeUp, waiting } = setUp();
    for (let count = 0; count < 5; count += 1) wakeUp.set(start);
    await waiting().done;
    const { state } = waiting();
    await settled();
    expect(state.over).toBe(false);
  });

  test('wakes whoever waits already', async () => {
    const { wakeUp, waiting } = setUp();
    const { state, done } = waiting();
    await settled();
    expect(state.over).toBe(false);
    wakeUp.set(start);
    await done;
    expect(state.over).toBe(true);
  });

  test('waits for the earliest of later times, then for the next', async () => {
    const { wakeUp, waiting, clock, pass } = setUp();
    for (const dueAt of [start + 300, start + 100, start + 200]) wakeUp.set(dueAt);
    const first = waiting();
    expect(clock.waits.at(-1)?.ms).toBe(100);
    await pass(99);
    expect(first.state.over).toBe(false);
    expect(clock.waits.at(-1)?.ms).toBe(1);
    await pass(1);
    expect(first.state.over).toBe(true);
    const second = waiting();
    expect(clock.waits.at(-1)?.ms).toBe(100);
    await pass(150);
    expect(second.state.over).toBe(true);
    waiting();
    expect(clock.waits.at(-1)?.ms).toBe(50);
  });

  test('an earlier time that is set meanwhile counts', async () => {
    const { wakeUp, waiting, clock } = setUp();
    wakeUp.set(start + 500);
    waiting();
    wakeUp.set(start + 100);
    await settled();
    expect(clock.waits.map(({ ms }) => ms)).toEqual([500, 100]);
  });

  test('waits no longer than it may, and a far time is not forgotten', async () => {
    const { wakeUp, waiting, clock, pass } = setUp();
    wakeUp.set(start + 1_500);
    const first = waiting();
    expect(clock.waits.at(-1)?.ms).toBe(1_000);
    await pass(1_000);
    expect(first.state.over).toBe(true);
    waiting();
    expect(clock.waits.at(-1)?.ms).toBe(500);
  });

  test('ends when its signal aborts, before it as well as meanwhile', async () => {
    const { waiting, leave } = setUp();
    const { done } = waiting();
    leave.abort();
    await done;
    await waiting().done;
    expect(leave.signal.aborted).toBe(true);
  });

  test('a clock that was put back prolongs no wait', async () => {
    const { waiting, pass } = setUp();
    const { state } = waiting();
    await pass(-3_600_000);
    expect(state.over).toBe(true);
  });

  test('a clock that jumped ahead ends a wait', async () => {
    const { wakeUp, waiting, pass } = setUp();
    wakeUp.set(start + 100);
    const { state } = waiting();
    await pass(3_600_000);
    expect(state.over).toBe(true);
  });
});
