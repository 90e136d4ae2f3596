import { type DirectoryFlowParts, directoryApplication, testDirectoryFlows, testFlows } from '@pwreset/conformance';
import { test } from 'vitest';
import { faultyStorage, manualClock, memoryMailer, memoryStorage, testHasher } from '../src/index.js';
import { existingTable } from './existing-table.js';

const others = () => ({
  clock: manualClock(),
  mailer: memoryMailer(),
  hasher: testHasher(),
  dispose: async () => {},
});

async function factory(): Promise<DirectoryFlowParts> {
  const storage = memoryStorage();
  const application = directoryApplication(storage, async (id, columns) => storage.editUser(id, columns));
  return { ...others(), storage: faultyStorage(storage), application, dump: async () => storage.dump() };
}

testFlows({ test, factory });
testDirectoryFlows({ test, factory });

testFlows({
  test: (name, run) => test(`users of an application: ${name}`, run),
  async factory() {
    const { storage, application, dump } = existingTable();
    return { ...others(), storage: faultyStorage(storage), application, dump: async () => dump() };
  },
});
