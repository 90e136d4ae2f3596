/**
 * The most that a stored hash may ask of a hasher. What asks for more is `unrecognised` before any memory is taken, so that
 * a row that someone else wrote cannot exhaust the process. A hasher's own parameters have to fit as well.
 */
export const caps = {
  /** Memory of one hash in bytes: 256 MiB. */
  memoryBytes: 256 * 2 ** 20,
  /** Memory times passes (argon2id) or lanes (scrypt) in bytes: 1 GiB, a few seconds on a slow machine. */
  workBytes: 2 ** 30,
  /** Lanes: `p` of either algorithm. */
  lanes: 16,
  /** Passes: `t` of argon2id. */
  passes: 64,
  /** `r` of scrypt, in units of 128 bytes. */
  blockSize: 32,
  /** Bytes of a salt. Below 8 argon2 engines refuse (RFC 9106 section 3.1 recommends 16). */
  salt: { min: 8, max: 64 },
  /** Bytes of an output. Below 16 a chance match is thinkable. */
  output: { min: 16, max: 64 },
  /** Characters of the whole text. */
  textLength: 256,
} as const;
