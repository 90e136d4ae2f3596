import { Overloaded } from './errors.js';

export interface HashGateOptions {
  /** Hashes at once. */
  readonly concurrent: number;
  /** How many may wait behind them. */
  readonly queued: number;
  /** What a caller is told when the queue is full. */
  readonly retryAfterMs: number;
}

export const defaultHashGate: HashGateOptions = { concurrent: 4, queued: 256, retryAfterMs: 2_000 };

/** Runs at most a set number of hashes at once, so that a flood exhausts neither memory nor threads. */
export type HashGate = <T>(work: () => Promise<T>) => Promise<T>;

export function hashGate({ concurrent, queued, retryAfterMs }: HashGateOptions): HashGate {
  const whole = Number.isSafeInteger(concurrent) && Number.isSafeInteger(queued);
  if (!whole || concurrent < 1 || queued < 0) throw new TypeError('hashing needs concurrent >= 1 and queued >= 0');
  if (!Number.isFinite(retryAfterMs) || retryAfterMs <= 0) throw new TypeError('hashing needs retryAfterMs > 0');
  const waiting: Array<() => void> = [];
  let running = 0;
  return async (work) => {
    if (running >= concurrent) {
      if (waiting.length >= queued) throw new Overloaded(retryAfterMs);
      // Whoever leaves hands its place over, so that `running` never passes `concurrent`.
      await new Promise<void>((enter) => waiting.push(enter));
    } else running += 1;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
}
