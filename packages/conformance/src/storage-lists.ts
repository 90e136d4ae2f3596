import {
  clearLimit,
  closeTokens,
  disableUser,
  type Effect,
  enqueue,
  type Guard,
  invalidatePassword,
  issueToken,
  type NewToken,
  record,
  requireEnabled,
  revokeKeys,
  type Step,
  setPassword,
  type UserId,
  useToken,
} from '@pwreset/core';
import type { Application } from './application.js';
import {
  attemptIdOf,
  emailOf,
  entry,
  hashOf,
  keyIdOf,
  later,
  minute,
  newJob,
  newToken,
  start,
  tokenIdOf,
} from './storage-builders.js';
import { addUser, apply, type Seen, type Subject } from './storage-kit.js';

/** The samples that a confirm or a revoke of user `n` touches. */
export const touched = (n = 1): Seen => ({ users: [n], tokens: [n, n + 100, n + 200, n + 300] });

/** What the sample user `n` was added with, as a guard. */
export const requireSample = (id: UserId, n = 1): Guard => ({
  type: 'requireCredential',
  userId: id,
  stored: hashOf(n),
  email: emailOf(n),
});

/** When the sample codes are over. */
export const codeEnd = start + 10 * minute;

export const newCode = (n: number, userId: UserId, columns: Partial<NewToken> = {}): NewToken =>
  newToken(n, userId, { purpose: 'reset_code', expiresAt: codeEnd, ...columns });

/** Issues the code `n` as a flow does: it closes what was open. */
export const issueCode = (n: number, userId: UserId, now = later): readonly Effect[] => [
  closeTokens(userId, ['reset_code'], now),
  issueToken(newCode(n, userId)),
];

/** User `n` with reset token `n`, its code `n + 100`, revoke token `n + 200`, and two keys. Answers the user's id. */
export async function seedUser({ storage, application }: Subject, n = 1): Promise<UserId> {
  const id = await addUser(application, n);
  await Promise.all([
    application.addKey({ id: keyIdOf(n), userId: id, createdAt: start }),
    application.addKey({ id: keyIdOf(n + 100), userId: id, createdAt: start }),
    apply(storage, [
      issueToken(newToken(n, id)),
      closeTokens(id, ['reset_code'], start),
      issueToken(newToken(n + 100, id, { purpose: 'reset_code' })),
      issueToken(newToken(n + 200, id, { purpose: 'revoke', expiresAt: start + 10_080 * minute })),
    ]),
  ]);
  return id;
}

/** Seeds users 1 to `count`; answers their numbers. */
export async function seedUsers(subject: Subject, count: number): Promise<readonly number[]> {
  const users = Array.from({ length: count }, (_, index) => index + 1);
  await Promise.all(users.map((n) => seedUser(subject, n)));
  return users;
}

/** The guards of a confirmed reset of user `n`. Which attempt makes it is free, so that several can compete. */
export const confirmGuards = (application: Application, n = 1, attempt = n): readonly Guard[] => [
  useToken(tokenIdOf(n), { now: later, attempt: attemptIdOf(attempt) }),
  requireSample(application.userId(n), n),
  requireEnabled(application.userId(n)),
];

/** The effects of a confirmed reset of user `n`; `attempt` keeps the ids of competing attempts apart. */
export function confirmEffects(application: Application, n = 1, attempt = n): readonly Effect[] {
  const id = application.userId(n);
  return [
    setPassword(id, hashOf(1000 + attempt), later),
    closeTokens(id, ['reset', 'reset_code'], later),
    issueToken(newToken(attempt + 300, id, { purpose: 'revoke', issuedAt: later })),
    enqueue(newJob(attempt * 2, { kind: 'notice' })),
    enqueue(newJob(attempt * 2 + 1, { kind: 'signal', address: null })),
    record(entry(attempt, { at: later, userId: id })),
    clearLimit(`user:${n}`),
  ];
}

export const confirmSteps = (application: Application, n = 1, attempt = n): readonly Step[] => [
  ...confirmGuards(application, n, attempt),
  ...confirmEffects(application, n, attempt),
];

export const revokeGuards = (n = 1, attempt = n): readonly Guard[] => [
  useToken(tokenIdOf(n + 200), { now: later, attempt: attemptIdOf(attempt) }),
];

/** The effects of a revoke by user `n`. */
export function revokeEffects(application: Application, n = 1, attempt = n): readonly Effect[] {
  const id = application.userId(n);
  return [
    disableUser(id, later),
    invalidatePassword(id, later),
    revokeKeys(id, later),
    closeTokens(id, ['reset', 'reset_code', 'revoke'], later),
    enqueue(newJob(attempt * 2, { kind: 'notice' })),
    enqueue(newJob(attempt * 2 + 1, { kind: 'signal', address: null })),
    record(entry(attempt, { event: 'user_revoked', at: later, userId: id })),
  ];
}

export const revokeSteps = (application: Application, n = 1, attempt = n): readonly Step[] => [
  ...revokeGuards(n, attempt),
  ...revokeEffects(application, n, attempt),
];
