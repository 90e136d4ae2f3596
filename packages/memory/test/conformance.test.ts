import { testStorage } from '@pwreset/conformance';
import { test } from 'vitest';
import { memoryStorage } from '../src/storage.js';

testStorage({ test, factory: async () => ({ storage: memoryStorage(), dispose: async () => {} }) });
