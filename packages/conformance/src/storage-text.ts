import assert from 'node:assert/strict';
import {
  disableUser,
  enqueue,
  issueToken,
  jobId,
  realm,
  record,
  type Step,
  secretId,
  serviceId,
  setPassword,
  tokenId,
  type UserId,
} from '@pwreset/core';
import {
  comparable,
  emailOf,
  entry,
  hashOf,
  later,
  limit,
  newJob,
  newToken,
  start,
  tokenIdOf,
} from './storage-builders.js';
import { addUser, apply, expectNoTrace, type StorageCases, tokenOf, userOf } from './storage-kit.js';
import { seedUser, touched } from './storage-lists.js';

/** What collations, escapes, trims and encodings are known to change. */
export const texts: Readonly<Record<string, string>> = {
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
  'what looks like JSON, null and a date': '{"a": [1.0]} null 2026-03-29T01:30:07.123Z',
};

/** What no database stores as it is. */
export const unstorable: Readonly<Record<string, string>> = {
  'U+0000': 'a\0b',
  'U+0000 alone': '\0',
  'a high surrogate alone': 'a\ud83d',
  'a low surrogate alone': '\udd11b',
};

/** Lists that would write `text`, which cannot be stored. */
const writing = (text: string, id: UserId): Readonly<Record<string, Step>> => ({
  'a password': setPassword(id, text, later),
  'the id of a token': issueToken(newToken(9, id, { id: tokenId(text) })),
  'the fingerprint of a token': issueToken(newToken(9, id, { fingerprint: text })),
  'the secret of a token': issueToken(newToken(9, id, { secretId: secretId(text) })),
  'the service of a token': issueToken(newToken(9, id, { serviceId: serviceId(text) })),
  'the id of a job': enqueue(newJob(9, { id: jobId(text) })),
  'the payload of a job': enqueue(newJob(9, { payload: text })),
  'the address of a job': enqueue(newJob(9, { address: text })),
  'the unique key of a job': enqueue(newJob(9, { uniqueKey: text })),
  'the agent of an audit row': record(entry(9, { userAgent: text })),
  'the ip of an audit row': record(entry(9, { ip: text })),
});

export const textCases: StorageCases = {
  'text comes back as it went in, character for character': async ({ storage, application }) => {
    const id = await addUser(application);
    const all = Object.entries(texts).map(([what, text], index) => ({ what, text, n: index + 1 }));
    const rows = all.map(({ text, n }) => entry(n, { userAgent: text, ip: text, userId: id }));
    const jobs = all.map(({ text, n }) => newJob(n, { payload: text, address: text, uniqueKey: `${n}${text}` }));
    const tokens = all.map(({ text, n }) => newToken(n, id, { fingerprint: text, secretId: secretId(text) }));
    await apply(storage, [...tokens.map(issueToken), ...jobs.map(enqueue), ...rows.map(record)]);
    const audit = await application.audit();
    const claimed = await storage.claimJobs({ now: start, leaseMs: 60_000, limit: 100 });
    for (const { what, text, n } of all) {
      const { fingerprint, secretId: secret } = await tokenOf(storage, n);
      assert.deepEqual([fingerprint, secret], [text, text], what);
      const [row, job] = [rows[n - 1], jobs[n - 1]];
      assert.deepEqual(
        audit.find((one) => one.id === row?.id),
        row,
        what,
      );
      assert.deepEqual(
        claimed.find((one) => one.id === job?.id),
        { ...job, attempt: 1 },
        what,
      );
      await storage.charge([limit({ key: text, capacity: 1 })]);
      assert.equal((await storage.charge([limit({ key: text, capacity: 1 })])).outcome, 'limited', what);
    }
  },

  'a stored password comes back character for character': async ({ storage, application }) => {
    const id = await addUser(application);
    for (const text of Object.values(texts)) {
      const hash = `$test$v=1$${text}$end`;
      await apply(storage, [setPassword(id, hash, later)]);
      assert.deepEqual((await userOf(storage, id)).credential, { state: 'usable', stored: hash });
    }
  },

  'a payload of 64 KiB is kept whole': async ({ storage }) => {
    const payload = JSON.stringify({ text: '\u{1f511}'.repeat(16_381) });
    assert.equal(new TextEncoder().encode(payload).length, 65_535);
    await apply(storage, [enqueue(newJob(1, { payload: `${payload} ` }))]);
    const [job] = await storage.claimJobs({ now: start, leaseMs: 1, limit: 1 });
    assert.ok(job?.payload === `${payload} `);
  },

  'a unique key is compared byte for byte': async ({ storage, application }) => {
    const keys = ['k', 'K', 'k ', '\u00e9', 'e\u0301', ''];
    await apply(
      storage,
      keys.map((uniqueKey, n) => enqueue(newJob(n, { uniqueKey }))),
    );
    assert.equal((await application.jobs()).length, keys.length);
  },

  'times are kept to the millisecond, far ones too': async ({ storage, application }) => {
    const id = await addUser(application);
    for (const [n, at] of [0, 1, start, start + 1, 2 ** 31, 2 ** 32 + 1, 253_402_300_799_998].entries()) {
      const job = newJob(n, { createdAt: at, dueAt: at, expiresAt: at + 1 });
      await apply(storage, [
        issueToken(newToken(n, id, { issuedAt: at, expiresAt: at + 1 })),
        enqueue(job),
        record(entry(n, { at })),
      ]);
      const { issuedAt, expiresAt } = await tokenOf(storage, n);
      assert.deepEqual([issuedAt, expiresAt], [at, at + 1]);
      assert.deepEqual(await storage.claimJobs({ now: at, leaseMs: 9e15 - at, limit: 1 }), [{ ...job, attempt: 1 }]);
      const row = (await application.audit()).find((one) => one.id === entry(n).id);
      assert.equal(row?.at, at);
    }
  },

  'U+0000 and lone surrogates in what is written are a TypeError, and nothing is applied': async (subject) => {
    const { storage, application } = subject;
    const id = await seedUser(subject);
    await expectNoTrace(subject, touched(), async () => {
      for (const [form, text] of Object.entries(unstorable)) {
        for (const [what, step] of Object.entries(writing(text, id))) {
          // A list in which nothing else writes what this step does.
          const others = step.type === 'setPassword' ? [disableUser(id, later)] : [setPassword(id, hashOf(9), later)];
          await assert.rejects(storage.commit([...others, step]), TypeError, `${form} in ${what}`);
        }
        await assert.rejects(storage.commit([record(entry(1))], [limit({ key: text })]), TypeError, form);
        await assert.rejects(storage.charge([limit(), limit({ key: text })]), TypeError, form);
      }
    });
    assert.equal((await application.audit()).length, 0);
    for (let count = 0; count < 3; count += 1) assert.equal((await storage.charge([limit()])).outcome, 'charged');
  },

  'U+0000 and lone surrogates in what is read are absent': async ({ storage, application }) => {
    await addUser(application);
    for (const [form, text] of Object.entries(unstorable)) {
      assert.equal(await storage.findToken(tokenId(`${tokenIdOf(1)}${text}`)), null, form);
      const found = await storage.findUsersByEmail(realm(text), comparable(emailOf(1)));
      const codes = await storage.findCodes(realm(text), comparable(emailOf(1)));
      assert.deepEqual(
        [...found, ...codes.map(({ user }) => user)].filter((user) => user.realm === text),
        [],
        form,
      );
      assert.equal(await storage.findArrival(`${limit().key}${text}`), null, form);
    }
  },
};
