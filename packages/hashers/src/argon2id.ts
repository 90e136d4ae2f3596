import type { Hasher } from '@pwreset/core';
import { argon2idAlgorithm, scryptAlgorithm } from './algorithms.js';
import { candidatesFor, findKdf } from './engine.js';
import { checkCosts, createHasher } from './hasher.js';
import type { HasherOptions } from './options.js';
import { phcScheme } from './scheme.js';

export interface Argon2idOptions extends HasherOptions {
  /** Memory in KiB; 19456 (19 MiB) by default. */
  readonly m?: number | undefined;
  /** Passes over the memory; 2 by default. */
  readonly t?: number | undefined;
  /** Lanes; 1 by default. */
  readonly p?: number | undefined;
}

/**
 * A hasher that makes `$argon2id$v=19$m=19456,t=2,p=1$salt$hash`: a 16-byte salt and a 32-byte output.
 *
 * It verifies such strings, and scrypt's too. A right password is `outdated` when it was hashed with scrypt or with
 * any of m, t, p below the hasher's own, or has a shorter salt or output. Strings that ask for more than {@link caps} are
 * `unrecognised`. Passwords are hashed as UTF-8, NUL included; `hash` rejects one with a lone surrogate with a
 * `TypeError`, `verify` answers `mismatched` after the usual work.
 *
 * Follows RFC 9106, the PHC string format and OWASP's Password Storage Cheat Sheet.
 *
 * @throws {@link TypeError} when the parameters are below all of m=19456,t=2, m=47104,t=1 and m=12288,t=3, are above
 * {@link caps}, or when the runtime lacks the named engine.
 *
 * @example
 * ```ts
 * import { argon2id } from '@pwreset/hashers';
 *
 * const hasher = argon2id();
 * const stored = await hasher.hash('correct horse battery staple');
 * console.log(await hasher.verify('correct horse battery staple', stored)); // matched
 * ```
 */
export function argon2id(options: Argon2idOptions = {}): Hasher {
  const { m = 19456, t = 2, p = 1, engine, random } = options;
  const costs = { m, t, p };
  checkCosts(argon2idAlgorithm, costs);
  const { own, other } = candidatesFor(engine);
  return createHasher({
    scheme: phcScheme(argon2idAlgorithm, findKdf('argon2id', own)),
    others: [phcScheme(scryptAlgorithm, findKdf('scrypt', other))],
    costs,
    random,
  });
}
