import { directoryApplication, testDirectory, testStorage } from '@pwreset/conformance';
import { test } from 'vitest';
import { memoryStorage } from '../src/storage.js';
import { existingTable } from './existing-table.js';

testStorage({
  test,
  factory: async () => {
    const storage = memoryStorage();
    const application = directoryApplication(storage, async (id, columns) => storage.editUser(id, columns));
    return { storage, application, dispose: async () => {} };
  },
});

testDirectory({ test, factory: async () => ({ storage: memoryStorage(), dispose: async () => {} }) });

testStorage({
  test: (name, run) => test(`users of an application: ${name}`, run),
  factory: async () => ({ ...existingTable(), dispose: async () => {} }),
});
