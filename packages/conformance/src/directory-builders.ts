import {
  type ComparableAddress,
  defaultRealm,
  type Key,
  type NewKey,
  type NewUser,
  type Service,
  type User,
  type UserId,
  userId,
} from '@pwreset/core';
import { comparable, hashOf, keyIdOf, serviceIdOf, start, uuid } from './storage-builders.js';

export const userIdOf = (n: number): UserId => userId(uuid('a', n));
export const addressOf = (n: number): ComparableAddress => comparable(`user${n}@example.org`);

export const newUser = (n: number, columns: Partial<NewUser> = {}): NewUser => ({
  id: userIdOf(n),
  realm: defaultRealm,
  email: `User${n}@example.org`,
  address: addressOf(n),
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

/** What a new user is read back as. */
export function asUser({ address: _, stored, ...columns }: NewUser): User {
  const credential = stored === null ? ({ state: 'none', stored } as const) : ({ state: 'usable', stored } as const);
  return { ...columns, credential, updatedAt: columns.createdAt };
}

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

/** What a new key is read back as. */
export const asKey = ({ digest: _, ...key }: NewKey): Key => key;

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
  resetUrls: [],
  enabled: true,
  createdAt: start,
  updatedAt: start,
  ...columns,
});
