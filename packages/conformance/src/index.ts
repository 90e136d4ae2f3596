export { testFlows } from './flows.js';
export type { StorageFactory, StorageUnderTest } from './storage-kit.js';
export { testStorage } from './storage-suite.js';
