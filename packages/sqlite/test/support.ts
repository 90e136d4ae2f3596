import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  attemptId,
  type ComparableAddress,
  comparableAddress,
  defaultRealm,
  jobId,
  type NewJob,
  type NewToken,
  type NewUser,
  secretId,
  serviceId,
  tokenId,
  userId,
} from '@pwreset/core';
import { onTestFinished } from 'vitest';
import { type SqliteOptions, type SqliteStorage, sqliteStorage } from '../src/index.js';

export const start = Date.UTC(2026, 0, 2, 3, 4, 5, 678);

/** The path of a file that does not exist yet, in a folder that goes with the test. */
export function freshPath(): string {
  const folder = mkdtempSync(join(tmpdir(), 'pwreset-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'pwreset.db');
}

/** A storage that is closed when the test ends. */
export function openStorage(options: SqliteOptions): SqliteStorage {
  const storage = sqliteStorage({ migrate: true, ...options });
  onTestFinished(() => storage.close());
  return storage;
}

export const ann = userId('ann');

export function address(email: string): ComparableAddress {
  const comparable = comparableAddress(email);
  if (comparable === null) throw new TypeError(`${email} is no address`);
  return comparable;
}

export const newUser = (columns: Partial<NewUser> = {}): NewUser => ({
  id: ann,
  realm: defaultRealm,
  email: 'Ann@example.com',
  address: address('ann@example.com'),
  enabled: true,
  name: 'Ann',
  locale: 'en',
  timezone: 'Etc/UTC',
  stored: '$old$hash',
  passwordAllowReset: true,
  passwordRequireUpdate: false,
  createdAt: start,
  ...columns,
});

export const newToken = (columns: Partial<NewToken> = {}): NewToken => ({
  id: tokenId('token'),
  purpose: 'reset',
  userId: ann,
  serviceId: serviceId('service'),
  secretId: secretId('secret'),
  fingerprint: 'fingerprint',
  issuedAt: start,
  expiresAt: start + 3_600_000,
  ...columns,
});

export const newJob = (columns: Partial<NewJob> = {}): NewJob => ({
  id: jobId('job'),
  kind: 'mail',
  uniqueKey: null,
  address: 'Ann@example.com',
  payload: '{"n":1}',
  createdAt: start,
  dueAt: start,
  expiresAt: start + 3_600_000,
  ...columns,
});

export const entry = (id: string, at = start) => ({
  id: attemptId(id),
  event: 'password_reset' as const,
  at,
  userId: ann,
  serviceId: null,
  ip: null,
  userAgent: null,
});
