import assert from 'node:assert/strict';
import {
  closeTokens,
  createKey,
  createUser,
  deleteUser,
  disableUser,
  enableUser,
  invalidatePassword,
  issueToken,
  record,
  rehashPassword,
  requireCredential,
  revokeKeys,
  setPassword,
  useToken,
} from '@pwreset/core';
import {
  asToken,
  asUser,
  attemptIdOf,
  entry,
  hashOf,
  newKey,
  newToken,
  newUser,
  start,
  tokenIdOf,
  userIdOf,
} from './storage-builders.js';
import { apply, type StorageCases, stateOf } from './storage-kit.js';
import { later } from './storage-lists.js';

const sample = asUser({ ...newUser(1), stored: hashOf(1) });

export const effectCases: StorageCases = {
  'an empty list is applied': async (storage) => {
    await apply(storage, []);
  },

  'setPassword writes the hash, ends the demand for an update and nothing else': async (storage) => {
    await apply(storage, [createUser(newUser(1, { passwordRequireUpdate: true, enabled: false }))]);
    await apply(storage, [createUser(newUser(2, { passwordRequireUpdate: true }))]);
    await apply(storage, [setPassword(userIdOf(1), 'new hash', later)]);
    assert.deepEqual(await storage.findUserById(userIdOf(1)), {
      ...sample,
      enabled: false,
      credential: { state: 'usable', stored: 'new hash' },
      updatedAt: later,
    });
    assert.equal((await storage.findUserById(userIdOf(2)))?.passwordRequireUpdate, true);
  },

  'rehashPassword writes the hash and leaves the demand for an update': async (storage) => {
    await apply(storage, [createUser(newUser(1, { passwordRequireUpdate: true }))]);
    await apply(storage, [rehashPassword(userIdOf(1), 'new hash', later)]);
    assert.deepEqual(await storage.findUserById(userIdOf(1)), {
      ...sample,
      passwordRequireUpdate: true,
      credential: { state: 'usable', stored: 'new hash' },
      updatedAt: later,
    });
  },

  'setPassword gives a password to a user who had none, and one back to whose was made unusable': async (storage) => {
    await apply(storage, [createUser(newUser(1, { stored: null })), createUser(newUser(2))]);
    await apply(storage, [invalidatePassword(userIdOf(2), later)]);
    for (const n of [1, 2]) {
      await apply(storage, [setPassword(userIdOf(n), hashOf(9), later)]);
      const credential = (await storage.findUserById(userIdOf(n)))?.credential;
      assert.deepEqual(credential, { state: 'usable', stored: hashOf(9) });
    }
  },

  'invalidatePassword leaves no hash behind and changes what requireCredential compares': async (storage) => {
    await apply(storage, [createUser(newUser(1)), createUser(newUser(2, { stored: null }))]);
    await apply(storage, [invalidatePassword(userIdOf(1), later), invalidatePassword(userIdOf(2), later)]);
    for (const n of [1, 2]) {
      const user = await storage.findUserById(userIdOf(n));
      assert.equal(user?.credential.state, 'unusable');
      assert.notEqual(user.credential.stored, hashOf(n));
      assert.equal(user.enabled, true);
    }
    assert.deepEqual(await storage.commit([requireCredential(sample)]), { outcome: 'guard_failed', guard: 0 });
  },

  'disableUser and enableUser change enabled and nothing else': async (storage) => {
    await apply(storage, [createUser(newUser(1)), createUser(newUser(2))]);
    await apply(storage, [disableUser(userIdOf(1), later)]);
    assert.deepEqual(await storage.findUserById(userIdOf(1)), { ...sample, enabled: false, updatedAt: later });
    assert.equal((await storage.findUserById(userIdOf(2)))?.enabled, true);
    await apply(storage, [enableUser(userIdOf(1), later + 1)]);
    assert.deepEqual(await storage.findUserById(userIdOf(1)), { ...sample, updatedAt: later + 1 });
  },

  'closeTokens closes the open tokens of its user and purposes and no other': async (storage) => {
    const tokens = [
      newToken(1),
      newToken(2, { purpose: 'reset_code' }),
      newToken(3, { purpose: 'revoke' }),
      newToken(4, { userId: userIdOf(2) }),
      newToken(5),
    ];
    await apply(storage, [createUser(newUser(1)), createUser(newUser(2)), ...tokens.map(issueToken)]);
    await apply(storage, [useToken(tokenIdOf(5), { now: start + 5, attempt: attemptIdOf(1) })]);
    await apply(storage, [closeTokens(userIdOf(1), ['reset', 'reset_code'], later)]);
    await apply(storage, [closeTokens(userIdOf(1), ['reset'], later + 1)]);
    const closedAt = await Promise.all(tokens.map(async ({ id }) => (await storage.findToken(id))?.token.closedAt));
    assert.deepEqual(closedAt, [later, later, null, null, null]);
  },

  'closeTokens with no purposes closes nothing': async (storage) => {
    await apply(storage, [issueToken(newToken(1))]);
    await apply(storage, [closeTokens(userIdOf(1), [], later)]);
    assert.deepEqual((await storage.findToken(tokenIdOf(1)))?.token, asToken(newToken(1)));
  },

  'a token id is taken once': async (storage) => {
    await apply(storage, [issueToken(newToken(1))]);
    const again = issueToken(newToken(1, { purpose: 'revoke', userId: userIdOf(2) }));
    const result = await storage.commit([record(entry(1)), again]).catch(() => null);
    assert.notEqual(result?.outcome, 'applied');
    assert.deepEqual((await storage.findToken(tokenIdOf(1)))?.token, asToken(newToken(1)));
    assert.deepEqual(await storage.listAudit({ limit: 10 }), []);
  },

  'revokeKeys disables and revokes every key of its user and no other': async (storage) => {
    const mine = [newKey(1), newKey(2, { type: 'TOKEN' }), newKey(3, { type: 'TOTP', enabled: false })];
    const others = [newKey(4, { userId: userIdOf(2) }), newKey(5, { userId: null })];
    await apply(storage, [...mine, ...others].map(createKey));
    await apply(storage, [revokeKeys(userIdOf(1), later)]);
    for (const { id } of mine) {
      const key = await storage.findKey(id);
      assert.deepEqual([key?.enabled, key?.revoked, key?.updatedAt], [false, true, later]);
    }
    for (const { digest, ...key } of others) assert.deepEqual(await storage.findKey(key.id), key);
  },

  'record keeps the row as written': async (storage) => {
    const bare = entry(2, { event: 'service_created', userId: null, serviceId: null, ip: null, userAgent: null });
    await apply(storage, [record(entry(1)), record(bare)]);
    assert.deepEqual(await storage.listAudit({ limit: 10 }), [bare, entry(1)]);
  },

  'deleteUser removes the user and nothing that bears the id': async (storage) => {
    const seen = { users: [1], tokens: [1] };
    await apply(storage, [createUser(newUser(1)), issueToken(newToken(1)), createKey(newKey(1)), record(entry(1))]);
    const { digest, ...key } = newKey(1);
    await apply(storage, [deleteUser(userIdOf(1))]);
    assert.deepEqual(await stateOf(storage, seen), {
      users: [null],
      tokens: [{ token: asToken(newToken(1)), user: null }],
      keys: [key],
      audit: [entry(1)],
      jobs: [],
    });
    assert.deepEqual(await storage.findUsersByEmail(newUser(1).realm, newUser(1).address), []);
    assert.deepEqual(await storage.findKeyByDigest(digest), { key, user: null });
  },

  'what a list does to a user who is gone is nothing': async (storage) => {
    await apply(storage, [
      setPassword(userIdOf(1), hashOf(1), later),
      disableUser(userIdOf(1), later),
      closeTokens(userIdOf(1), ['reset'], later),
      revokeKeys(userIdOf(1), later),
      record(entry(1)),
    ]);
    assert.equal(await storage.findUserById(userIdOf(1)), null);
    assert.deepEqual(await storage.listAudit({ limit: 10 }), [entry(1)]);
  },
};
