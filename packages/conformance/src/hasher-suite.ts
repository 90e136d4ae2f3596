import type { Hasher } from '@pwreset/core';
import { hasherCases } from './hasher-cases.js';
import type { TestRunner } from './runner.js';

/** A hasher and what gives its resources back. */
export interface HasherUnderTest {
  readonly hasher: Hasher;
  dispose(): Promise<void>;
}

export type HasherFactory = () => Promise<HasherUnderTest>;

/**
 * Registers every test that a hasher must pass, with any runner: nothing is optional, nothing is skipped. `factory` is called
 * for each test, more than once for some; its hashers are those of several processes, so what one stores the next verifies.
 *
 * A test makes up to 40 hashes: where hashes are dear, test at the lowest costs and the real ones once beside it.
 *
 * @example
 * ```ts
 * import { test } from 'node:test';
 * import { testHasher } from '@pwreset/conformance';
 * import { testHasher as fastHasher } from '@pwreset/memory';
 *
 * testHasher({ test, factory: async () => ({ hasher: fastHasher(), dispose: async () => {} }) });
 * ```
 */
export function testHasher({
  test: register,
  factory,
}: {
  readonly test: TestRunner;
  readonly factory: HasherFactory;
}): void {
  for (const [name, run] of Object.entries(hasherCases)) {
    register(`hasher: ${name}`, async () => {
      const made: HasherUnderTest[] = [];
      const another = async () => {
        const next = await factory();
        made.push(next);
        return next.hasher;
      };
      try {
        await run(await another(), another);
      } finally {
        for (const { dispose } of made) await dispose();
      }
    });
  }
}
