import { describe, expect, test } from 'vitest';
import { CommitUnknown, StorageUnavailable } from '../src/errors.js';
import { commitSettled, newAttempt } from '../src/settled-commit.js';
import type { CommitResult } from '../src/steps.js';
import type { Storage } from '../src/storage.js';
import { contextOf, hastyClock, start, stubStorage } from './fixtures.js';

const lost = new CommitUnknown();

function setUp(commit: Storage['commit'], settle: readonly ('applied' | 'not_applied' | Error)[] = []) {
  const clock = hastyClock();
  const asked: Array<{ readonly attempt: string; readonly now: number }> = [];
  const storage = stubStorage({
    commit,
    settle: async (attempt, now) => {
      const answer = settle[asked.length] ?? new StorageUnavailable();
      asked.push({ attempt, now });
      if (typeof answer === 'string') return answer;
      throw answer;
    },
  });
  const context = contextOf({ storage, clock });
  const attempt = newAttempt(context);
  return { context, attempt, asked, clock, run: () => commitSettled(context, 'revoke', attempt, []) };
}

const losing = async (): Promise<never> => {
  throw lost;
};

describe('commitSettled', () => {
  test.each<CommitResult>([
    { outcome: 'applied' },
    { outcome: 'guard_failed', guard: 1 },
    { outcome: 'conflict', step: 2 },
  ])('an answer is the answer: %j', async (result) => {
    const { run, asked, context } = setUp(async () => result);
    expect(await run()).toEqual(result);
    expect(asked).toEqual([]);
    expect(context.events).toEqual([]);
  });

  test('a storage that was away changed nothing, and is not asked', async () => {
    const { run, asked } = setUp(async () => {
      throw new StorageUnavailable();
    });
    await expect(run()).rejects.toThrow(StorageUnavailable);
    expect(asked).toEqual([]);
  });

  test('an answer that was lost is settled by asking: it was applied', async () => {
    const { run, asked, attempt, context } = setUp(losing, ['applied']);
    expect(await run()).toEqual({ outcome: 'applied' });
    expect(asked).toEqual([{ attempt, now: start }]);
    expect(context.events).toEqual([{ type: 'commit_settled', flow: 'revoke', outcome: 'applied' }]);
  });

  test('or it was not, and then nothing was changed', async () => {
    const { run, context } = setUp(losing, ['not_applied']);
    const settled = run();
    await expect(settled).rejects.toThrow(StorageUnavailable);
    await expect(settled).rejects.toMatchObject({ code: 'unavailable', cause: lost });
    expect(context.events).toMatchObject([{ outcome: 'not_applied' }]);
  });

  test('asks again, ever later, while the storage is away', async () => {
    const away = [new StorageUnavailable(), new CommitUnknown(), new StorageUnavailable(), new StorageUnavailable()];
    const { run, asked } = setUp(losing, [...away, 'applied']);
    expect(await run()).toEqual({ outcome: 'applied' });
    expect(asked.map(({ now }) => now - start)).toEqual([0, 100, 500, 2_100, 8_500]);
  });

  test('gives up right after it asked for the last time, and says that it does not know', async () => {
    const { run, asked, clock, context } = setUp(losing);
    await expect(run()).rejects.toBe(lost);
    expect(asked).toHaveLength(5);
    expect(clock.time).toBe(asked.at(-1)?.now);
    expect(context.events).toEqual([]);
  });

  test('what is no fault of the storage is not asked again', async () => {
    const { run, asked } = setUp(losing, [new RangeError('x')]);
    await expect(run()).rejects.toThrow(RangeError);
    expect(asked).toHaveLength(1);
  });
});

test('every attempt has an id of its own', () => {
  const context = contextOf();
  const ids = new Set(Array.from({ length: 100 }, () => newAttempt(context)));
  expect(ids.size).toBe(100);
  for (const id of ids) expect(id).toMatch(/^[0-9a-f-]{36}$/);
});
