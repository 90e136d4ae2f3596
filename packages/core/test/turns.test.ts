import { expect, test } from 'vitest';
import { turns } from '../src/turns.js';
import { settled, stubClock } from './fixtures.js';

test('what has the same key runs one after the other, in the order of arrival', async () => {
  const turn = turns(stubClock(), 30_000);
  const log: string[] = [];
  const ends: Array<() => void> = [];
  const work = (name: string) => async () => {
    log.push(`${name} begins`);
    await new Promise<void>((resolve) => ends.push(resolve));
    log.push(`${name} ends`);
    return name;
  };
  const results = ['a', 'b', 'c'].map((name) => turn('key', work(name)));
  for (let round = 0; round < 3; round += 1) {
    await settled();
    expect(ends).toHaveLength(round + 1);
    ends[round]?.();
  }
  expect(await Promise.all(results)).toEqual(['a', 'b', 'c']);
  expect(log).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
});

test('another key waits for nobody', async () => {
  const turn = turns(stubClock(), 30_000);
  const stuck = turn('a', () => new Promise<never>(() => undefined));
  expect(await Promise.race([turn('b', async () => 'b'), stuck])).toBe('b');
});

test('an error is the error of its own call, and the next has its turn', async () => {
  const turn = turns(stubClock(), 30_000);
  const failing = turn('a', async () => {
    throw new Error('mine');
  });
  const throwing = turn('a', () => {
    throw new Error('thrown');
  });
  const next = turn('a', async () => 'next');
  await expect(failing).rejects.toThrow('mine');
  await expect(throwing).rejects.toThrow('thrown');
  expect(await next).toBe('next');
});

test('a key that was used up can be used again', async () => {
  const turn = turns(stubClock(), 30_000);
  expect(await turn('a', async () => 1)).toBe(1);
  await settled();
  expect(await turn('a', async () => 2)).toBe(2);
});
