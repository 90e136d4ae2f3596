import type { Hasher } from '@pwreset/core';
import { argon2idAlgorithm, scryptAlgorithm } from './algorithms.js';
import { candidatesFor, findKdf } from './engine.js';
import { checkCosts, createHasher } from './hasher.js';
import type { HasherOptions } from './options.js';
import { phcScheme } from './scheme.js';

export interface ScryptOptions extends HasherOptions {
  /** Binary logarithm of the cost N; 17 (N = 131072) by default. */
  readonly ln?: number | undefined;
  /** Block size in units of 128 bytes; 8 by default. */
  readonly r?: number | undefined;
  /** Lanes; 1 by default. */
  readonly p?: number | undefined;
}

/**
 * A hasher that makes `$scrypt$ln=17,r=8,p=1$salt$hash`: a 16-byte salt and a 32-byte output. One hash takes
 * 128 · r · 2^ln bytes of memory, 128 MiB by default.
 *
 * It verifies such strings, and argon2id's too. A right password is `outdated` when it was hashed with argon2id or with
 * any of ln, r, p below the hasher's own, or has a shorter salt or output. Strings that ask for more than {@link caps} are
 * `unrecognised`. Passwords are hashed as UTF-8, NUL included; `hash` rejects one with a lone surrogate with a
 * `TypeError`, `verify` answers `mismatched` after the usual work. A password that ends in NUL has a byte 0xFF added, because
 * scrypt alone takes it for the same password without the NUL.
 *
 * Follows RFC 7914, the PHC string format and OWASP's Password Storage Cheat Sheet.
 *
 * @throws {@link TypeError} when r is below 8, or the others are below all of ln=17,p=1, ln=16,p=2 and ln=15,p=3, when
 * the parameters are above {@link caps}, or when the runtime lacks the named engine.
 *
 * @example
 * ```ts
 * import { scrypt } from '@pwreset/hashers';
 *
 * const hasher = scrypt({ ln: 16, p: 2 });
 * const stored = await hasher.hash('correct horse battery staple');
 * console.log(await hasher.verify('Tr0ub4dor&3', stored)); // mismatched
 * ```
 */
export function scrypt(options: ScryptOptions = {}): Hasher {
  const { ln = 17, r = 8, p = 1, engine, random } = options;
  const costs = { ln, r, p };
  checkCosts(scryptAlgorithm, costs);
  const { own, other } = candidatesFor(engine);
  return createHasher({
    scheme: phcScheme(scryptAlgorithm, findKdf('scrypt', own)),
    others: [phcScheme(argon2idAlgorithm, findKdf('argon2id', other))],
    costs,
    random,
  });
}
