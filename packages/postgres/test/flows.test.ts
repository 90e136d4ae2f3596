import { testDirectoryFlows, testFlows } from '@pwreset/conformance';
import { faultyStorage, manualClock, memoryMailer, testHasher } from '@pwreset/memory';
import { describe, test } from 'vitest';
import { placesFor } from './fresh-schema.js';
import { ownStorages } from './own-storage.js';

const tables = ['users', 'services', 'keys', 'tokens', 'jobs', 'limits', 'audit'];
const places = placesFor(import.meta.url);

describe.each([
  { how: 'in one call', routine: true },
  { how: 'statement by statement', routine: false },
])('$how', ({ routine }) => {
  const lease = ownStorages(places, { routine });
  const factory = async () => {
    const { storage, application, pool, place } = await lease();
    return {
      storage: faultyStorage(storage),
      application,
      clock: manualClock(),
      mailer: memoryMailer(),
      hasher: testHasher(),
      dump: async () => {
        const rows = await Promise.all(tables.map((table) => pool.query(`select * from pwreset_${table}`)));
        return JSON.stringify(rows.map((result) => result.rows));
      },
      dispose: async () => place.giveBack(),
    };
  };
  testFlows({ test, factory });
  testDirectoryFlows({ test, factory });
});
