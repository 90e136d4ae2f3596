import { caps } from './caps.js';
import type { PhcAlgorithm } from './scheme.js';

/** RFC 9106, version 0x13 (19). */
export const argon2idAlgorithm: PhcAlgorithm<'m' | 't' | 'p'> = {
  keyOf: (password) => password,
  layout: { prefix: '$argon2id$v=19$', names: ['m', 't', 'p'] },
  bearable: ({ m, t, p }) =>
    p >= 1 &&
    p <= caps.lanes &&
    t >= 1 &&
    t <= caps.passes &&
    m >= 8 * p &&
    m * 1024 <= caps.memoryBytes &&
    m * 1024 * t <= caps.workBytes,
  strong: ({ m, t }) => (m >= 46 * 1024 && t >= 1) || (m >= 19 * 1024 && t >= 2) || (m >= 12 * 1024 && t >= 3),
};

/** RFC 7914; `ln` is the binary logarithm of its N. */
export const scryptAlgorithm: PhcAlgorithm<'ln' | 'r' | 'p'> = {
  layout: { prefix: '$scrypt$', names: ['ln', 'r', 'p'] },
  bearable: ({ ln, r, p }) =>
    p >= 1 &&
    p <= caps.lanes &&
    r >= 1 &&
    r <= caps.blockSize &&
    ln >= 1 &&
    // Section 2: N is less than 2^(128 * r / 8).
    ln < 16 * r &&
    128 * r * 2 ** ln <= caps.memoryBytes &&
    128 * r * 2 ** ln * p <= caps.workBytes,
  // HMAC, which is how scrypt takes the password in, pads a short key with zeros (RFC 2104 section 2), so that "a" and "a\0"
  // would be one password. 0xFF occurs in no UTF-8 text; every other password keeps the bytes that other makers hash.
  keyOf: (password) => (password.at(-1) === 0 ? Uint8Array.from([...password, 0xff]) : password),
  strong: ({ ln, r, p }) => r >= 8 && ((ln >= 17 && p >= 1) || (ln >= 16 && p >= 2) || (ln >= 15 && p >= 3)),
};
