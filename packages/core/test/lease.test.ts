import { describe, expect, test } from 'vitest';
import { StorageUnavailable } from '../src/errors.js';
import { underLease, WorkAborted } from '../src/lease.js';
import type { Step } from '../src/steps.js';
import { contextOf, job, settled, start, stubClock, stubStorage } from './fixtures.js';

function setUp(commit?: () => Promise<never>) {
  const clock = stubClock();
  const commits: (readonly Step[])[] = [];
  const storage = stubStorage({
    commit: async (steps) => {
      commits.push(steps);
      return (await commit?.()) ?? { outcome: 'applied' };
    },
  });
  const context = contextOf({ clock, storage, delivery: { mode: 'manual', leaseMs: 60_000, timeoutMs: 30_000 } });
  const closing = new AbortController();
  const signals: AbortSignal[] = [];
  let end: (error?: Error) => void = () => undefined;
  const run = (): Promise<void> =>
    underLease(context, job({ attempt: 7 }), closing.signal, (signal) => {
      signals.push(signal);
      return new Promise((resolve, reject) => {
        end = (error) => (error === undefined ? resolve() : reject(error));
      });
    });
  return { clock, context, commits, closing, signals, run, end: (error?: Error) => end(error) };
}

describe('underLease', () => {
  test('ends with the work, and leaves nothing waiting', async () => {
    const { run, end, commits } = setUp();
    const done = run();
    end();
    await done;
    expect(commits).toEqual([]);
  });

  test('renews the lease after half of it, under the fence', async () => {
    const { run, end, clock, commits } = setUp();
    const done = run();
    for (let count = 1; count <= 2; count += 1) {
      clock.time += 30_000;
      clock.waits.findLast(({ ms }) => ms === 30_000)?.wake();
      await settled();
      expect(commits).toHaveLength(count);
    }
    end();
    await done;
    expect(commits[1]).toEqual([
      { type: 'holdJob', jobId: 'job-1', attempt: 7 },
      { type: 'renewJob', jobId: 'job-1', leaseUntil: start + 120_000 },
    ]);
  });

  test('a storage that is away does not end the work', async () => {
    const { run, end, clock, context } = setUp(async () => {
      throw new StorageUnavailable();
    });
    const done = run();
    clock.waits.findLast(({ ms }) => ms === 30_000)?.wake();
    await settled();
    end();
    await done;
    expect(context.events).toMatchObject([{ type: 'storage_fault', flow: 'deliver' }]);
  });

  test('an error of the work is its error', async () => {
    const { run, end } = setUp();
    const done = run();
    end(new Error('550'));
    await expect(done).rejects.toThrow('550');
  });

  test('gives up when the work takes too long, first by signal and then without its consent', async () => {
    const { run, clock, signals, end } = setUp();
    const done = run();
    expect(signals[0]?.aborted).toBe(false);
    clock.waits.find(({ ms }) => ms === 30_000)?.wake();
    await expect(done).rejects.toThrow(new WorkAborted('no answer within 30000 ms'));
    expect(signals[0]?.aborted).toBe(true);
    // A rejection that comes too late is nobody's.
    end(new Error('late'));
    await settled();
  });

  test('gives up when delivery closes, also when it closed before', async () => {
    const { run, closing, signals } = setUp();
    const done = run();
    closing.abort();
    await expect(done).rejects.toThrow(new WorkAborted('delivery is closing'));
    await expect(run()).rejects.toThrow(WorkAborted);
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true]);
  });
});
