import { testHasher as testHasherPort } from '@pwreset/conformance';
import { test } from 'vitest';
import { testHasher } from '../src/hasher.js';

testHasherPort({ test, factory: async () => ({ hasher: testHasher(), dispose: async () => {} }) });
