import { testFlows } from '@pwreset/conformance';
import { test } from 'vitest';
import { faultyStorage, manualClock, memoryMailer, memoryStorage, testHasher } from '../src/index.js';

testFlows({
  test,
  factory: async () => {
    const storage = memoryStorage();
    return {
      storage: faultyStorage(storage),
      clock: manualClock(),
      mailer: memoryMailer(),
      hasher: testHasher(),
      editEmail: async (id, columns) => storage.editUser(id, columns),
      dump: async () => storage.dump(),
      dispose: async () => {},
    };
  },
});
