import { testStorage } from '@pwreset/conformance';
import { test } from 'vitest';
import { sqliteStorage } from '../src/index.js';

testStorage({
  test,
  factory: async () => {
    const storage = sqliteStorage({ database: ':memory:', migrate: true });
    return { storage, dispose: async () => storage.close() };
  },
});
