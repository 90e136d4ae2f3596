import type { CrashDatabase } from '@pwreset/conformance';
import { manualClock, testHasher } from '@pwreset/memory';
import { postgresStorage } from '../src/index.js';

/** A schema of a database, by its address. `routine`: whether a commit is one call, else it is a transaction of statements. */
export const crashDatabase = (routine: boolean): CrashDatabase => ({
  clock: manualClock,
  hasher: testHasher,
  async open(connection) {
    // Each session takes the server more time to begin than all that it is used for here.
    const storage = await postgresStorage({ connection, routine, maxConnections: 2 });
    return { storage, close: () => storage.close() };
  },
});
