import { testHasher } from '@pwreset/conformance';
import type { Hasher } from '@pwreset/core';
import { describe, test } from 'vitest';
import { argon2idHasher, cheapArgon2id, cheapScrypt, openEngines, scryptHasher } from './fixtures.js';

const factoryOf = (make: () => Hasher) => async () => ({ hasher: make(), dispose: async () => {} });

describe.each(openEngines)('on engine $name', ({ kdfs }) => {
  describe('argon2id', () => testHasher({ test, factory: factoryOf(() => argon2idHasher(cheapArgon2id, kdfs)) }));
  describe('scrypt', () => testHasher({ test, factory: factoryOf(() => scryptHasher(cheapScrypt, kdfs)) }));
});
