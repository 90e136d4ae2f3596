import type { Clock } from './ports.js';

/** Timers count in 32 bits; a longer time would be over at once. Who waits longer than 24 days looks at the time again. */
const longestMs = 2 ** 31 - 1;

/**
 * The time of the machine.
 *
 * @example
 * ```ts
 * import { systemClock } from '@pwreset/core';
 *
 * const startedAt = systemClock.now(); // epoch milliseconds
 * ```
 */
export const systemClock: Clock = {
  now: () => Date.now(),
  wait: (ms, signal) =>
    new Promise((resolve) => {
      if (signal.aborted) return resolve();
      const finish = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', finish);
        resolve();
      };
      const timer = setTimeout(finish, Math.min(ms, longestMs));
      signal.addEventListener('abort', finish);
      // Waiting for the next delivery must not keep a process alive that has nothing else to do.
      unref(timer);
    }),
};

function unref(timer: unknown): void {
  if (typeof timer !== 'object' || timer === null || !('unref' in timer)) return;
  if (typeof timer.unref === 'function') timer.unref();
}

/** Random bytes of the platform's Web Crypto. */
export const systemRandom = { bytes: (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length)) };
