import assert from 'node:assert/strict';
import {
  closeTokens,
  createService,
  createUser,
  deleteUser,
  invalidatePassword,
  issueToken,
  keyId,
  realm,
  serviceId,
  tokenId,
  userId,
} from '@pwreset/core';
import {
  asToken,
  asUser,
  comparable,
  hashOf,
  newService,
  newToken,
  newUser,
  serviceIdOf,
  start,
  tokenIdOf,
  userIdOf,
} from './storage-builders.js';
import { apply, type StorageCases } from './storage-kit.js';

const home = newUser(1).realm;

/** None of these is the id of anything; some of them no database would take as text or as an id. */
const wrongForms = [
  '',
  ' ',
  '0',
  'not an id',
  "' OR 1=1 --",
  '%',
  'a\0b',
  `${userIdOf(1)}\0`,
  `${userIdOf(1)} `,
  userIdOf(1).toUpperCase(),
  tokenIdOf(1).toUpperCase(),
  '9'.repeat(40),
  'x'.repeat(10_000),
  '\u{1f511}',
];

export const readCases: StorageCases = {
  'what is absent is null or empty': async (storage) => {
    assert.equal(await storage.findUserById(userIdOf(1)), null);
    assert.equal(await storage.findToken(tokenIdOf(1)), null);
    assert.deepEqual(await storage.findUsersByEmail(home, comparable('user1@example.org')), []);
    assert.deepEqual(await storage.claimJobs({ now: start, leaseMs: 1000, limit: 10 }), []);
    assert.equal(await storage.findService(serviceIdOf(1)), null);
    assert.equal(await storage.findKeyByDigest('0'.repeat(64)), null);
    assert.deepEqual(await storage.listKeys(userIdOf(1)), []);
    assert.deepEqual(await storage.listAudit({ limit: 10 }), []);
    assert.deepEqual(await storage.listJobs({ limit: 10 }), []);
  },

  'an id of the wrong form is absent': async (storage) => {
    await apply(storage, [createUser(newUser(1)), issueToken(newToken(1))]);
    for (const form of wrongForms) {
      const what = JSON.stringify(form.slice(0, 60));
      assert.equal(await storage.findUserById(userId(form)), null, what);
      assert.equal(await storage.findToken(tokenId(form)), null, what);
      assert.equal(await storage.findService(serviceId(form)), null, what);
      assert.equal(await storage.findKey(keyId(form)), null, what);
      assert.equal(await storage.findKeyByDigest(form), null, what);
      assert.deepEqual(await storage.listKeys(userId(form)), [], what);
    }
  },

  'a user is read back as written, by id and by address': async (storage) => {
    const plain = newUser(1);
    const other = newUser(2, {
      enabled: false,
      passwordAllowReset: false,
      passwordRequireUpdate: true,
      name: '',
      createdAt: start + 1,
    });
    await apply(storage, [createUser(plain), createUser(other)]);
    for (const user of [plain, other]) {
      const expected = asUser({ ...user, stored: user.stored ?? '' });
      assert.deepEqual(await storage.findUserById(user.id), expected);
      assert.deepEqual(await storage.findUsersByEmail(user.realm, user.address), [expected]);
    }
  },

  'an address is looked for within its realm': async (storage) => {
    const guest = newUser(2, { realm: realm('guests'), email: newUser(1).email, address: newUser(1).address });
    await apply(storage, [createUser(newUser(1)), createUser(guest)]);
    const idsIn = async (name: string): Promise<string[]> =>
      (await storage.findUsersByEmail(realm(name), guest.address)).map((user) => user.id);
    assert.deepEqual(await idsIn(''), [userIdOf(1)]);
    assert.deepEqual(await idsIn('guests'), [userIdOf(2)]);
    assert.deepEqual(await idsIn('Guests'), []);
    assert.deepEqual(await idsIn('elsewhere'), []);
  },

  'a credential says whether it is usable, was never there, or was made unusable': async (storage) => {
    await apply(storage, [createUser(newUser(1)), createUser(newUser(2, { stored: null })), createUser(newUser(3))]);
    await apply(storage, [invalidatePassword(userIdOf(3), start)]);
    const credentialOf = async (n: number) => (await storage.findUserById(userIdOf(n)))?.credential;
    assert.deepEqual(await credentialOf(1), { state: 'usable', stored: hashOf(1) });
    assert.equal((await credentialOf(2))?.state, 'none');
    assert.equal((await credentialOf(3))?.state, 'unusable');
  },

  'a token is read back as written, with its user': async (storage) => {
    await apply(storage, [
      createUser(newUser(1)),
      issueToken(newToken(1)),
      issueToken(newToken(2, { purpose: 'revoke' })),
    ]);
    const user = asUser({ ...newUser(1), stored: hashOf(1) });
    assert.deepEqual(await storage.findToken(tokenIdOf(1)), { token: asToken(newToken(1)), user });
    assert.deepEqual(await storage.findToken(tokenIdOf(2)), {
      token: asToken(newToken(2, { purpose: 'revoke' })),
      user,
    });
  },

  'a token that has ended is still found': async (storage) => {
    await apply(storage, [createUser(newUser(1)), issueToken(newToken(1))]);
    await apply(storage, [closeTokens(userIdOf(1), ['reset'], start + 5)]);
    const found = await storage.findToken(tokenIdOf(1));
    assert.deepEqual(found?.token, asToken(newToken(1), { closedAt: start + 5 }));
  },

  'a token whose user is gone is found without one': async (storage) => {
    await apply(storage, [createUser(newUser(1)), issueToken(newToken(1))]);
    await apply(storage, [deleteUser(userIdOf(1))]);
    assert.deepEqual(await storage.findToken(tokenIdOf(1)), { token: asToken(newToken(1)), user: null });
  },

  'what a read returned is not a door into the storage': async (storage) => {
    await apply(storage, [createUser(newUser(1)), issueToken(newToken(1))]);
    const found = await storage.findToken(tokenIdOf(1));
    assert.ok(found?.user);
    Reflect.set(found.token, 'usedAt', 1);
    Reflect.set(found.user, 'enabled', false);
    Reflect.set(found.user.credential, 'stored', 'x');
    assert.deepEqual(await storage.findToken(tokenIdOf(1)), {
      token: asToken(newToken(1)),
      user: asUser({ ...newUser(1), stored: hashOf(1) }),
    });
  },

  'what a commit was given is not a door into the storage': async (storage) => {
    const token = { ...newToken(1) };
    const service = { ...newService(1), links: { ...newService(1).links } };
    await apply(storage, [issueToken(token), createService(service)]);
    token.expiresAt = start + 1_000_000_000;
    service.links.reset = 'https://evil.example/{{token}}';
    assert.deepEqual((await storage.findToken(tokenIdOf(1)))?.token, asToken(newToken(1)));
    assert.deepEqual(await storage.findService(serviceIdOf(1)), newService(1));
  },
};
