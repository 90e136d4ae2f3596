import type { Random } from '@pwreset/core';
import type { EngineName } from './kdf.js';

/** What every hasher takes. */
export interface HasherOptions {
  /**
   * Which implementation computes the hasher's own algorithm; all give the same bytes. By default the fastest that the
   * runtime has.
   *
   * - `node`: node:crypto, on its thread pool (argon2id needs Node 24.7);
   * - `noble`: `@noble/hashes`, plain JavaScript, which gives way to other work every 10 ms.
   */
  readonly engine?: EngineName | undefined;
  /** Where salts come from; `crypto.getRandomValues` by default. */
  readonly random?: Random | undefined;
}
