import { caps } from './caps.js';
import { type Costs, formatPhc, type PhcLayout, parsePhc } from './phc.js';

/** A stored form that was understood, and whose cost can be borne. */
export interface StoredHash {
  matches(password: Uint8Array): Promise<boolean>;
}

/** A format of stored hashes that a hasher verifies. A legacy format is this and no more. */
export interface Scheme {
  /** `null` for a text of another format, or one that asks for more than {@link caps}. Takes no memory to speak of. */
  read(stored: string): StoredHash | null;
}

/** What the two algorithms differ in. */
export interface PhcAlgorithm<Name extends string> {
  readonly layout: PhcLayout<Name>;
  /** The bytes to derive from, different for different passwords. */
  keyOf(password: Uint8Array): Uint8Array;
  /** Whether the algorithm is defined for these parameters and they fit in {@link caps}. */
  bearable(costs: Costs<Name>): boolean;
  /** Whether they are at or above OWASP's table. */
  strong(costs: Costs<Name>): boolean;
}

export type Derive<Name extends string> = (
  input: Costs<Name> & { readonly password: Uint8Array; readonly salt: Uint8Array; readonly length: number },
) => Promise<Uint8Array>;

export interface PhcStoredHash<Name extends string> extends StoredHash {
  readonly costs: Costs<Name>;
  readonly saltLength: number;
  readonly outputLength: number;
}

/** A format that a hasher also makes. */
export interface PhcScheme<Name extends string> extends Scheme {
  readonly names: readonly Name[];
  read(stored: string): PhcStoredHash<Name> | null;
  make(password: Uint8Array, salt: Uint8Array, costs: Costs<Name>): Promise<string>;
  /** As {@link make}, with the output given. */
  format(salt: Uint8Array, output: Uint8Array, costs: Costs<Name>): string;
}

/** Bytes that {@link PhcScheme.make} derives. */
export const outputLength = 32;

export function phcScheme<Name extends string>(
  { layout, keyOf, bearable }: PhcAlgorithm<Name>,
  derive: Derive<Name>,
): PhcScheme<Name> {
  const outputOf = (password: Uint8Array, salt: Uint8Array, length: number, costs: Costs<Name>) =>
    derive({ ...costs, password: keyOf(password), salt, length });
  const format = (salt: Uint8Array, output: Uint8Array, costs: Costs<Name>) =>
    formatPhc(layout, { costs, salt, output });
  return {
    names: layout.names,
    format,
    async make(password, salt, costs) {
      return format(salt, await outputOf(password, salt, outputLength, costs), costs);
    },
    read(stored) {
      const hash = parsePhc(layout, stored);
      if (hash === null || !bearable(hash.costs)) return null;
      const { costs, salt, output } = hash;
      return {
        costs,
        saltLength: salt.length,
        outputLength: output.length,
        matches: async (password) => equalBytes(await outputOf(password, salt, output.length, costs), output),
      };
    },
  };
}

/** Takes the same time wherever the first difference is. Both are of one length, which is no secret. */
function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  let difference = a.length ^ b.length;
  for (const [index, byte] of a.entries()) difference |= byte ^ (b[index] ?? 0);
  return difference === 0;
}
