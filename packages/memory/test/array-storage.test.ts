import { testStorage } from '@pwreset/conformance';
import { test } from 'vitest';
import { arrayApplication } from './array-application.js';
import { arrayStorage } from './array-storage.js';

testStorage({
  test,
  factory: async () => {
    const db = { users: [], keys: [], tokens: [], jobs: [], audit: [], limits: [] };
    return { storage: arrayStorage(db), application: arrayApplication(db), dispose: async () => {} };
  },
});
