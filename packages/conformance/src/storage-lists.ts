import {
  closeTokens,
  type DirectoryStorage,
  disableUser,
  type Effect,
  enqueue,
  type Guard,
  invalidatePassword,
  issueToken,
  record,
  requireCredential,
  requireEnabled,
  revokeKeys,
  type Step,
  setPassword,
  useToken,
} from '@pwreset/core';
import {
  asUser,
  attemptIdOf,
  entry,
  hashOf,
  minute,
  newJob,
  newKey,
  newToken,
  newUser,
  start,
  tokenIdOf,
  userIdOf,
} from './storage-builders.js';
import { apply } from './storage-kit.js';

/** When the sample commits happen: one minute after the samples begin. */
export const later = start + minute;

/** The samples that a confirm or a revoke of user `n` touches. */
export const touched = (n = 1) => ({ users: [n], tokens: [n, n + 100, n + 200, n + 300] });

const own = (n: number) => ({ id: userIdOf(n), stored: hashOf(n) });
const sampleUser = (n: number) => asUser({ ...newUser(n), ...own(n) });

/** User `n` with reset token `n`, a sibling `n + 100` of it, revoke token `n + 200`, and two keys. */
export async function seedUser(storage: DirectoryStorage, n = 1): Promise<void> {
  const ownedBy = { userId: userIdOf(n) };
  await apply(storage, [
    { type: 'createUser', user: newUser(n, { passwordRequireUpdate: true }) },
    { type: 'createKey', key: newKey(n, ownedBy) },
    { type: 'createKey', key: newKey(n + 100, { ...ownedBy, type: 'TOTP' }) },
    issueToken(newToken(n, ownedBy)),
    issueToken(newToken(n + 100, { ...ownedBy, purpose: 'reset_code' })),
    issueToken(newToken(n + 200, { ...ownedBy, purpose: 'revoke', expiresAt: start + 10_080 * minute })),
  ]);
}

/** The guards of a confirmed reset of user `n`. Which attempt makes it is free, so that several can compete. */
export const confirmGuards = (n = 1, attempt = n): readonly Guard[] => [
  useToken(tokenIdOf(n), { now: later, attempt: attemptIdOf(attempt) }),
  requireCredential(sampleUser(n)),
  requireEnabled(userIdOf(n)),
];

/** The effects of a confirmed reset of user `n`; `attempt` keeps the ids of competing attempts apart. */
export const confirmEffects = (n = 1, attempt = n): readonly Effect[] => [
  setPassword(userIdOf(n), hashOf(1000 + attempt), later),
  closeTokens(userIdOf(n), ['reset', 'reset_code'], later),
  issueToken(newToken(attempt + 300, { userId: userIdOf(n), purpose: 'revoke', issuedAt: later })),
  enqueue(newJob(attempt * 2, { kind: 'notice' })),
  enqueue(newJob(attempt * 2 + 1, { kind: 'signal', address: null })),
  record(entry(attempt, { at: later, userId: userIdOf(n) })),
  { type: 'clearLimit', key: `user:${n}` },
];

export const confirmSteps = (n = 1, attempt = n): readonly Step[] => [
  ...confirmGuards(n, attempt),
  ...confirmEffects(n, attempt),
];

export const revokeGuards = (n = 1, attempt = n): readonly Guard[] => [
  useToken(tokenIdOf(n + 200), { now: later, attempt: attemptIdOf(attempt) }),
];

/** The effects of a revoke by user `n`. */
export const revokeEffects = (n = 1, attempt = n): readonly Effect[] => [
  disableUser(userIdOf(n), later),
  invalidatePassword(userIdOf(n), later),
  revokeKeys(userIdOf(n), later),
  closeTokens(userIdOf(n), ['reset', 'reset_code', 'revoke'], later),
  enqueue(newJob(attempt * 2, { kind: 'notice' })),
  enqueue(newJob(attempt * 2 + 1, { kind: 'signal', address: null })),
  record(entry(attempt, { event: 'user_revoked', at: later, userId: userIdOf(n) })),
];

export const revokeSteps = (n = 1, attempt = n): readonly Step[] => [
  ...revokeGuards(n, attempt),
  ...revokeEffects(n, attempt),
];
