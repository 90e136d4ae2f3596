import assert from 'node:assert/strict';
import {
  createKey,
  createService,
  createUser,
  disableUser,
  enqueue,
  issueToken,
  patchUser,
  record,
  requireCredential,
  type Step,
  setPassword,
} from '@pwreset/core';
import {
  asUser,
  comparable,
  entry,
  hashOf,
  limit,
  newJob,
  newKey,
  newService,
  newToken,
  newUser,
  start,
  tokenIdOf,
  userIdOf,
} from './storage-builders.js';
import { apply, expectNoTrace, type StorageCases } from './storage-kit.js';
import { later, seedUser, touched } from './storage-lists.js';

/** What collations, escapes, trims and encodings are known to change. */
const texts: Readonly<Record<string, string>> = {
  empty: '',
  'spaces at both ends': '  two words  ',
  'line ends and tabs': 'a\r\nb\nc\td',
  'quotes, backslashes and wildcards': `O'Brien "\\" \`%_\` $1 ? :name {{token}}`,
  'control characters': '\u0001\u001b[31m\u007f\u0085',
  'composed letters': 'Zo\u00eb \u00c5ngstr\u00f6m',
  'combining marks': 'Zoe\u0308 A\u030angstro\u0308m \u1100\u1161',
  'right to left': '\u05e9\u05dc\u05d5\u05dd \u202e\u0645\u0631\u062d\u0628\u0627\u202c',
  'astral characters': '\u{1f468}\u200d\u{1f469}\u200d\u{1f467} \u{20bb7}\u91ce \u{10ffff}',
  'look-alikes': '\u212a\ufb01\uff21\u0131\u0130\u00df\u017f',
  'a byte order mark and friends': '\ufeff\u200b\u2028\u2029\ufffe',
  'what looks like a number': '00123.4500e+10',
};

const withNul: Readonly<Record<string, Step>> = {
  'the name of a user': createUser(newUser(3, { name: 'a\0b' })),
  'the address of a user': createUser(newUser(3, { email: 'a\0b@example.org' })),
  'the password of a user': createUser(newUser(3, { stored: `${hashOf(3)}\0` })),
  'a password': setPassword(userIdOf(1), '\0', later),
  'a patch': patchUser(userIdOf(1), { locale: 'e\0n' }, later),
  'a token': issueToken(newToken(9, { fingerprint: '\0' })),
  'the payload of a job': enqueue(newJob(9, { payload: '{"a":"\0"}' })),
  'the address of a job': enqueue(newJob(9, { address: 'a\0@example.org' })),
  'the unique key of a job': enqueue(newJob(9, { uniqueKey: 'a\0' })),
  'an audit row': record(entry(9, { userAgent: 'Mozilla\0' })),
  'the name of a key': createKey(newKey(9, { name: '\0' })),
  'a link of a service': createService(newService(9, { links: { ...newService(9).links, reset: 'https://a\0' } })),
};

export const textCases: StorageCases = {
  'text comes back as it went in, character for character': async (storage) => {
    for (const [index, [what, text]] of Object.entries(texts).entries()) {
      const n = index + 1;
      const user = newUser(n, { name: text, locale: text, timezone: text, stored: `$${text}` });
      const { digest, ...key } = newKey(n, { name: text, userId: user.id });
      const service = newService(n, { name: `${n}${text}`, url: text });
      const job = newJob(n, { payload: text, address: text });
      const row = entry(n, { userAgent: text, ip: text, userId: user.id });
      await apply(storage, [
        createUser(user),
        createKey({ ...key, digest }),
        createService(service),
        issueToken(newToken(n, { fingerprint: text })),
        enqueue(job),
        record(row),
      ]);
      assert.deepEqual(await storage.findUserById(user.id), asUser({ ...user, stored: `$${text}` }), what);
      assert.deepEqual(await storage.findKey(key.id), key, what);
      assert.deepEqual(await storage.findService(service.id), service, what);
      assert.equal((await storage.findToken(tokenIdOf(n)))?.token.fingerprint, text, what);
      assert.deepEqual(await storage.listAudit({ userId: user.id, limit: 10 }), [row], what);
      assert.deepEqual(await storage.claimJobs({ now: start, leaseMs: 60_000, limit: 1 }), [{ ...job, attempt: 1 }]);
    }
  },

  'a payload of 64 KiB is kept whole': async (storage) => {
    const payload = JSON.stringify({ text: '\u{1f511}'.repeat(16_381) });
    assert.equal(new TextEncoder().encode(payload).length, 65_535);
    await apply(storage, [enqueue(newJob(1, { payload }))]);
    const [job] = await storage.claimJobs({ now: start, leaseMs: 1, limit: 1 });
    assert.ok(job?.payload === payload);
  },

  'a unique key is compared byte for byte': async (storage) => {
    const keys = ['k', 'K', 'k ', '\u00e9', 'e\u0301', ''];
    await apply(
      storage,
      keys.map((uniqueKey, n) => enqueue(newJob(n, { uniqueKey }))),
    );
    assert.equal((await storage.listJobs({ limit: 100 })).length, keys.length);
  },

  'requireCredential compares byte for byte what looks the same': async (storage) => {
    const email = 'Zo\u00eb@example.org';
    await apply(storage, [createUser(newUser(1, { email, address: comparable(email) }))]);
    const user = await storage.findUserById(userIdOf(1));
    assert.ok(user);
    await apply(storage, [requireCredential(user)]);
    for (const other of ['Zoe\u0308@example.org', 'zo\u00eb@example.org', `${email} `, 'Zoe@example.org']) {
      const result = await storage.commit([requireCredential({ ...user, email: other })]);
      assert.deepEqual(result, { outcome: 'guard_failed', guard: 0 }, other);
    }
  },

  'times are kept to the millisecond, far ones too': async (storage) => {
    for (const [n, at] of [0, 1, start, start + 1, 2 ** 31, 2 ** 32 + 1, 253_402_300_799_999].entries()) {
      const token = newToken(n, { issuedAt: at, expiresAt: at + 1 });
      await apply(storage, [
        createUser(newUser(n, { createdAt: at })),
        issueToken(token),
        record(entry(n, { at, userId: userIdOf(n) })),
      ]);
      assert.equal((await storage.findUserById(userIdOf(n)))?.createdAt, at);
      const found = await storage.findToken(tokenIdOf(n));
      assert.deepEqual([found?.token.issuedAt, found?.token.expiresAt], [at, at + 1]);
      const [newest] = await storage.listAudit({ userId: userIdOf(n), limit: 1 });
      assert.equal(newest?.at, at);
    }
  },

  'U+0000 in what is written is a TypeError, and nothing is applied': async (storage) => {
    await seedUser(storage);
    for (const [what, step] of Object.entries(withNul)) {
      await expectNoTrace(storage, { ...touched(), users: [1, 3] }, async () => {
        const steps = [disableUser(userIdOf(1), later), record(entry(1)), step];
        await assert.rejects(storage.commit(steps), TypeError, what);
      });
    }
    await assert.rejects(storage.charge([limit(), limit({ key: 'a\0' })]), TypeError);
    await assert.rejects(storage.commit([record(entry(1))], [limit({ key: 'a\0' })]), TypeError);
    assert.deepEqual(await storage.listAudit({ limit: 10 }), []);
  },
};
