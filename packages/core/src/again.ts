import { StorageUnavailable } from './errors.js';

/** A guard found another password or address than was read: what the flow decided was about another state. */
export const changedMeanwhile: unique symbol = Symbol('changed meanwhile');

/** Each change between a read and its commit costs one more try. */
const maxTries = 10;

/** Reads, decides and commits again for as long as what was read has changed by the commit. @throws {@link StorageUnavailable} */
export async function againWhileChanged<T>(once: () => Promise<T | typeof changedMeanwhile>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    const result = await once();
    if (result !== changedMeanwhile) return result;
    if (tries === maxTries) throw new StorageUnavailable();
  }
}
