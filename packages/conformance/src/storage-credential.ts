import assert from 'node:assert/strict';
import { type Guard, record, requireCredential, setPassword, type User } from '@pwreset/core';
import { entry, hashOf, later } from './storage-builders.js';
import { addUser, apply, type StorageCase, type StorageCases, userOf } from './storage-kit.js';

const swapCase = (text: string): string =>
  text.replace(/[a-zA-Z]/g, (letter) =>
    letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase(),
  );

const otherForm = (text: string): string =>
  text.normalize('NFD') === text ? text.normalize('NFC') : text.normalize('NFD');

/** What a collation, a padded comparison or a normalisation takes for the same, by how it differs. */
const lookAlikes: Readonly<Record<string, (text: string) => string>> = {
  'in case': swapCase,
  'in the case of its last letter': (text) => text.slice(0, -1) + swapCase(text.slice(-1)),
  'in its Unicode normal form, NFC or NFD': otherForm,
  'by an accent': (text) => text.normalize('NFD').replaceAll(/\p{M}/gu, ''),
  'by a space at its end': (text) => `${text} `,
  'by a character that is invisible': (text) => `${text}\u200b`,
  'by its last character': (text) => text.slice(0, -1),
};

/** Every look-alike of what user 1 has fails the guard `changed` makes of it; the user's address and hash have an accent. */
const comparesByteForByte =
  (textOf: (user: User) => string, changed: (user: User, text: string) => Guard): StorageCase =>
  async ({ storage, application }) => {
    const id = await addUser(application, 1, { email: 'zo\u00eb@example.org' });
    await apply(storage, [setPassword(id, '$test$v=1$Zo\u00eb$z', later)]);
    const user = await userOf(storage, id);
    for (const [how, change] of Object.entries(lookAlikes)) {
      const other = change(textOf(user));
      assert.notEqual(other, textOf(user), how);
      const result = await storage.commit([changed(user, other), record(entry(1))]);
      assert.deepEqual(result, { outcome: 'guard_failed', guard: 0 }, `differs ${how}`);
    }
    assert.deepEqual(await application.audit(), []);
    await apply(storage, [changed(user, textOf(user)), record(entry(1))]);
  };

const withStored = (user: User, stored: string): Guard =>
  requireCredential({ ...user, credential: { state: 'usable', stored } });

const failsFor =
  (changed: (user: User) => User): StorageCase =>
  async ({ storage, application }) => {
    const user = await userOf(storage, await addUser(application));
    const steps = [requireCredential(changed(user)), record(entry(1))];
    assert.deepEqual(await storage.commit(steps), { outcome: 'guard_failed', guard: 0 });
    assert.deepEqual(await application.audit(), []);
  };

export const credentialCases: StorageCases = {
  'requireCredential: the address is compared byte for byte, in case and in NFC and NFD too': comparesByteForByte(
    (user) => user.email,
    (user, email) => requireCredential({ ...user, email }),
  ),

  'requireCredential: the stored form is compared byte for byte, in case and in NFC and NFD too': comparesByteForByte(
    (user) => user.credential.stored ?? '',
    withStored,
  ),

  'requireCredential: there was no password: nothing is applied': failsFor((user) => ({
    ...user,
    credential: { state: 'none', stored: null },
  })),

  'requireCredential: the address is another: nothing is applied': failsFor((user) => ({
    ...user,
    email: 'eve@example.org',
  })),

  'requireCredential: what one user has holds for no other': async ({ storage, application }) => {
    const one = await userOf(storage, await addUser(application, 1));
    const other = await addUser(application, 2, { hash: hashOf(1) });
    const result = await storage.commit([requireCredential({ ...one, id: other })]);
    assert.deepEqual(result, { outcome: 'guard_failed', guard: 0 });
  },
};
