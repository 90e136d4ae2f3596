import type { Clock } from './ports.js';

/** Runs what has the same key one after the other. */
export type Turns = <T>(key: string, work: () => Promise<T>) => Promise<T>;

/**
 * Nobody waits for longer than `maxWaitMs`: turns spare work that would come to nothing, and one that hangs must not hold up
 * the others. That only one succeeds is the storage's doing.
 */
export function turns(clock: Clock, maxWaitMs: number): Turns {
  const last = new Map<string, Promise<unknown>>();
  const settled = async (turn: Promise<unknown>): Promise<void> => {
    const over = new AbortController();
    const done = turn.then(
      () => undefined,
      () => undefined,
    );
    await Promise.race([done, clock.wait(maxWaitMs, over.signal)]);
    over.abort('over');
  };
  return async (key, work) => {
    const before = last.get(key);
    const mine = (async () => {
      if (before !== undefined) await settled(before);
      return work();
    })();
    last.set(key, mine);
    try {
      return await mine;
    } finally {
      if (last.get(key) === mine) last.delete(key);
    }
  };
}
