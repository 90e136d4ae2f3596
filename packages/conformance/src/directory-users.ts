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
  patchUser,
  realm,
  record,
  rehashPassword,
  requireCredential,
  setPassword,
  type UserPatch,
} from '@pwreset/core';
import { addressOf, asKey, asUser, newKey, newUser, userIdOf } from './directory-builders.js';
import { type DirectoryCases, directoryState, expectConflict } from './directory-kit.js';
import { asToken, entry, hashOf, later, limit, newToken, start } from './storage-builders.js';
import { apply, times } from './storage-kit.js';

const patches: readonly UserPatch[] = [
  {},
  { name: '' },
  { name: 'New' },
  { locale: 'ar' },
  { timezone: 'Asia/Tokyo' },
  { passwordAllowReset: false },
  { passwordRequireUpdate: true },
  { name: 'All', locale: 'fr', timezone: 'Etc/UTC', passwordAllowReset: false, passwordRequireUpdate: true },
];

export const directoryUserCases: DirectoryCases = {
  'a user is read back as written, by id and by address': async ({ storage }) => {
    const users = [
      newUser(1),
      newUser(2, {
        enabled: false,
        passwordAllowReset: false,
        passwordRequireUpdate: true,
        name: '',
        createdAt: start + 1,
      }),
    ];
    await apply(storage, users.map(createUser));
    for (const user of users) {
      assert.deepEqual(await storage.findUserById(user.id), asUser(user));
      assert.deepEqual(await storage.findUsersByEmail(user.realm, user.address), [asUser(user)]);
    }
  },

  'an address is looked for within its realm': async ({ storage }) => {
    const guest = newUser(2, { realm: realm('guests'), email: newUser(1).email, address: addressOf(1) });
    await apply(storage, [createUser(newUser(1)), createUser(guest)]);
    const idsIn = async (name: string): Promise<string[]> =>
      (await storage.findUsersByEmail(realm(name), guest.address)).map((user) => user.id);
    assert.deepEqual(await idsIn(''), [userIdOf(1)]);
    assert.deepEqual(await idsIn('guests'), [userIdOf(2)]);
    assert.deepEqual(await idsIn('Guests'), []);
    assert.deepEqual(await idsIn('elsewhere'), []);
  },

  'a code is looked for within the realm of its user': async ({ storage }) => {
    const guest = newUser(2, { realm: realm('guests'), email: newUser(1).email, address: addressOf(1) });
    const code = newToken(1, guest.id, { purpose: 'reset_code' });
    await apply(storage, [createUser(newUser(1)), createUser(guest)]);
    await apply(storage, [closeTokens(guest.id, ['reset_code'], start), issueToken(code)]);
    const inRealm = (name: string) => storage.findCodes(realm(name), guest.address);
    assert.deepEqual(await inRealm(''), [{ user: asUser(newUser(1)), code: null }]);
    assert.deepEqual(await inRealm('guests'), [{ user: asUser(guest), code: asToken(code) }]);
    for (const other of ['Guests', 'elsewhere', 'guests ']) assert.deepEqual(await inRealm(other), []);
  },

  'a credential says whether it is usable, was never there, or was made unusable': async ({ storage }) => {
    await apply(storage, [createUser(newUser(1)), createUser(newUser(2, { stored: null })), createUser(newUser(3))]);
    await apply(storage, [invalidatePassword(userIdOf(3), start)]);
    const credentialOf = async (n: number) => (await storage.findUserById(userIdOf(n)))?.credential;
    assert.deepEqual(await credentialOf(1), { state: 'usable', stored: hashOf(1) });
    assert.equal((await credentialOf(2))?.state, 'none');
    assert.equal((await credentialOf(3))?.state, 'unusable');
  },

  'requireCredential holds for what was read, no password included': async ({ storage }) => {
    await apply(storage, [createUser(newUser(1)), createUser(newUser(2, { stored: null }))]);
    for (const n of [1, 2]) {
      const read = await storage.findUserById(userIdOf(n));
      assert.ok(read);
      await apply(storage, [requireCredential(read)]);
      const other = { ...read, credential: { state: 'usable', stored: '' } } as const;
      assert.deepEqual(await storage.commit([requireCredential(other)]), { outcome: 'guard_failed', guard: 0 });
    }
  },

  'setPassword ends the demand for an update and rehashPassword leaves it, each notes its time': async ({
    storage,
  }) => {
    const demanded = (n: number) => newUser(n, { passwordRequireUpdate: true, enabled: n === 2 });
    await apply(storage, [createUser(demanded(1)), createUser(demanded(2)), createUser(demanded(3))]);
    await apply(storage, [setPassword(userIdOf(1), hashOf(9), later), rehashPassword(userIdOf(2), hashOf(9), later)]);
    const changed = { credential: { state: 'usable', stored: hashOf(9) }, updatedAt: later } as const;
    assert.deepEqual(await storage.findUserById(userIdOf(1)), {
      ...asUser(demanded(1)),
      ...changed,
      passwordRequireUpdate: false,
    });
    assert.deepEqual(await storage.findUserById(userIdOf(2)), { ...asUser(demanded(2)), ...changed });
    assert.deepEqual(await storage.findUserById(userIdOf(3)), asUser(demanded(3)));
  },

  'disableUser and enableUser change enabled, note their time and change nothing else': async ({ storage }) => {
    const user = newUser(1, { passwordRequireUpdate: true, passwordAllowReset: false });
    await apply(storage, [createUser(user)]);
    await apply(storage, [disableUser(user.id, later)]);
    assert.deepEqual(await storage.findUserById(user.id), { ...asUser(user), enabled: false, updatedAt: later });
    await apply(storage, [enableUser(user.id, later + 1)]);
    assert.deepEqual(await storage.findUserById(user.id), { ...asUser(user), updatedAt: later + 1 });
  },

  'setPassword gives a password to a user who had none, and invalidatePassword takes even none': async ({
    storage,
  }) => {
    await apply(storage, [createUser(newUser(1, { stored: null })), createUser(newUser(2, { stored: null }))]);
    await apply(storage, [setPassword(userIdOf(1), hashOf(9), later), invalidatePassword(userIdOf(2), later)]);
    const [one, two] = [await storage.findUserById(userIdOf(1)), await storage.findUserById(userIdOf(2))];
    assert.deepEqual(one?.credential, { state: 'usable', stored: hashOf(9) });
    assert.deepEqual([two?.credential.state, two?.enabled], ['unusable', true]);
  },

  'a user whose id is taken is a conflict': async ({ storage }) => {
    await apply(storage, [createUser(newUser(1))]);
    await expectConflict(storage, createUser({ ...newUser(2), id: userIdOf(1) }));
    assert.deepEqual(await storage.findUserById(userIdOf(1)), asUser(newUser(1)));
  },

  'a user whose address is taken in its realm is a conflict, however it is spelt': async ({ storage }) => {
    await apply(storage, [createUser(newUser(1))]);
    const address = addressOf(1);
    await expectConflict(storage, createUser(newUser(2, { address, email: 'USER1@EXAMPLE.ORG' })));
    await apply(storage, [createUser(newUser(2, { address, realm: realm('guests') }))]);
  },

  'two users with one address in one list are a conflict': async ({ storage }) => {
    const result = await storage.commit([createUser(newUser(1)), createUser(newUser(2, { address: addressOf(1) }))]);
    assert.deepEqual(result, { outcome: 'conflict', step: 1 });
    assert.equal(await storage.findUserById(userIdOf(1)), null);
  },

  'a charge stays when the list that follows it conflicts': async ({ storage }) => {
    await apply(storage, [createUser(newUser(1))]);
    const limits = [limit({ capacity: 1 })];
    assert.deepEqual(await storage.commit([createUser(newUser(1))], limits), { outcome: 'conflict', step: 0 });
    assert.equal((await storage.charge(limits)).outcome, 'limited');
  },

  'of many users created at once with one address, one comes to be': async ({ storage }) => {
    const { address, email } = newUser(1);
    const results = await Promise.all(
      times(12, (n) => storage.commit([createUser(newUser(n, { address, email })), record(entry(n))])),
    );
    assert.equal(results.filter(({ outcome }) => outcome === 'applied').length, 1);
    const others = results.filter(({ outcome }) => outcome !== 'applied');
    for (const result of others) assert.deepEqual(result, { outcome: 'conflict', step: 0 });
    assert.equal((await storage.findUsersByEmail(newUser(1).realm, address)).length, 1);
    assert.equal((await storage.listAudit({ limit: 100 })).length, 1);
  },

  'an address is free again after its user was deleted': async ({ storage }) => {
    await apply(storage, [createUser(newUser(1))]);
    await apply(storage, [deleteUser(userIdOf(1))]);
    await apply(storage, [createUser(newUser(2, { address: addressOf(1) }))]);
  },

  'deleteUser removes the user and nothing that bears the id': async ({ storage }) => {
    const [key, token] = [newKey(1), newToken(1, userIdOf(1))];
    const steps = [
      createUser(newUser(1)),
      issueToken(token),
      createKey(key),
      record(entry(1, { userId: userIdOf(1) })),
    ];
    await apply(storage, steps);
    await apply(storage, [deleteUser(userIdOf(1))]);
    assert.deepEqual(await directoryState(storage, { users: [1], tokens: [1] }), {
      users: [null],
      tokens: [{ token: asToken(token), user: null }],
      keys: [asKey(key)],
      audit: [entry(1, { userId: userIdOf(1) })],
      jobs: [],
    });
    assert.deepEqual(await storage.findUsersByEmail(newUser(1).realm, addressOf(1)), []);
    assert.deepEqual(await storage.findKeyByDigest(key.digest), { key: asKey(key), user: null });
  },

  'patchUser writes the columns that it names and no other': async ({ storage }) => {
    await apply(
      storage,
      patches.map((_, n) => createUser(newUser(n))),
    );
    for (const [n, patch] of patches.entries()) {
      await apply(storage, [patchUser(userIdOf(n), patch, later)]);
      const after = await storage.findUserById(userIdOf(n));
      assert.deepEqual({ ...after, updatedAt: null }, { ...asUser(newUser(n)), ...patch, updatedAt: null });
      if (Object.keys(patch).length > 0) assert.equal(after?.updatedAt, later);
    }
  },

  'patchUser neither enables nor gives a password, whatever an object carries': async ({ storage }) => {
    await apply(storage, [createUser(newUser(1, { enabled: false, stored: null }))]);
    const stray = { enabled: true, stored: 'hash', password: 'hash', email: 'eve@example.org', realm: 'other' };
    await apply(storage, [patchUser(userIdOf(1), { name: 'New' }, later)]);
    const patch: UserPatch = { ...stray, name: 'Newer' };
    await storage.commit([patchUser(userIdOf(1), patch, later)]).catch((error: unknown) => {
      assert.ok(error instanceof TypeError, 'columns that a patch may not name are left out or refused');
    });
    const user = await storage.findUserById(userIdOf(1));
    assert.deepEqual([user?.enabled, user?.credential.state, user?.email], [false, 'none', newUser(1).email]);
  },
};
