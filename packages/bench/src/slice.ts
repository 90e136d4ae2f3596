import { setImmediate } from 'node:timers/promises';

/** A stretch of one contestant's work, between two stretches of the others'. */
export interface Slice {
  readonly elapsedMs: number;
  /** How many operations it was; a pass of delivery counts as many as it delivered. */
  readonly operations: number;
  readonly latenciesMs: readonly number[];
}

export type Task = () => Promise<void>;

/** One after the other, or `atOnce` at any time, each caller asking again as soon as it was answered. */
export async function timed(tasks: readonly Task[], atOnce: number): Promise<Slice> {
  const startedAt = performance.now();
  const latenciesMs = atOnce === 1 ? await inSequence(tasks) : await inParallel(tasks, atOnce);
  return { elapsedMs: performance.now() - startedAt, operations: tasks.length, latenciesMs };
}

async function inSequence(tasks: readonly Task[]): Promise<number[]> {
  const latenciesMs: number[] = [];
  for (const task of tasks) {
    const startedAt = performance.now();
    await task();
    latenciesMs.push(performance.now() - startedAt);
  }
  return latenciesMs;
}

/**
 * A request arrives as a task of the event loop, as it would from a socket, and is counted from its arrival: what answers
 * without ever waiting would otherwise hide that the others wait for it.
 */
async function inParallel(tasks: readonly Task[], atOnce: number): Promise<number[]> {
  const latenciesMs: number[] = [];
  const queue = tasks.values();
  const caller = async (): Promise<void> => {
    for (const task of queue) {
      const arrivedAt = performance.now();
      await setImmediate();
      await task();
      latenciesMs.push(performance.now() - arrivedAt);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, caller));
  return latenciesMs;
}
