import { alphabet, encodeBase32, forgive } from './alphabet.js';
import type { TokenId, UserId } from './ids.js';
import type { SecretKey } from './secrets.js';

/** How codes look. */
export interface CodeFormat {
  /** `base32`: the letters and digits of link tokens, in upper case (the default); `digits`: digits alone. */
  readonly alphabet: 'base32' | 'digits';
  /** 6 to 12; 8 by default. */
  readonly length: number;
}

export const defaultCodeFormat: CodeFormat = { alphabet: 'base32', length: 8 };

/** What a code is made of: the row of its token, and whom it is for. */
export interface CodeSource {
  readonly id: TokenId;
  readonly userId: UserId;
}

/**
 * The short form of a token, derived from its row and a secret; the same each time. RFC 4226, section 5.3, has the idea of
 * cutting digits from a MAC; with 256 bits for 40 at most no digit is likelier than another by more than 2^-200.
 */
export function deriveCode(key: SecretKey, format: CodeFormat, { id, userId }: CodeSource): string {
  const mac = key.mac('reset_code', JSON.stringify([id, userId]));
  if (format.alphabet === 'base32') return encodeBase32(mac, format.length).toUpperCase();
  const number = mac.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n) % 10n ** BigInt(format.length);
  return number.toString().padStart(format.length, '0');
}

/** What may stand between the digits that a person typed. */
const separators = /[\s\p{Pd}]+/gu;

/** More than any code with separators. */
const maxTypedLength = 64;

/** A code as it was typed in the form in which codes are derived, or `null` for what cannot be one. */
export function typedCode(format: CodeFormat, text: string): string | null {
  if (text.length > maxTypedLength) return null;
  const typed = forgive(text.replace(separators, ''));
  if (typed.length !== format.length) return null;
  const digits = format.alphabet === 'digits' ? '0123456789' : alphabet;
  return [...typed].every((digit) => digits.includes(digit)) ? typed.toUpperCase() : null;
}
