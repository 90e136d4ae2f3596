export type EngineName = 'node' | 'noble';

export interface Argon2idInput {
  readonly password: Uint8Array;
  /** At least 8 bytes. */
  readonly salt: Uint8Array;
  /** Memory in KiB, at least 8 times `p`. */
  readonly m: number;
  /** Passes. */
  readonly t: number;
  /** Lanes. */
  readonly p: number;
  /** Bytes of output. */
  readonly length: number;
  /** RFC 9106's K. */
  readonly secret?: Uint8Array | undefined;
  /** RFC 9106's X. */
  readonly associatedData?: Uint8Array | undefined;
}

export interface ScryptInput {
  readonly password: Uint8Array;
  readonly salt: Uint8Array;
  /** Binary logarithm of RFC 7914's N. */
  readonly ln: number;
  /** Block size in units of 128 bytes. */
  readonly r: number;
  /** Lanes. */
  readonly p: number;
  /** Bytes of output. */
  readonly length: number;
}

/** The key derivation functions an engine has; one may be missing. None blocks the event loop for long. */
export interface Kdfs {
  /** Argon2id version 0x13, RFC 9106. */
  readonly argon2id?: ((input: Argon2idInput) => Promise<Uint8Array>) | undefined;
  /** scrypt, RFC 7914. */
  readonly scrypt?: ((input: ScryptInput) => Promise<Uint8Array>) | undefined;
}
