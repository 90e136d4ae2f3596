import assert from 'node:assert/strict';
import {
  closeTokens,
  createKey,
  createService,
  createUser,
  type DirectoryStorage,
  deleteUser,
  disableUser,
  type Effect,
  issueToken,
  patchUser,
  record,
  requireEnabled,
  revokeKeys,
} from '@pwreset/core';
import { asKey, asUser, newKey, newService, newUser, userIdOf } from './directory-builders.js';
import { type DirectoryCases, directoryState } from './directory-kit.js';
import { asToken, entry, later, newToken, tokenIdOf } from './storage-builders.js';
import { apply, times } from './storage-kit.js';
import { orders } from './storage-order.js';
import { texts, unstorable } from './storage-text.js';

/** A list that deletes user `n` and creates user `n + 50`, with what belongs to both. */
const replacing = (n: number): readonly Effect[] => [
  deleteUser(userIdOf(n)),
  createService(newService(n)),
  createUser(newUser(n + 50, { address: newUser(n).address })),
  createKey(newKey(n, { userId: userIdOf(n + 50) })),
  issueToken(newToken(n + 50, userIdOf(n + 50))),
  closeTokens(userIdOf(n), ['reset', 'reset_code', 'revoke'], later),
  record(entry(n)),
];

/** Expects what came of {@link replacing} for user `n`, whatever the order of its effects was. */
async function expectReplaced(storage: DirectoryStorage, n: number, order: string): Promise<void> {
  const created = newUser(n + 50, { address: newUser(n).address });
  const [old, issued] = [newToken(n, userIdOf(n)), newToken(n + 50, created.id)];
  assert.deepEqual(await storage.findUserById(userIdOf(n)), null, order);
  assert.deepEqual(await storage.findUsersByEmail(created.realm, created.address), [asUser(created)], order);
  assert.deepEqual(await storage.findService(newService(n).id), newService(n), order);
  assert.deepEqual(await storage.listKeys(created.id), [asKey(newKey(n, { userId: created.id }))], order);
  assert.deepEqual(await storage.findToken(old.id), { token: asToken(old, { closedAt: later }), user: null }, order);
  assert.deepEqual(await storage.findToken(issued.id), { token: asToken(issued), user: asUser(created) }, order);
}

