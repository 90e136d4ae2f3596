import assert from 'node:assert/strict';
import {
  buryJob,
  createKey,
  createService,
  createUser,
  type DirectoryStorage,
  enqueue,
  finishJob,
  keyId,
  record,
  revokeKeys,
  serviceId,
  userId,
} from '@pwreset/core';
import { asKey, asUser, newKey, newService, newUser, userIdOf } from './directory-builders.js';
import { type DirectoryCases, expectConflict } from './directory-kit.js';
import { entry, jobIdOf, keyIdOf, later, newJob, serviceIdOf, start } from './storage-builders.js';
import { wrongForms } from './storage-ids.js';
import { apply, times } from './storage-kit.js';

export const directoryRowCases: DirectoryCases = {
  'what is absent is null or empty': async ({ storage }) => {
    assert.equal(await storage.findService(serviceIdOf(1)), null);
    assert.equal(await storage.findKey(keyIdOf(1)), null);
    assert.equal(await storage.findKeyByDigest('0'.repeat(64)), null);
    assert.deepEqual(await storage.listKeys(userIdOf(1)), []);
    assert.deepEqual(await storage.listAudit({ limit: 10 }), []);
    assert.deepEqual(await storage.listAudit({ userId: userIdOf(1), limit: 10 }), []);
    assert.deepEqual(await storage.listJobs({ limit: 10 }), []);
  },

  'an id of the wrong form is absent': async ({ storage }) => {
    const row = entry(1, { userId: userIdOf(1) });
    await apply(storage, [createUser(newUser(1)), createService(newService(1)), createKey(newKey(1)), record(row)]);
    const what = (form: string): string => JSON.stringify(form.slice(0, 60));
    for (const form of wrongForms(userIdOf(1))) {
      assert.equal(await storage.findUserById(userId(form)), null, what(form));
      assert.deepEqual(await storage.listKeys(userId(form)), [], what(form));
      assert.deepEqual(await storage.listAudit({ userId: userId(form), limit: 10 }), [], what(form));
    }
    for (const form of wrongForms(serviceIdOf(1))) {
      assert.equal(await storage.findService(serviceId(form)), null, what(form));
    }
    for (const form of wrongForms(keyIdOf(1))) assert.equal(await storage.findKey(keyId(form)), null, what(form));
    for (const form of wrongForms(newKey(1).digest)) {
      assert.equal(await storage.findKeyByDigest(form), null, what(form));
    }
  },

  'a key is found by id and by digest, with its user, and listed': async ({ storage }) => {
    const [key, serviceKey] = [newKey(1), newKey(2, { userId: null, type: 'TOKEN', enabled: false })];
    await apply(storage, [createUser(newUser(1)), createKey(key), createKey(serviceKey)]);
    assert.deepEqual(await storage.findKey(key.id), asKey(key));
    assert.deepEqual(await storage.findKeyByDigest(key.digest), { key: asKey(key), user: asUser(newUser(1)) });
    assert.deepEqual(await storage.findKeyByDigest(serviceKey.digest), { key: asKey(serviceKey), user: null });
    assert.deepEqual(await storage.listKeys(userIdOf(1)), [asKey(key)]);
    assert.equal(await storage.findKeyByDigest(key.digest.replace('0', '1')), null);
  },

  'a key whose id or digest is taken is a conflict': async ({ storage }) => {
    await apply(storage, [createKey(newKey(1))]);
    await expectConflict(storage, createKey({ ...newKey(2), id: newKey(1).id }));
    await expectConflict(storage, createKey({ ...newKey(2), digest: newKey(1).digest }));
    await apply(storage, [createKey(newKey(2, { name: newKey(1).name }))]);
  },

  'revokeKeys disables and revokes keys of every type, notes its time, and no key of another': async ({ storage }) => {
    const mine = [newKey(1), newKey(2, { type: 'TOKEN' }), newKey(3, { type: 'TOTP', enabled: false })];
    const others = [newKey(4, { userId: userIdOf(2) }), newKey(5, { userId: null })];
    await apply(storage, [...mine, ...others].map(createKey));
    await apply(storage, [revokeKeys(userIdOf(1), later)]);
    for (const key of mine) {
      const revoked = { ...asKey(key), enabled: false, revoked: true, updatedAt: later };
      assert.deepEqual(await storage.findKey(key.id), revoked);
    }
    for (const key of others) assert.deepEqual(await storage.findKey(key.id), asKey(key));
  },

  'a service is read back as written': async ({ storage }) => {
    await apply(storage, [createService(newService(1)), createService(newService(2, { enabled: false }))]);
    assert.deepEqual(await storage.findService(newService(1).id), newService(1));
    assert.deepEqual(await storage.findService(newService(2).id), newService(2, { enabled: false }));
  },

  'what a commit was given is not a door into the storage': async ({ storage }) => {
    const resetUrls = ['https://a.example/{{token}}'];
    const service = { ...newService(1), links: { ...newService(1).links }, resetUrls };
    await apply(storage, [createService(service)]);
    service.links.reset = 'https://evil.example/{{token}}';
    resetUrls.push('https://evil.example/{{token}}');
    const expected = newService(1, { resetUrls: ['https://a.example/{{token}}'] });
    assert.deepEqual(await storage.findService(serviceIdOf(1)), expected);
  },

  'a service keeps its reset URLs as written, in their order': async ({ storage }) => {
    const url = (path: string): string => `https://b.example/${path}?token={{token}}`;
    const lists = [[], [url('one')], ['b', 'a', 'c', 'B', 'a/', 'a'].map(url), ['["', "'", '\\', ',', ''], ['', '']];
    await apply(
      storage,
      lists.map((resetUrls, n) => createService(newService(n, { resetUrls }))),
    );
    for (const [n, resetUrls] of lists.entries()) {
      assert.deepEqual(await storage.findService(serviceIdOf(n)), newService(n, { resetUrls }));
    }
  },

  'a service whose id is taken is a conflict, and two may have one name': async ({ storage }) => {
    await apply(storage, [createService(newService(1))]);
    await expectConflict(storage, createService({ ...newService(2), id: newService(1).id }));
    await apply(storage, [createService({ ...newService(2), name: newService(1).name })]);
  },

  'no purge takes users, keys or services, however old they are': async ({ storage }) => {
    const [user, key] = [newUser(1, { enabled: false, stored: null }), newKey(1, { enabled: false, revoked: true })];
    const service = newService(1, { enabled: false });
    await apply(storage, [createUser(user), createKey(key), createService(service)]);
    assert.equal(await storage.purge(start * 2, 100), 0);
    assert.deepEqual(await storage.findUserById(user.id), asUser(user));
    assert.deepEqual(await storage.findKey(key.id), asKey(key));
    assert.deepEqual(await storage.findService(service.id), service);
  },

  'audit rows are listed newest first, of one user or of all': async ({ storage }) => {
    const rows = times(6, (n) => entry(n, { userId: userIdOf(n % 2) }));
    const [a, b, c, d, e, f] = rows;
    assert.ok(a && b && c && d && e && f);
    await apply(storage, [d, a, f, b, e, c].map(record));
    assert.deepEqual(await storage.listAudit({ limit: 100 }), rows.toReversed());
    assert.deepEqual(await storage.listAudit({ limit: 2 }), [f, e]);
    assert.deepEqual(await storage.listAudit({ userId: userIdOf(1), limit: 2 }), [e, c]);
  },

  'jobs are listed newest first, of one state or of all': async ({ storage }) => {
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
