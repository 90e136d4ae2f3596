import type { Hasher } from '@pwreset/core';

/** A hasher that is fast and protects nothing. */
export interface TestHasher extends Hasher {
  /** How many hashes were made. */
  readonly hashed: number;
  /** How many passwords were compared, those with {@link Hasher.dummy} included. */
  readonly verified: number;
  /** The next `times` (1 by default) calls of `hash` reject with this error. */
  failNext(error: Error, times?: number): void;
}

/**
 * A {@link TestHasher}. Its stored form, `$test$v=1$<salt>$<digest>`, says what it is. The salt counts up, so two hashes of
 * one password differ and a run repeats itself exactly. A stored form of a lower `version` (1 by default) is `outdated`.
 *
 * @example
 * ```ts
 * import { testHasher } from '@pwreset/memory';
 *
 * const hasher = testHasher();
 * await hasher.verify('correct horse', await hasher.hash('correct horse')); // 'matched'
 * ```
 */
export function testHasher({ version = 1 }: { readonly version?: number } = {}): TestHasher {
  const faults: Error[] = [];
  let hashed = 0;
  let verified = 0;
  return {
    dummy: `$test$v=${version}$dummy$0`,
    async hash(password) {
      const fault = faults.shift();
      if (fault !== undefined) throw fault;
      hashed += 1;
      return `$test$v=${version}$${hashed}$${digest(`${hashed}$${password}`)}`;
    },
    async verify(password, stored) {
      verified += 1;
      const [, storedVersion, salt, expected] = /^\$test\$v=(\d+)\$(\w+)\$(\w+)$/.exec(stored) ?? [];
      if (storedVersion === undefined) return 'unrecognised';
      if (digest(`${salt}$${password}`) !== expected) return 'mismatched';
      return Number(storedVersion) < version ? 'outdated' : 'matched';
    },
    failNext(error, times = 1) {
      for (let count = 0; count < times; count += 1) faults.push(error);
    },
    get hashed() {
      return hashed;
    },
    get verified() {
      return verified;
    },
  };
}

/** FNV-1a, 64 bits, in hexadecimal: enough to tell passwords apart, nothing against anyone. */
function digest(text: string): string {
  let hash = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(text)) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  }
  return hash.toString(16).padStart(16, '0');
}
