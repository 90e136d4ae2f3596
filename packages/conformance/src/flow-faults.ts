import type { Step, Storage } from '@pwreset/core';
import { second, type World } from './flow-world.js';

/**
 * A storage on which `first` happens just before the first commit with such a step: after everything that the flow read, and
 * before anything that it writes.
 */
export function overtaken<S extends Storage>(storage: S, type: Step['type'], first: () => Promise<unknown>): S {
  let pending = true;
  return {
    ...storage,
    async commit(...[steps, limits]: Parameters<Storage['commit']>) {
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
export async function rest({ clock, settle }: World): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) {
    await clock.advance(0);
    if (await settle()) turn = 0;
  }
}

/** Moves the clock a second at a time, and lets everything come to rest in between. */
export async function elapse(world: World, ms: number): Promise<void> {
  await rest(world);
  for (let left = ms; left > 0; left -= second) {
    await world.clock.advance(Math.min(left, second));
    await rest(world);
  }
}
