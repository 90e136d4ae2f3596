import type { Clock } from '@pwreset/core';

/** A clock that stands still until it is told to move. */
export interface ManualClock extends Clock {
  /**
   * Moves time forward by `ms` milliseconds. Waits that fall due resolve in the order of their times, each at its own time,
   * and what they wake runs, and may wait again, before time goes on. Calls made at once take turns.
   *
   * @throws {TypeError} When `ms` is not a whole number of milliseconds, 0 or more.
   */
  advance(ms: number): Promise<void>;
  /** Moves time by `ms`, back when negative, and wakes nobody: a system clock that was set wrong. */
  jump(ms: number): void;
  /** How many waits are pending. */
  readonly waiting: number;
}

interface Wait {
  readonly dueAt: number;
  readonly wake: () => void;
}

/**
 * A {@link ManualClock} that starts at `start` (epoch milliseconds; by default the start of 2026, UTC).
 *
 * @example
 * ```ts
 * import { manualClock } from '@pwreset/memory';
 *
 * const clock = manualClock();
 * await clock.advance(60_000);
 * clock.now(); // one minute into 2026
 * ```
 */
export function manualClock(start: number = Date.UTC(2026, 0, 1)): ManualClock {
  const waits = new Set<Wait>();
  let now = start;
  let lastAdvance = Promise.resolve();

  function earliest(until: number): Wait | undefined {
    let found: Wait | undefined;
    for (const wait of waits) {
      if (wait.dueAt <= until && (found === undefined || wait.dueAt < found.dueAt)) found = wait;
    }
    return found;
  }

  async function advanceBy(ms: number): Promise<void> {
    const until = now + ms;
    await quiet();
    for (let wait = earliest(until); wait !== undefined; wait = earliest(until)) {
      now = Math.max(now, wait.dueAt);
      wait.wake();
      await quiet();
    }
    now = Math.max(now, until);
  }

  return {
    now: () => now,
    wait(ms, signal) {
      if (ms <= 0 || signal.aborted) return Promise.resolve();
      return new Promise((resolve) => {
        const wake = (): void => {
          waits.delete(wait);
          signal.removeEventListener('abort', wake);
          resolve();
        };
        const wait: Wait = { dueAt: now + ms, wake };
        waits.add(wait);
        signal.addEventListener('abort', wake);
      });
    },
    async advance(ms) {
      if (!Number.isSafeInteger(ms) || ms < 0) throw new TypeError('advance takes whole milliseconds, 0 or more');
      lastAdvance = lastAdvance.then(() => advanceBy(ms));
      return lastAdvance;
    },
    jump(ms) {
      now += ms;
    },
    get waiting() {
      return waits.size;
    },
  };
}

/** Resolves when every promise that could settle has settled: a message is a task, and tasks run after all microtasks. */
function quiet(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
