import type { Clock } from './ports.js';

/** Wakes delivery at the times for which something was promised. */
export interface Alarm {
  /** Something is due at this time, epoch milliseconds. */
  set(dueAt: number): void;
  /** Resolves once something that was set is due, after `maxMs` at the latest, or when `signal` aborts. */
  wait(maxMs: number, signal: AbortSignal): Promise<void>;
}

/** Without a reason each abort would build an exception, with its stack. */
const woken = 'woken';

export function alarm(clock: Clock): Alarm {
  // What is due already needs no time of its own, so that nothing piles up where nobody waits (manual delivery).
  let dueNow = false;
  const dueTimes = new Set<number>();
  /** `null` while nobody waits. */
  let changed: AbortController | null = null;

  /** Forgets the times that have come and says whether there were any, and when the next is. */
  const takeDue = (now: number): { readonly due: boolean; readonly next: number } => {
    let due = dueNow;
    dueNow = false;
    let next = Number.POSITIVE_INFINITY;
    for (const time of dueTimes) {
      if (time > now) next = Math.min(next, time);
      else due = dueTimes.delete(time);
    }
    return { due, next };
  };

  return {
    set(dueAt) {
      if (dueAt <= clock.now()) dueNow = true;
      else dueTimes.add(dueAt);
      changed?.abort(woken);
      changed = null;
    },
    async wait(maxMs, signal) {
      const start = clock.now();
      const deadline = start + maxMs;
      while (!signal.aborted) {
        const now = clock.now();
        const { due, next } = takeDue(now);
        // A clock that was put back would make the wait longer than `maxMs`.
        if (due || now >= deadline || now < start) return;
        changed ??= new AbortController();
        await clock.wait(Math.min(next, deadline) - now, AbortSignal.any([changed.signal, signal]));
      }
    },
  };
}
