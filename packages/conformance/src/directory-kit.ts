import assert from 'node:assert/strict';
import { type DirectoryStorage, enqueue, record, type Step } from '@pwreset/core';
import { userIdOf } from './directory-builders.js';
import { entry, newJob, tokenIdOf } from './storage-builders.js';
import type { Seen } from './storage-kit.js';

/** A fresh, empty storage with a Directory, and what gives its resources back. */
export interface DirectoryUnderTest {
  readonly storage: DirectoryStorage;
  dispose(): Promise<void>;
}

export type DirectoryFactory = () => Promise<DirectoryUnderTest>;

/** One test. */
export type DirectoryCase = (subject: DirectoryUnderTest) => Promise<void>;

/** Tests by name. */
export type DirectoryCases = Readonly<Record<string, DirectoryCase>>;

/** Everything that can be read of these users and tokens, of the queue and of the audit trail. */
export const directoryState = async (storage: DirectoryStorage, { users, tokens }: Seen) => ({
  users: await Promise.all(users.map((n) => storage.findUserById(userIdOf(n)))),
  tokens: await Promise.all(tokens.map((n) => storage.findToken(tokenIdOf(n)))),
  keys: (await Promise.all(users.map((n) => storage.listKeys(userIdOf(n))))).flat(),
  audit: await storage.listAudit({ limit: 1000 }),
  jobs: await storage.listJobs({ limit: 1000 }),
});

/** Commits a step beside others and expects that it conflicts, and that nothing of the list is applied. */
export async function expectConflict(storage: DirectoryStorage, step: Step): Promise<void> {
  const seen = { users: [1, 2], tokens: [] };
  const before = await directoryState(storage, seen);
  const steps = [record(entry(99)), enqueue(newJob(99)), step];
  assert.deepEqual(await storage.commit(steps), { outcome: 'conflict', step: 2 });
  assert.deepEqual(await directoryState(storage, seen), before);
}
