import {
  type AttemptId,
  type AuditEntry,
  attemptId,
  type ComparableAddress,
  comparableAddress,
  defaultRealm,
  type JobId,
  jobId,
  type KeyId,
  keyId,
  type Limit,
  type NewJob,
  type NewKey,
  type NewToken,
  type NewUser,
  type Service,
  type ServiceId,
  secretId,
  serviceId,
  type Token,
  type TokenId,
  tokenId,
  type User,
  type UserId,
  userId,
} from '@pwreset/core';

/** When every sample begins: a time with odd milliseconds, so that rounding shows. */
export const start = Date.UTC(2026, 2, 29, 1, 30, 7, 123);
export const minute = 60_000;

/** Samples are numbered; two samples with one number are the same thing. */
export interface Numbered {
  readonly users: readonly number[];
  readonly tokens: readonly number[];
}

const uuid = (kind: 'a' | 'b' | 'c' | 'd', n: number): string =>
  `${kind}0000000-0000-4000-8000-${n.toString(16).padStart(12, '0')}`;
const short = (kind: string, n: number): string => `${kind}${n.toString().padStart(19, '0')}`;

export const userIdOf = (n: number): UserId => userId(uuid('a', n));
export const serviceIdOf = (n: number): ServiceId => serviceId(uuid('b', n));
export const keyIdOf = (n: number): KeyId => keyId(uuid('c', n));
export const attemptIdOf = (n: number): AttemptId => attemptId(uuid('d', n));
export const tokenIdOf = (n: number): TokenId => tokenId(short('t', n));
export const jobIdOf = (n: number): JobId => jobId(short('j', n));

export function comparable(email: string): ComparableAddress {
  const address = comparableAddress(email);
  if (address === null) throw new TypeError(`not an address: ${email}`);
  return address;
}

export const hashOf = (n: number): string => `$test$v=1$${n}$abcdef+/=`;

export const newUser = (n: number, columns: Partial<NewUser> = {}): NewUser => ({
  id: userIdOf(n),
  realm: defaultRealm,
  email: `User${n}@example.org`,
  address: comparable(`user${n}@example.org`),
  enabled: true,
  name: `User ${n}`,
  locale: 'de-CH',
  timezone: 'Europe/Zurich',
  stored: hashOf(n),
  passwordAllowReset: true,
  passwordRequireUpdate: false,
  createdAt: start,
  ...columns,
});

/** What a new user with a usable password is read back as. */
export function asUser({ address: _, stored, ...columns }: NewUser & { readonly stored: string }): User {
  return { ...columns, credential: { state: 'usable', stored }, updatedAt: columns.createdAt };
}

export const newToken = (n: number, columns: Partial<NewToken> = {}): NewToken => ({
  id: tokenIdOf(n),
  purpose: 'reset',
  userId: userIdOf(1),
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
  address: `user${n}@example.org`,
  payload: `{"n":${n}}`,
  createdAt: start + n,
  dueAt: start,
  expiresAt: start + 60 * minute,
  ...columns,
});

export const newKey = (n: number, columns: Partial<NewKey> = {}): NewKey => ({
  id: keyIdOf(n),
  type: 'KEY',
  name: `Key ${n}`,
  serviceId: serviceIdOf(1),
  userId: userIdOf(1),
  enabled: true,
  revoked: false,
  createdAt: start,
  updatedAt: start,
  digest: n.toString(16).padStart(64, '0'),
  ...columns,
});

export const newService = (n: number, columns: Partial<Service> = {}): Service => ({
  id: serviceIdOf(n),
  name: `Service ${n}`,
  url: `https://service${n}.example`,
  links: {
    reset: `https://service${n}.example/reset?token={{token}}`,
    resetNotice: `https://service${n}.example/reset/not-me#{{token}}`,
    updateNotice: `https://service${n}.example/update/not-me#{{token}}`,
    emailChangeNotice: `https://service${n}.example/email/not-me#{{token}}`,
  },
  enabled: true,
  createdAt: start,
  updatedAt: start,
  ...columns,
});

export const entry = (n: number, columns: Partial<AuditEntry> = {}): AuditEntry => ({
  id: attemptIdOf(n),
  event: 'password_reset',
  at: start + n,
  userId: userIdOf(1),
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
