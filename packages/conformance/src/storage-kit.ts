import assert from 'node:assert/strict';
import type { AuditEntry, DirectoryStorage, Job, Key, Limit, Step, TokenWithUser, User } from '@pwreset/core';
import { type Numbered, tokenIdOf, userIdOf } from './storage-builders.js';

/** A fresh, empty storage and what gives its resources back. */
export interface StorageUnderTest {
  readonly storage: DirectoryStorage;
  dispose(): Promise<void>;
}

export type StorageFactory = () => Promise<StorageUnderTest>;

/** One test. `another` makes a further empty storage, where two runs are compared. */
export type StorageCase = (storage: DirectoryStorage, another: () => Promise<DirectoryStorage>) => Promise<void>;

/** Tests by name. */
export type StorageCases = Readonly<Record<string, StorageCase>>;

/** Commits and expects the list to be applied. */
export async function apply(
  storage: DirectoryStorage,
  steps: readonly Step[],
  limits: readonly Limit[] = [],
): Promise<void> {
  assert.deepEqual(await storage.commit(steps, limits), { outcome: 'applied' });
}

export interface StorageState {
  readonly users: readonly (User | null)[];
  readonly tokens: readonly (TokenWithUser | null)[];
  readonly keys: readonly Key[];
  readonly audit: readonly AuditEntry[];
  readonly jobs: readonly Job[];
}

/** Everything that can be read of these users and tokens, of the queue and of the audit trail, in one fixed order. */
export async function stateOf(storage: DirectoryStorage, { users, tokens }: Numbered): Promise<StorageState> {
  const byId = (a: { readonly id: string }, b: { readonly id: string }): number => (a.id < b.id ? -1 : 1);
  const keys = await Promise.all(users.map((n) => storage.listKeys(userIdOf(n))));
  const audit = await storage.listAudit({ limit: 1000 });
  const jobs = await storage.listJobs({ limit: 1000 });
  return {
    users: await Promise.all(users.map((n) => storage.findUserById(userIdOf(n)))),
    tokens: await Promise.all(tokens.map((n) => storage.findToken(tokenIdOf(n)))),
    keys: keys.flat().toSorted(byId),
    audit: audit.toSorted(byId),
    jobs: jobs.toSorted(byId),
  };
}

/** Runs `work` and expects that it left no trace of any kind. */
export async function expectNoTrace(
  storage: DirectoryStorage,
  seen: Numbered,
  work: () => Promise<unknown>,
): Promise<void> {
  const before = await stateOf(storage, seen);
  await work();
  assert.deepEqual(await stateOf(storage, seen), before);
}

/** Every rotation of a list, forwards and backwards: each item comes first, last and beside others. */
export function orders<Item>(items: readonly Item[]): readonly (readonly Item[])[] {
  const rotations = items.map((_, index) => [...items.slice(index), ...items.slice(0, index)]);
  return [...rotations, ...rotations.map((rotation) => rotation.toReversed())];
}

/** `make(0)` to `make(count - 1)`. */
export const times = <Made>(count: number, make: (n: number) => Made): Made[] =>
  Array.from({ length: count }, (_, n) => make(n));
