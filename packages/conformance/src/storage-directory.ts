import assert from 'node:assert/strict';
import {
  buryJob,
  createKey,
  createService,
  createUser,
  type DirectoryStorage,
  deleteUser,
  enqueue,
  finishJob,
  patchUser,
  realm,
  record,
  type UserPatch,
} from '@pwreset/core';
import { asUser, entry, hashOf, jobIdOf, newJob, newKey, newService, newUser, userIdOf } from './storage-builders.js';
import { apply, expectNoTrace, type StorageCases, times } from './storage-kit.js';
import { later } from './storage-lists.js';

const sample = asUser({ ...newUser(1), stored: hashOf(1) });

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

const expectConflict = async (storage: DirectoryStorage, step: Parameters<DirectoryStorage['commit']>[0][number]) => {
  await expectNoTrace(storage, { users: [1, 2], tokens: [] }, async () => {
    const steps = [record(entry(99)), enqueue(newJob(99)), step];
    assert.deepEqual(await storage.commit(steps), { outcome: 'conflict', step: 2 });
  });
};

export const directoryCases: StorageCases = {
  'a user whose id is taken is a conflict': async (storage) => {
    await apply(storage, [createUser(newUser(1))]);
    await expectConflict(storage, createUser({ ...newUser(2), id: userIdOf(1) }));
    assert.deepEqual(await storage.findUserById(userIdOf(1)), sample);
  },

  'a user whose address is taken in its realm is a conflict, however it is spelt': async (storage) => {
    await apply(storage, [createUser(newUser(1))]);
    const { address } = newUser(1);
    await expectConflict(storage, createUser(newUser(2, { address, email: 'USER1@EXAMPLE.ORG' })));
    await apply(storage, [createUser(newUser(2, { address, realm: realm('guests') }))]);
  },

  'two users with one address in one list are a conflict': async (storage) => {
    const { address } = newUser(1);
    const result = await storage.commit([createUser(newUser(1)), createUser(newUser(2, { address }))]);
    assert.deepEqual(result, { outcome: 'conflict', step: 1 });
    assert.equal(await storage.findUserById(userIdOf(1)), null);
  },

  'an address is free again after its user was deleted': async (storage) => {
    await apply(storage, [createUser(newUser(1))]);
    await apply(storage, [deleteUser(userIdOf(1))]);
    await apply(storage, [createUser(newUser(2, { address: newUser(1).address }))]);
  },

  'patchUser writes the columns that it names and no other': async (storage) => {
    await apply(
      storage,
      patches.map((_, n) => createUser(newUser(n))),
    );
    for (const [n, patch] of patches.entries()) {
      const before = asUser({ ...newUser(n), stored: hashOf(n) });
      await apply(storage, [patchUser(userIdOf(n), patch, later)]);
      const after = await storage.findUserById(userIdOf(n));
      assert.deepEqual({ ...after, updatedAt: null }, { ...before, ...patch, updatedAt: null });
      if (Object.keys(patch).length > 0) assert.equal(after?.updatedAt, later);
    }
  },

  'patchUser neither enables nor gives a password, whatever an object carries': async (storage) => {
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

  'a key is found by id and by digest, with its user, and listed': async (storage) => {
    const { digest, ...key } = newKey(1);
    const { digest: own, ...serviceKey } = newKey(2, { userId: null, type: 'TOKEN', enabled: false });
    await apply(storage, [
      createUser(newUser(1)),
      createKey({ ...key, digest }),
      createKey({ ...serviceKey, digest: own }),
    ]);
    assert.deepEqual(await storage.findKey(key.id), key);
    assert.deepEqual(await storage.findKeyByDigest(digest), { key, user: sample });
    assert.deepEqual(await storage.findKeyByDigest(own), { key: serviceKey, user: null });
    assert.deepEqual(await storage.listKeys(userIdOf(1)), [key]);
    assert.equal(await storage.findKeyByDigest(digest.replace('0', '1')), null);
  },

  'a key whose id or digest is taken is a conflict': async (storage) => {
    await apply(storage, [createKey(newKey(1))]);
    await expectConflict(storage, createKey({ ...newKey(2), id: newKey(1).id }));
    await expectConflict(storage, createKey({ ...newKey(2), digest: newKey(1).digest }));
    await apply(storage, [createKey(newKey(2, { name: newKey(1).name }))]);
  },

  'a service is read back as written': async (storage) => {
    await apply(storage, [createService(newService(1)), createService(newService(2, { enabled: false }))]);
    assert.deepEqual(await storage.findService(newService(1).id), newService(1));
    assert.deepEqual(await storage.findService(newService(2).id), newService(2, { enabled: false }));
  },

  'a service whose id is taken is a conflict, and two may have one name': async (storage) => {
    await apply(storage, [createService(newService(1))]);
    await expectConflict(storage, createService({ ...newService(2), id: newService(1).id }));
    await apply(storage, [createService({ ...newService(2), name: newService(1).name })]);
  },

  'audit rows are listed newest first, of one user or of all': async (storage) => {
    const rows = times(6, (n) => entry(n, { userId: userIdOf(n % 2) }));
    await apply(
      storage,
      [rows[3], rows[0], rows[5], rows[1], rows[4], rows[2]].flatMap((row) => row ?? []).map(record),
    );
    assert.deepEqual(await storage.listAudit({ limit: 100 }), rows.toReversed());
    assert.deepEqual(await storage.listAudit({ limit: 2 }), rows.slice(4).toReversed());
    const own = await storage.listAudit({ userId: userIdOf(1), limit: 2 });
    assert.deepEqual(own, [rows[5], rows[3]]);
  },

  'jobs are listed newest first, of one state or of all': async (storage) => {
    await apply(
      storage,
      [4, 1, 3, 2].map((n) => enqueue(newJob(n))),
    );
    await apply(storage, [finishJob(jobIdOf(4), later), buryJob(jobIdOf(2), later)]);
    const ids = async (query: Parameters<DirectoryStorage['listJobs']>[0]) =>
      (await storage.listJobs(query)).map(({ id }) => id);
    assert.deepEqual(await ids({ limit: 100 }), [4, 3, 2, 1].map(jobIdOf));
    assert.deepEqual(await ids({ limit: 3 }), [4, 3, 2].map(jobIdOf));
    assert.deepEqual(await ids({ state: 'pending', limit: 100 }), [3, 1].map(jobIdOf));
    assert.deepEqual(await ids({ state: 'done', limit: 100 }), [jobIdOf(4)]);
    assert.deepEqual(await ids({ state: 'dead', limit: 100 }), [jobIdOf(2)]);
  },
};
