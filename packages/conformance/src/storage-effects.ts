import assert from 'node:assert/strict';
import {
  closeTokens,
  createUser,
  defaultRealm,
  disableUser,
  enableUser,
  invalidatePassword,
  issueToken,
  record,
  rehashPassword,
  requireCredential,
  revokeKeys,
  setPassword,
  type User,
  useToken,
} from '@pwreset/core';
import {
  asToken,
  attemptIdOf,
  comparable,
  emailOf,
  entry,
  hashOf,
  keyIdOf,
  later,
  newToken,
  start,
  tokenIdOf,
} from './storage-builders.js';
import { addUser, apply, auditOf, type StorageCases, tokenOf, userOf } from './storage-kit.js';

/** A user without the time of its last change, which a table may not have. */
const steady = ({ updatedAt, ...columns }: User) => columns;

const withHash = (user: User, stored: string) => ({
  ...steady(user),
  credential: { state: 'usable', stored } as const,
});

export const effectCases: StorageCases = {
  'an empty list is applied': async ({ storage }) => {
    await apply(storage, []);
  },

  'setPassword writes the hash, ends the demand for an update and nothing else': async ({ storage, application }) => {
    const id = await addUser(application, 1, { enabled: false });
    const [before, other] = [await userOf(storage, id), await userOf(storage, await addUser(application, 2))];
    await apply(storage, [setPassword(id, hashOf(9), later)]);
    const after = await userOf(storage, id);
    assert.deepEqual(steady(after), { ...withHash(before, hashOf(9)), passwordRequireUpdate: false });
    assert.deepEqual(await userOf(storage, other.id), other);
  },

  'rehashPassword writes the hash and leaves the demand for an update': async ({ storage, application }) => {
    const before = await userOf(storage, await addUser(application));
    await apply(storage, [rehashPassword(before.id, hashOf(9), later)]);
    assert.deepEqual(steady(await userOf(storage, before.id)), withHash(before, hashOf(9)));
  },

  'setPassword gives a password back to a user whose was made unusable': async ({ storage, application }) => {
    const id = await addUser(application);
    await apply(storage, [invalidatePassword(id, later)]);
    await apply(storage, [setPassword(id, hashOf(9), later)]);
    assert.deepEqual((await userOf(storage, id)).credential, { state: 'usable', stored: hashOf(9) });
  },

  'invalidatePassword leaves no hash behind and changes what requireCredential compares': async ({
    storage,
    application,
  }) => {
    const before = await userOf(storage, await addUser(application));
    await apply(storage, [invalidatePassword(before.id, later)]);
    const { credential, ...after } = steady(await userOf(storage, before.id));
    assert.equal(credential.state, 'unusable');
    assert.ok(!credential.stored?.includes(hashOf(1)));
    assert.deepEqual({ ...after, credential: before.credential }, steady(before));
    assert.deepEqual(await storage.commit([requireCredential(before)]), { outcome: 'guard_failed', guard: 0 });
  },

  'disableUser and enableUser change enabled and nothing else': async ({ storage, application }) => {
    const before = await userOf(storage, await addUser(application, 1));
    const other = await userOf(storage, await addUser(application, 2));
    await apply(storage, [disableUser(before.id, later)]);
    assert.deepEqual(steady(await userOf(storage, before.id)), { ...steady(before), enabled: false });
    await apply(storage, [disableUser(before.id, later)]);
    assert.deepEqual(steady(await userOf(storage, before.id)), { ...steady(before), enabled: false });
    await apply(storage, [enableUser(before.id, later + 1)]);
    assert.deepEqual(steady(await userOf(storage, before.id)), steady(before));
    assert.deepEqual(await userOf(storage, other.id), other);
  },

  'a new password does not enable a user who is disabled': async ({ storage, application }) => {
    const id = await addUser(application);
    await apply(storage, [disableUser(id, later), invalidatePassword(id, later)]);
    await apply(storage, [setPassword(id, hashOf(8), later)]);
    assert.equal((await userOf(storage, id)).enabled, false);
    await apply(storage, [rehashPassword(id, hashOf(9), later)]);
    const { enabled, credential } = await userOf(storage, id);
    assert.deepEqual([enabled, credential], [false, { state: 'usable', stored: hashOf(9) }]);
  },

  'closeTokens closes the open tokens of its user and purposes and no other': async ({ storage, application }) => {
    const [one, two] = [await addUser(application, 1), await addUser(application, 2)];
    const tokens = [
      newToken(1, one),
      newToken(2, one, { purpose: 'reset_code' }),
      newToken(3, one, { purpose: 'revoke' }),
      newToken(4, two),
      newToken(5, one),
    ];
    await apply(storage, [closeTokens(one, ['reset_code'], start), ...tokens.map(issueToken)]);
    await apply(storage, [useToken(tokenIdOf(5), { now: start + 5, attempt: attemptIdOf(1) })]);
    await apply(storage, [closeTokens(one, ['reset', 'reset_code'], later)]);
    await apply(storage, [closeTokens(one, ['reset'], later + 1)]);
    const closedAt = await Promise.all([1, 2, 3, 4, 5].map(async (n) => (await tokenOf(storage, n)).closedAt));
    assert.deepEqual(closedAt, [later, later, null, null, null]);
  },

  'closeTokens with no purposes closes nothing': async ({ storage, application }) => {
    const id = await addUser(application);
    await apply(storage, [issueToken(newToken(1, id))]);
    await apply(storage, [closeTokens(id, [], later)]);
    assert.deepEqual(await tokenOf(storage, 1), asToken(newToken(1, id)));
  },

  'a token id is taken once': async ({ storage, application }) => {
    const [one, two] = [await addUser(application, 1), await addUser(application, 2)];
    await apply(storage, [issueToken(newToken(1, one))]);
    const again = issueToken(newToken(1, two, { purpose: 'revoke' }));
    const result = await storage.commit([record(entry(1)), again]).catch(() => null);
    assert.notEqual(result?.outcome, 'applied');
    assert.deepEqual(await tokenOf(storage, 1), asToken(newToken(1, one)));
    assert.deepEqual(await application.audit(), []);
  },

  'revokeKeys disables and revokes every key of its user and no other': async ({ storage, application }) => {
    const [one, two] = [await addUser(application, 1), await addUser(application, 2)];
    for (const n of [1, 2, 3]) await application.addKey({ id: keyIdOf(n), userId: one, createdAt: start });
    await application.addKey({ id: keyIdOf(4), userId: two, createdAt: start });
    await apply(storage, [revokeKeys(one, later)]);
    const keys = await application.keys(one);
    assert.deepEqual(keys.map(({ id }) => id).sort(), [1, 2, 3].map(keyIdOf));
    assert.ok(keys.every(({ enabled, revoked }) => !enabled && revoked));
    assert.deepEqual(await application.keys(two), [{ id: keyIdOf(4), enabled: true, revoked: false }]);
  },

  'record keeps the row as written': async ({ storage, application }) => {
    const bare = entry(2, { event: 'service_created', userId: null, serviceId: null, ip: null, userAgent: null });
    const full = entry(1, { userId: application.userId(1) });
    await apply(storage, [record(full), record(bare)]);
    assert.deepEqual(await auditOf(application), [full, bare]);
  },

  'what a list does to a user who is gone is nothing': async ({ storage, application }) => {
    const id = await addUser(application);
    await application.deleteUser(id);
    await apply(storage, [
      setPassword(id, hashOf(1), later),
      disableUser(id, later),
      closeTokens(id, ['reset'], later),
      revokeKeys(id, later),
      record(entry(1)),
    ]);
    assert.equal(await storage.findUserById(id), null);
    assert.deepEqual(await application.audit(), [entry(1)]);
  },

  'a step of the Directory is carried out, or is a TypeError and nothing is applied': async ({
    storage,
    application,
  }) => {
    const id = application.userId(1);
    const [email, address] = [emailOf(1), comparable(emailOf(1))];
    const columns = { id, email, address, realm: defaultRealm, name: '', locale: 'en', timezone: 'Etc/UTC' } as const;
    const flags = { enabled: true, passwordAllowReset: true, passwordRequireUpdate: false };
    const step = createUser({ ...columns, ...flags, stored: hashOf(1), createdAt: start });
    const outcome = await storage.commit([record(entry(1)), step]).then(
      (result) => result.outcome,
      (error: unknown) => error,
    );
    const applied = outcome === 'applied';
    assert.ok(applied || outcome instanceof TypeError, `${outcome}`);
    assert.equal((await application.audit()).length, applied ? 1 : 0);
    assert.equal((await storage.findUserById(id)) !== null, applied);
  },
};
