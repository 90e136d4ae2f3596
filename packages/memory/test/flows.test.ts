import { testFlows } from '@pwreset/conformance';
import { test } from 'vitest';
import { faultyStorage, manualClock, memoryMailer, memoryStorage, testHasher } from '../src/index.js';

testFlows({
  test,
  factory: async () => ({
    storage: faultyStorage(memoryStorage()),
    clock: manualClock(),
    mailer: memoryMailer(),
    hasher: testHasher(),
    dispose: async () => {},
  }),
});
