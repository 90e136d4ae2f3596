import type { Clock, Directory, Hasher, Mail, Mailer, Storage } from '@pwreset/core';
import type { Application } from './application.js';

/** A clock that the suite moves. */
export interface FlowClock extends Clock {
  advance(ms: number): Promise<void>;
}

/** A mailer that keeps what it is given and fails on demand. */
export interface FlowMailer extends Mailer {
  readonly mails: readonly Mail[];
  lastMail(to: string, kind?: Mail['kind']): Mail;
  lastLink(to: string, kind?: Mail['kind']): string;
  failNext(fault: Error | 'hang', times?: number): void;
}

/** A fast hasher that counts and fails on demand. */
export interface FlowHasher extends Hasher {
  readonly hashed: number;
  readonly verified: number;
  failNext(error: Error, times?: number): void;
}

/** The storage under test, wrapped so that its answers can be lost. */
export interface FlowStorage extends Storage {
  readonly calls: Readonly<Record<keyof Storage, number>>;
  failNext(method?: keyof Storage, times?: number): void;
  loseNextAnswer(): void;
  loseNextCommit(): void;
}

export interface DirectoryFlowStorage extends FlowStorage, Directory {}

/** What a test of the flows is given afresh. */
export interface FlowParts {
  readonly storage: FlowStorage;
  /** The application's side of the same storage, past the wrapper. */
  readonly application: Application;
  readonly clock: FlowClock;
  readonly mailer: FlowMailer;
  readonly hasher: FlowHasher;
  /** Everything that is at rest, as text: what a thief of the storage would hold. */
  dump(): Promise<string>;
  dispose(): Promise<void>;
}

export interface DirectoryFlowParts extends FlowParts {
  readonly storage: DirectoryFlowStorage;
}

export type FlowFactory<Parts extends FlowParts = FlowParts> = () => Promise<Parts>;

/** Registers one test, which is given fresh parts. */
export type FlowTest<Parts extends FlowParts = FlowParts> = (
  name: string,
  run: (parts: Parts) => Promise<void>,
) => void;
