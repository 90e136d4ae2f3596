import { expect, test } from 'vitest';
import { timed } from '../src/slice.js';

/** Counts how many of its tasks are under way at once. */
function watched(count: number) {
  const seen = { now: 0, most: 0, done: 0 };
  const tasks = Array.from({ length: count }, () => async () => {
    seen.now += 1;
    seen.most = Math.max(seen.most, seen.now);
    await new Promise(setImmediate);
    seen.now -= 1;
    seen.done += 1;
  });
  return { seen, tasks };
}

test.each([1, 16])('%i at once, and every one of them is counted', async (atOnce) => {
  const { seen, tasks } = watched(50);
  const slice = await timed(tasks, atOnce);
  expect(seen).toEqual({ now: 0, most: atOnce, done: 50 });
  expect(slice.operations).toBe(50);
  expect(slice.latenciesMs).toHaveLength(50);
});

test('requests arrive as tasks of the event loop, so that everything else has its turn', async () => {
  const seen = { turns: 0, over: false };
  const turn = (): void => {
    seen.turns += 1;
    if (!seen.over) setImmediate(turn);
  };
  setImmediate(turn);
  await timed(
    Array<() => Promise<void>>(64).fill(async () => undefined),
    16,
  );
  seen.over = true;
  expect(seen.turns).toBeGreaterThanOrEqual(4);
});

test('what never waits makes the others wait, and that is in the figures', async () => {
  const rounds = { count: 0 };
  const task = async () => {
    const until = performance.now() + 1;
    while (performance.now() < until) rounds.count += 1;
  };
  const { latenciesMs } = await timed(Array<typeof task>(16).fill(task), 16);
  // The last to arrive saw the fifteen before it being served, a millisecond each.
  expect(Math.max(...latenciesMs)).toBeGreaterThanOrEqual(15);
});
