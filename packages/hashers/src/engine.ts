import { nobleEngine } from './engine-noble.js';
import { nodeEngine } from './engine-node.js';
import type { EngineName, Kdfs } from './kdf.js';

/** An implementation of key derivation; `open` tells what it can do here and now. */
export interface Engine {
  readonly name: EngineName;
  open(): Kdfs;
}

/** Fastest first. All give the same bytes, so a hash made by one is verified by any other. */
export const engines: readonly Engine[] = [
  { name: 'node', open: () => nodeEngine() },
  { name: 'noble', open: () => nobleEngine },
];

/**
 * The first engine of `candidates` that has `algorithm`.
 *
 * @throws {@link TypeError} where none has it.
 */
export function findKdf<Algorithm extends keyof Kdfs>(
  algorithm: Algorithm,
  candidates: readonly Engine[],
): NonNullable<Kdfs[Algorithm]> {
  for (const engine of candidates) {
    const kdf = engine.open()[algorithm];
    if (kdf) return kdf;
  }
  const tried = candidates.map((engine) => engine.name).join(', ') || 'no known engine';
  throw new TypeError(`${algorithm} is not available in this runtime from: ${tried}`);
}

/**
 * Engines for a hasher: its own algorithm comes from the named engine or not at all; the one that it only verifies comes
 * from any engine that has it, the named one first.
 */
export function candidatesFor(named: EngineName | undefined): { own: readonly Engine[]; other: readonly Engine[] } {
  const own = named === undefined ? engines : engines.filter((engine) => engine.name === named);
  return { own, other: [...own, ...engines] };
}
