export type { FlowClock, FlowFactory, FlowHasher, FlowMailer, FlowParts, FlowStorage } from './flow-world.js';
export { testFlows } from './flows.js';
export type { TestRunner } from './runner.js';
export type { StorageFactory, StorageUnderTest } from './storage-kit.js';
export { testStorage } from './storage-suite.js';
