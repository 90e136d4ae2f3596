import type { DirectoryStorage, Step } from '@pwreset/core';
import { type FlowClock, second } from './flow-world.js';

/**
 * A storage on which `first` happens just before the first commit with such a step: after everything that the flow read, and
 * before anything that it writes.
 */
export function overtaken(
  storage: DirectoryStorage,
  type: Step['type'],
  first: () => Promise<unknown>,
): DirectoryStorage {
  let pending = true;
  return {
    ...storage,
    async commit(steps, limits) {
      if (pending && steps.some((step) => step.type === type)) {
        pending = false;
        await first();
      }
      return storage.commit(steps, limits);
    },
  };
}

/** What never answers. */
export const hanging = (): Promise<never> => new Promise(() => undefined);

/** Lets whatever is under way, and needs no time, come to rest. */
export async function rest(clock: FlowClock): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await clock.advance(0);
}

/** Moves the clock a second at a time, and lets everything come to rest in between. */
export async function elapse(clock: FlowClock, ms: number): Promise<void> {
  await rest(clock);
  for (let left = ms; left > 0; left -= second) {
    await clock.advance(Math.min(left, second));
    await rest(clock);
  }
}
