import {
  type AttemptId,
  type AuditEntry,
  attemptId,
  type ComparableAddress,
  comparableAddress,
  type JobId,
  jobId,
  type KeyId,
  keyId,
  type Limit,
  type NewJob,
  type NewToken,
  type ServiceId,
  secretId,
  serviceId,
  type Token,
  type TokenId,
  tokenId,
  type UserId,
} from '@pwreset/core';

/** When every sample begins: a time with odd milliseconds, so that rounding shows. */
export const start = Date.UTC(2026, 2, 29, 1, 30, 7, 123);
export const minute = 60_000;

/** When the sample commits happen: one minute after the samples begin. */
export const later = start + minute;

const short = (kind: string, n: number): string => `${kind}${n.toString().padStart(19, '0')}`;

/** A UUID of version 4 that says what it is of. */
export const uuid = (kind: 'a' | 'b' | 'c' | 'd', n: number): string =>
  `${kind}0000000-0000-4000-8000-${n.toString(16).padStart(12, '0')}`;

// Samples are numbered; two samples with one number are the same thing.
export const serviceIdOf = (n: number): ServiceId => serviceId(uuid('b', n));
export const keyIdOf = (n: number): KeyId => keyId(uuid('c', n));
export const attemptIdOf = (n: number): AttemptId => attemptId(uuid('d', n));
export const tokenIdOf = (n: number): TokenId => tokenId(short('t', n));
export const jobIdOf = (n: number): JobId => jobId(short('j', n));

export const emailOf = (n: number): string => `user${n}@example.org`;
export const hashOf = (n: number): string => `$test$v=1$${n}$abcdef+/=`;

export function comparable(email: string): ComparableAddress {
  const address = comparableAddress(email);
  if (address === null) throw new TypeError(`not an address: ${email}`);
  return address;
}

export const newToken = (n: number, userId: UserId, columns: Partial<NewToken> = {}): NewToken => ({
  id: tokenIdOf(n),
  purpose: 'reset',
  userId,
  serviceId: serviceIdOf(1),
  secretId: secretId('secret-1'),
  fingerprint: `fingerprint-${n}`,
  issuedAt: start,
  expiresAt: start + 60 * minute,
  ...columns,
});

/** What a new token is read back as, or what became of it. */
export const asToken = (token: NewToken, ended: Partial<Token> = {}): Token => ({
  ...token,
  usedAt: null,
  usedBy: null,
  closedAt: null,
  ...ended,
});

export const newJob = (n: number, columns: Partial<NewJob> = {}): NewJob => ({
  id: jobIdOf(n),
  kind: 'mail',
  uniqueKey: null,
  address: emailOf(n),
  payload: `{"n":${n}}`,
  createdAt: start + n,
  dueAt: start,
  expiresAt: start + 60 * minute,
  ...columns,
});

export const entry = (n: number, columns: Partial<AuditEntry> = {}): AuditEntry => ({
  id: attemptIdOf(n),
  event: 'password_reset',
  at: start + n,
  userId: null,
  serviceId: serviceIdOf(1),
  ip: '2001:db8::1',
  userAgent: 'Mozilla/5.0 (X11; Linux x86_64)',
  ...columns,
});

/** Three at once, then one more every minute. */
export const limit = (columns: Partial<Limit> = {}): Limit => ({
  name: 'ip',
  key: 'ip:192.0.2.1',
  capacity: 3,
  refillMs: minute,
  now: start,
  ...columns,
});
