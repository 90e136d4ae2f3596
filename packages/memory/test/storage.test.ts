import {
  attemptId,
  comparableAddress,
  createUser,
  defaultRealm,
  type NewUser,
  requireCredential,
  userId,
} from '@pwreset/core';
import { describe, expect, it } from 'vitest';
import { memoryStorage } from '../src/storage.js';

const id = userId('ann');
const address = (email: string) => {
  const comparable = comparableAddress(email);
  if (comparable === null) throw new TypeError(email);
  return comparable;
};
const ann: NewUser = {
  id,
  realm: defaultRealm,
  email: 'Ann@example.org',
  address: address('ann@example.org'),
  enabled: true,
  name: 'Ann',
  locale: 'en',
  timezone: 'Etc/UTC',
  stored: 'hash',
  passwordAllowReset: true,
  passwordRequireUpdate: false,
  createdAt: 1,
};

describe('memoryStorage', () => {
  it('is changed past every flow by editUser, and a guard sees it', async () => {
    const storage = memoryStorage();
    await storage.commit([createUser(ann)]);
    const before = await storage.findUserById(id);
    if (before === null) throw new Error('the user is missing');
    storage.editUser(id, { email: 'new@example.org', address: address('new@example.org') });
    expect(await storage.commit([requireCredential(before)])).toEqual({ outcome: 'guard_failed', guard: 0 });
    expect(await storage.findUsersByEmail(defaultRealm, ann.address)).toEqual([]);
    expect(await storage.findUsersByEmail(defaultRealm, address('new@example.org'))).toHaveLength(1);
    storage.editUser(userId('nobody'), { enabled: false });
    expect(await storage.findUserById(userId('nobody'))).toBeNull();
  });

  it('shows in a dump all that it keeps', async () => {
    const storage = memoryStorage();
    await storage.commit([createUser(ann)]);
    await storage.charge([{ name: 'ip', key: 'ip:192.0.2.1', capacity: 1, refillMs: 1, now: 1 }]);
    await storage.settle(attemptId('lost'), 5);
    const kept = JSON.parse(storage.dump());
    expect(kept.users).toEqual([{ ...ann, updatedAt: 1 }]);
    expect(kept.limits).toEqual([{ key: 'ip:192.0.2.1', arrival: 2 }]);
    expect(kept.audit).toEqual([{ id: 'lost', event: null, at: 5 }]);
  });

  it('hands out frozen copies', async () => {
    const storage = memoryStorage();
    await storage.commit([createUser(ann)]);
    const user = await storage.findUserById(id);
    expect(Object.isFrozen(user) && Object.isFrozen(user?.credential)).toBe(true);
    expect(await storage.findUserById(id)).toEqual(user);
  });

  it('shares nothing with another one', async () => {
    const storage = memoryStorage();
    await storage.commit([createUser(ann)]);
    expect(await memoryStorage().findUserById(id)).toBeNull();
  });
});
