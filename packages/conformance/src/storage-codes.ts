import assert from 'node:assert/strict';
import { closeTokens, type Effect, issueToken, type UserId, useToken } from '@pwreset/core';
import { asToken, attemptIdOf, comparable, emailOf, hashOf, later, newToken, tokenIdOf } from './storage-builders.js';
import { addUser, apply, codesOf, type StorageCases, userOf } from './storage-kit.js';
import { issueCode, newCode } from './storage-lists.js';

export const codeCases: StorageCases = {
  'an address that nobody has is answered with nobody': async ({ storage, application }) => {
    const { realm } = await userOf(storage, await addUser(application));
    assert.deepEqual(await codesOf(storage, realm, emailOf(2)), []);
    await application.deleteUser(application.userId(1));
    assert.deepEqual(await codesOf(storage, realm, emailOf(1)), []);
  },

  'a user without a code is answered all the same': async ({ storage, application }) => {
    const user = await userOf(storage, await addUser(application));
    assert.deepEqual(await codesOf(storage, user.realm, user.email), [{ user, code: null }]);
  },

  'an open code is answered as written, with its user': async ({ storage, application }) => {
    const user = await userOf(storage, await addUser(application));
    await apply(storage, issueCode(1, user.id));
    const found = [{ user, code: asToken(newCode(1, user.id)) }];
    assert.deepEqual(await codesOf(storage, user.realm, user.email), found);
    assert.deepEqual(await storage.findToken(tokenIdOf(1)), { token: found[0]?.code, user });
  },

  'a user is answered as every other read gives them, before a change and after it': async (subject) => {
    const { storage, application } = subject;
    const id = await addUser(application);
    await apply(storage, issueCode(1, id));
    const look = async (): Promise<void> => {
      const user = await userOf(storage, id);
      assert.deepEqual(await codesOf(storage, user.realm, user.email), [{ user, code: asToken(newCode(1, id)) }]);
    };
    await look();
    for (const columns of [{ hash: hashOf(9) }, { enabled: false }, { email: 'renamed@example.org' }]) {
      await application.editUser(id, columns);
      await look();
    }
    const { realm } = await userOf(storage, id);
    assert.deepEqual(await codesOf(storage, realm, emailOf(1)), []);
  },

  'a code that was used or closed is answered no more': async ({ storage, application }) => {
    const [used, closed] = [await addUser(application, 1), await addUser(application, 2)];
    await apply(storage, [...issueCode(1, used), ...issueCode(2, closed)]);
    await apply(storage, [useToken(tokenIdOf(1), { now: later, attempt: attemptIdOf(1) })]);
    await apply(storage, [closeTokens(closed, ['reset_code'], later)]);
    for (const id of [used, closed]) {
      const user = await userOf(storage, id);
      assert.deepEqual(await codesOf(storage, user.realm, user.email), [{ user, code: null }]);
    }
  },

  'a code whose time is over is answered while it is open': async ({ storage, application }) => {
    const user = await userOf(storage, await addUser(application));
    const token = newCode(1, user.id, { issuedAt: 0, expiresAt: 1 });
    await apply(storage, [closeTokens(user.id, ['reset_code'], later), issueToken(token)]);
    assert.deepEqual(await codesOf(storage, user.realm, user.email), [{ user, code: asToken(token) }]);
  },

  'a token with another purpose is no code': async ({ storage, application }) => {
    const [one, two] = [await addUser(application, 1), await addUser(application, 2)];
    const others = (n: number, id: UserId): readonly Effect[] => [
      issueToken(newToken(n, id)),
      issueToken(newToken(n + 1, id, { purpose: 'revoke' })),
    ];
    await apply(storage, [...others(10, one), ...others(20, two), ...issueCode(1, one)]);
    for (const [id, code] of [[one, asToken(newCode(1, one))] as const, [two, null] as const]) {
      const user = await userOf(storage, id);
      assert.deepEqual(await codesOf(storage, user.realm, user.email), [{ user, code }]);
    }
  },

  'whoever is answered is so with a code of their own, and they are those whom findUsersByEmail answers': async ({
    storage,
    application,
  }) => {
    const ids = [await addUser(application, 1), await addUser(application, 2), await addUser(application, 3)];
    await apply(
      storage,
      ids.flatMap((id, index) => (index === 1 ? [] : issueCode(index + 1, id))),
    );
    for (const [index, id] of ids.entries()) {
      const { realm, email } = await userOf(storage, id);
      const all = await storage.findCodes(realm, comparable(email));
      const expected = (await storage.findUsersByEmail(realm, comparable(email))).map((user) => {
        const n = ids.indexOf(user.id) + 1;
        return { user, code: n === 2 ? null : asToken(newCode(n, user.id)) };
      });
      const byId = (found: typeof all) => found.toSorted((a, b) => (a.user.id < b.user.id ? -1 : 1));
      assert.deepEqual(byId(all), byId(expected));
      assert.ok(all.some(({ user }) => user.id === ids[index]));
    }
  },

  'what a read returned is not a door into the storage': async ({ storage, application }) => {
    const user = await userOf(storage, await addUser(application));
    await apply(storage, issueCode(1, user.id));
    const before = structuredClone(await codesOf(storage, user.realm, user.email));
    for (const found of await codesOf(storage, user.realm, user.email)) {
      assert.ok(found.code);
      Reflect.set(found.code, 'usedAt', 1);
      Reflect.set(found.user, 'enabled', false);
      Reflect.set(found, 'code', null);
    }
    assert.deepEqual(await codesOf(storage, user.realm, user.email), before);
  },
};
