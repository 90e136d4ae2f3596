import { testFlows } from '@pwreset/conformance';
import { faultyStorage, manualClock, memoryMailer, testHasher } from '@pwreset/memory';
import { test } from 'vitest';
import { sqliteStorage } from '../src/index.js';

testFlows({
  test,
  factory: async () => {
    const storage = sqliteStorage({ database: ':memory:', migrate: true });
    return {
      storage: faultyStorage(storage),
      clock: manualClock(),
      mailer: memoryMailer(),
      hasher: testHasher(),
      dispose: async () => storage.close(),
    };
  },
});
