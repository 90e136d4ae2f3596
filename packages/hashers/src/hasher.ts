import type { Hasher, Random, VerifyOutcome } from '@pwreset/core';
import type { Costs } from './phc.js';
import { outputLength, type PhcAlgorithm, type PhcScheme, type PhcStoredHash, type Scheme } from './scheme.js';

const saltLength = 16;

const systemRandom: Random = { bytes: (length) => crypto.getRandomValues(new Uint8Array(length)) };

export interface HasherParts<Name extends string> {
  /** Makes new hashes and verifies its own. */
  readonly scheme: PhcScheme<Name>;
  readonly costs: Costs<Name>;
  /** Formats that are verified only, and always `outdated`. */
  readonly others: readonly Scheme[];
  readonly random?: Random | undefined;
}

/** Assembles a hasher, whatever its costs: {@link checkCosts} is the caller's part. */
export function createHasher<Name extends string>(parts: HasherParts<Name>): Hasher {
  const { scheme, costs, others, random = systemRandom } = parts;

  const isWeaker = (stored: PhcStoredHash<Name>): boolean =>
    stored.saltLength < saltLength ||
    stored.outputLength < outputLength ||
    scheme.names.some((name) => stored.costs[name] < costs[name]);

  return {
    // A real output is zero throughout once in 2^256.
    dummy: scheme.format(new Uint8Array(saltLength), new Uint8Array(outputLength), costs),

    async hash(password: string): Promise<string> {
      if (!isWellFormed(password)) throw new TypeError('the password contains a lone surrogate');
      const salt = random.bytes(saltLength);
      if (salt.length !== saltLength) throw new TypeError(`random gave ${salt.length} bytes instead of ${saltLength}`);
      return scheme.make(encode(password), salt, costs);
    },

    async verify(password: string, stored: string): Promise<VerifyOutcome> {
      const own = scheme.read(stored);
      const hash = own ?? readFirst(others, stored);
      if (hash === null) return 'unrecognised';
      // An ill-formed password costs the same work, and is never right: encoded, it would be the one with U+FFFD instead.
      const matches = await hash.matches(encode(password));
      if (!matches || !isWellFormed(password)) return 'mismatched';
      return own === null || isWeaker(own) ? 'outdated' : 'matched';
    },
  };
}

/**
 * Refuses what is weaker than OWASP's table, or more than a hasher would verify.
 *
 * @throws {@link TypeError}
 */
export function checkCosts<Name extends string>(algorithm: PhcAlgorithm<Name>, costs: Costs<Name>): void {
  const { names } = algorithm.layout;
  const described = names.map((name) => `${name}=${costs[name]}`).join(',');
  if (!names.every((name) => Number.isSafeInteger(costs[name])))
    throw new TypeError(`hash parameters must be integers: ${described}`);
  if (!algorithm.bearable(costs)) throw new TypeError(`hash parameters are impossible or above the caps: ${described}`);
  if (!algorithm.strong(costs)) throw new TypeError(`hash parameters are weaker than OWASP's minimum: ${described}`);
}

function readFirst(schemes: readonly Scheme[], stored: string) {
  for (const scheme of schemes) {
    const hash = scheme.read(stored);
    if (hash !== null) return hash;
  }
  return null;
}

const encode = (password: string): Uint8Array => new TextEncoder().encode(password);

/** Whether every surrogate has its partner: the text has a UTF-8 form. */
const isWellFormed = (text: string): boolean => !/\p{Surrogate}/u.test(text);
