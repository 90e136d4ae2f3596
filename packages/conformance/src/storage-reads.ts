import assert from 'node:assert/strict';
import {
  closeTokens,
  defaultRealm,
  disableUser,
  invalidatePassword,
  issueToken,
  setPassword,
  type User,
} from '@pwreset/core';
import { asToken, comparable, emailOf, hashOf, later, newToken, start, tokenIdOf } from './storage-builders.js';
import { addUser, apply, type StorageCases, tokenOf, userOf, usersOf } from './storage-kit.js';

export const readCases: StorageCases = {
  'what is absent is null or empty': async ({ storage, application }) => {
    assert.equal(await storage.findUserById(application.userId(1)), null);
    assert.equal(await storage.findToken(tokenIdOf(1)), null);
    assert.deepEqual(await storage.findUsersByEmail(defaultRealm, comparable(emailOf(1))), []);
    assert.deepEqual(await storage.findCodes(defaultRealm, comparable(emailOf(1))), []);
    assert.deepEqual(await storage.claimJobs({ now: start, leaseMs: 1000, limit: 10 }), []);
    assert.deepEqual(await application.keys(application.userId(1)), []);
    assert.deepEqual(await application.jobs(), []);
    assert.deepEqual(await application.audit(), []);
  },

  'a user is read back as the application added it': async ({ storage, application }) => {
    const samples = [
      { n: 1, enabled: true },
      { n: 2, enabled: false },
    ];
    for (const { n, enabled } of samples) {
      const id = await addUser(application, n, { enabled });
      const user = await userOf(storage, id);
      assert.deepEqual([user.id, user.email, user.enabled], [id, emailOf(n), enabled]);
      assert.deepEqual(user.credential, { state: 'usable', stored: hashOf(n) });
    }
  },

  'every read gives the same user, before a change and after it': async ({ storage, application }) => {
    const id = await addUser(application);
    await addUser(application, 2);
    await apply(storage, [issueToken(newToken(1, id))]);
    const seen: User[] = [];
    const look = async (): Promise<void> => {
      const user = await userOf(storage, id);
      assert.deepEqual(await usersOf(storage, user.realm, user.email), [user]);
      assert.deepEqual((await storage.findToken(tokenIdOf(1)))?.user, user);
      seen.push(user);
    };
    await look();
    await apply(storage, [setPassword(id, hashOf(9), later)]);
    await look();
    await apply(storage, [disableUser(id, later), invalidatePassword(id, later)]);
    await look();
    await application.editUser(id, { email: 'renamed@example.org' });
    await look();
    assert.equal(new Set(seen.map((user) => JSON.stringify(user))).size, 4);
    assert.deepEqual(
      seen.map(({ id, realm, createdAt }) => ({ id, realm, createdAt })),
      seen.map(() => ({ id, realm: seen[0]?.realm, createdAt: seen[0]?.createdAt })),
    );
  },

  'an address is found whatever the case of its ASCII letters': async ({ storage, application }) => {
    const id = await addUser(application, 1, { email: 'Mixed.Case@Example.org' });
    await addUser(application, 2);
    const { realm, email } = await userOf(storage, id);
    assert.equal(comparable(email), comparable('Mixed.Case@Example.org'));
    for (const spelt of ['mixed.case@example.org', 'MIXED.CASE@EXAMPLE.ORG', email]) {
      assert.deepEqual(
        (await usersOf(storage, realm, spelt)).map((user) => user.id),
        [id],
      );
    }
    assert.deepEqual(await usersOf(storage, realm, 'mixedcase@example.org'), []);
  },

  'an address is found whatever characters it holds': async ({ storage, application }) => {
    const emails = ['a_b%c@example.org', "o'brien@example.org", '{x}|`y`$1?@example.org', '\u4f60\u597d@example.org'];
    for (const [index, email] of emails.entries()) {
      const { id, realm } = await userOf(storage, await addUser(application, index + 1, { email }));
      assert.deepEqual(
        (await usersOf(storage, realm, email)).map((user) => user.id),
        [id],
        email,
      );
    }
  },

  'a credential says whether it is usable or was made unusable': async ({ storage, application }) => {
    const id = await addUser(application);
    assert.deepEqual((await userOf(storage, id)).credential, { state: 'usable', stored: hashOf(1) });
    await apply(storage, [invalidatePassword(id, start)]);
    assert.equal((await userOf(storage, id)).credential.state, 'unusable');
  },

  'a token is read back as written, with its user': async ({ storage, application }) => {
    const id = await addUser(application);
    const tokens = [
      newToken(1, id),
      newToken(2, id, { purpose: 'revoke' }),
      newToken(3, id, { purpose: 'reset_code' }),
    ];
    await apply(storage, [closeTokens(id, ['reset_code'], start), ...tokens.map(issueToken)]);
    const user = await userOf(storage, id);
    for (const token of tokens) assert.deepEqual(await storage.findToken(token.id), { token: asToken(token), user });
  },

  'a token that has ended is still found': async ({ storage, application }) => {
    const id = await addUser(application);
    await apply(storage, [issueToken(newToken(1, id))]);
    await apply(storage, [closeTokens(id, ['reset'], start + 5)]);
    assert.deepEqual(await tokenOf(storage, 1), asToken(newToken(1, id), { closedAt: start + 5 }));
  },

  'a token whose user is gone is found without one': async ({ storage, application }) => {
    const id = await addUser(application);
    const { realm } = await userOf(storage, id);
    await apply(storage, [issueToken(newToken(1, id))]);
    await application.deleteUser(id);
    assert.deepEqual(await storage.findToken(tokenIdOf(1)), { token: asToken(newToken(1, id)), user: null });
    assert.equal(await storage.findUserById(id), null);
    assert.deepEqual(await usersOf(storage, realm, emailOf(1)), []);
  },

  'what a read returned is not a door into the storage': async ({ storage, application }) => {
    const id = await addUser(application);
    await apply(storage, [issueToken(newToken(1, id))]);
    const before = structuredClone(await storage.findToken(tokenIdOf(1)));
    const found = await storage.findToken(tokenIdOf(1));
    assert.ok(found?.user);
    Reflect.set(found.token, 'usedAt', 1);
    Reflect.set(found.user, 'enabled', false);
    Reflect.set(found.user.credential, 'stored', 'x');
    assert.deepEqual(await storage.findToken(tokenIdOf(1)), before);
  },

  'what a commit was given is not a door into the storage': async ({ storage, application }) => {
    const id = await addUser(application);
    const token = { ...newToken(1, id) };
    await apply(storage, [issueToken(token)]);
    token.expiresAt = start + 1_000_000_000;
    assert.deepEqual(await tokenOf(storage, 1), asToken(newToken(1, id)));
  },
};
