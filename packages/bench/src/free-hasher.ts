import type { Hasher } from '@pwreset/core';

/** Hashes are left out of every figure: what is stored only differs from one password to the next. */
export const freeHasher: Hasher = {
  dummy: '$free$dummy',
  hash: async (password) => `$free$${password}`,
  verify: async (password, stored) => (stored === `$free$${password}` ? 'matched' : 'mismatched'),
};
