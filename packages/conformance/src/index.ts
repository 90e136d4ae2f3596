export type { Application, KeyState, SampleUser } from './application.js';
export { crashChild } from './crash-child.js';
export { crashRounds } from './crash-rounds.js';
export type { CrashRow, CrashRows } from './crash-rows.js';
export type { CrashStep } from './crash-steps.js';
export { testCrashes } from './crash-suite.js';
export type { CrashClock, CrashDatabase, CrashTarget, HeldUser } from './crash-target.js';
export { directoryApplication, type EditedColumns } from './directory-application.js';
export type { DirectoryFactory, DirectoryUnderTest } from './directory-kit.js';
export { testDirectory } from './directory-suite.js';
export type {
  DirectoryFlowParts,
  DirectoryFlowStorage,
  FlowClock,
  FlowFactory,
  FlowHasher,
  FlowMailer,
  FlowParts,
  FlowStorage,
} from './flow-parts.js';
export { type FlowSuite, testDirectoryFlows, testFlows } from './flows.js';
export { type HasherFactory, type HasherUnderTest, testHasher } from './hasher-suite.js';
export type { MailerFactory, MailerUnderTest, ReceivedMail } from './mailer-kit.js';
export { testMailer } from './mailer-suite.js';
export { type Contender, type ContenderProcess, connectContender } from './processes-contender.js';
export type { SharedStorageFactory, SharedStorageUnderTest } from './processes-kit.js';
export type {
  ClaimQuery,
  CommitCall,
  ContenderCommitResult,
  ContenderReply,
  ContenderRequest,
  ContenderResults,
  ContenderWork,
  SettleCall,
} from './processes-messages.js';
export { type ContenderChannel, serveContender } from './processes-serve.js';
export { testStorageAcrossProcesses } from './processes-suite.js';
export type { TestRunner } from './runner.js';
export type { StorageFactory, StorageUnderTest } from './storage-kit.js';
export { testStorage } from './storage-suite.js';
