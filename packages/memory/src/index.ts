export { type ManualClock, manualClock } from './clock.js';
export {
  type Faults,
  type FaultyStorage,
  faultyStorage,
  type HeldCommit,
  type StorageMethod,
} from './faulty-storage.js';
export { type TestHasher, testHasher } from './hasher.js';
export { type MemoryMailer, memoryMailer } from './mailer.js';
export { type EditedColumns, type MemoryStorage, memoryStorage } from './storage.js';