export const directoryListCases: DirectoryCases = {
  "clause 4: the Directory's steps give one state in every order": async ({ storage }) => {
    for (const [index, order] of orders(Object.keys(replacing(1)).map(Number)).entries()) {
      const n = index + 1;
      await apply(storage, [createUser(newUser(n)), issueToken(newToken(n, userIdOf(n)))]);
      const steps = order.flatMap((place) => replacing(n)[place] ?? []);
      await apply(storage, steps);
      await expectReplaced(storage, n, steps.map(({ type }) => type).join(', '));
    }
  },

  'clause 2: creating a key concerns its user without any guard': async ({ storage }) => {
    await apply(storage, [createUser(newUser(1))]);
    const results = await Promise.all([
      ...times(4, (n) => storage.commit([createKey(newKey(n))])),
      ...times(4, (n) => storage.commit([patchUser(userIdOf(1), { name: `Name ${n}` }, later)])),
    ]);
    assert.ok(results.every(({ outcome }) => outcome === 'applied'));
    assert.equal((await storage.listKeys(userIdOf(1))).length, 4);
  },

  'clause 3: a list that fails late leaves no trace of what came before': async ({ storage }) => {
    await apply(storage, [createUser(newUser(1)), createUser(newUser(2)), createKey(newKey(1))]);
    await apply(storage, [issueToken(newToken(1, userIdOf(1)))]);
    const seen = { users: [1, 2, 3], tokens: [1, 2] };
    const before = await directoryState(storage, seen);
    const steps = [
      requireEnabled(userIdOf(1)),
      disableUser(userIdOf(1), later),
      revokeKeys(userIdOf(1), later),
      closeTokens(userIdOf(1), ['reset'], later),
      issueToken(newToken(2, userIdOf(1))),
      record(entry(1)),
      createUser(newUser(3, { address: newUser(2).address })),
    ];
    assert.deepEqual(await storage.commit(steps), { outcome: 'conflict', step: steps.length - 1 });
    assert.deepEqual(await directoryState(storage, seen), before);
    await apply(storage, steps.slice(0, -1));
  },

  'clause 5: no key that is created for a user outlives a revoke that it raced': async ({ storage }) => {
    const users = times(4, (n) => n);
    await apply(
      storage,
      users.map((n) => createUser(newUser(n))),
    );
    await Promise.all(
      users.flatMap((n) => {
        const id = userIdOf(n);
        const create = (k: number) => [requireEnabled(id), createKey(newKey(n * 10 + k, { userId: id }))];
        const revoke = [disableUser(id, later), revokeKeys(id, later)];
        return [create(1), create(2), revoke, create(3), create(4)].map((steps) => storage.commit(steps));
      }),
    );
    const keys = await Promise.all(users.map((n) => storage.listKeys(userIdOf(n))));
    const alive = keys.flat().filter((key) => key.enabled || !key.revoked);
    assert.deepEqual(alive, []);
  },

  'text comes back as it went in, character for character': async ({ storage }) => {
    const samples = Object.entries(texts).map(([what, text], index) => ({ what, text, n: index + 1 }));
    const userWith = (n: number, text: string) =>
      newUser(n, { name: text, locale: text, timezone: text, stored: `$${text}` });
    const keyWith = (n: number, text: string) => newKey(n, { name: text, userId: userIdOf(n) });
    const serviceWith = (n: number, text: string) =>
      newService(n, { name: `${n}${text}`, url: text, resetUrls: [text, `${text}?`] });
    await apply(
      storage,
      samples.flatMap(({ n, text }) => [
        createUser(userWith(n, text)),
        createKey(keyWith(n, text)),
        createService(serviceWith(n, text)),
      ]),
    );
    for (const { what, text, n } of samples) {
      assert.deepEqual(await storage.findUserById(userIdOf(n)), asUser(userWith(n, text)), what);
      assert.deepEqual(await storage.findKey(newKey(n).id), asKey(keyWith(n, text)), what);
      assert.deepEqual(await storage.findService(newService(n).id), serviceWith(n, text), what);
    }
  },

  'times are kept to the millisecond, far ones too': async ({ storage }) => {
    for (const [n, at] of [0, 1, 2 ** 31, 2 ** 32 + 1, 253_402_300_799_999].entries()) {
      const key = newKey(n, { createdAt: at, updatedAt: at });
      await apply(storage, [createUser(newUser(n, { createdAt: at })), createKey(key)]);
      assert.deepEqual(await storage.findUserById(userIdOf(n)), asUser(newUser(n, { createdAt: at })));
      assert.deepEqual(await storage.findKey(key.id), asKey(key));
    }
  },

  'U+0000 and lone surrogates in what is written are a TypeError, and nothing is applied': async ({ storage }) => {
    await apply(storage, [createUser(newUser(1))]);
    const before = await directoryState(storage, { users: [1, 3], tokens: [] });
    for (const [form, text] of Object.entries(unstorable)) {
      const { links } = newService(9);
      const steps = {
        'the name of a user': createUser(newUser(3, { name: text })),
        'the address of a user': createUser(newUser(3, { email: text })),
        'the password of a user': createUser(newUser(3, { stored: text })),
        'a patch': patchUser(userIdOf(1), { locale: text }, later),
        'the name of a key': createKey(newKey(9, { name: text })),
        'a reset URL of a service': createService(newService(9, { resetUrls: ['', text] })),
        'a link of a service': createService(newService(9, { links: { ...links, reset: text } })),
      };
      for (const [what, step] of Object.entries(steps)) {
        const list = [disableUser(userIdOf(1), later), record(entry(1)), step];
        await assert.rejects(storage.commit(list), TypeError, `${form} in ${what}`);
      }
    }
    assert.deepEqual(await directoryState(storage, { users: [1, 3], tokens: [] }), before);
    assert.equal(await storage.findToken(tokenIdOf(1)), null);
  },
};
