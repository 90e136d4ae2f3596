import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import type { Hasher } from '@pwreset/core';

/** One test. `another` makes a further hasher, as another process would have it. */
export type HasherCase = (hasher: Hasher, another: () => Promise<Hasher>) => Promise<void>;

/** Passwords that are easily taken for each other. */
const near: Readonly<Record<string, readonly (readonly [password: string, other: string])[]>> = {
  'one character more or less makes another password': [
    ['correct horse', 'correct hors'],
    ['correct horse', 'correct horsee'],
    ['correct horse', 'orrect horse'],
    ['correct horse', ''],
    ['a', ''],
  ],
  'nothing is trimmed': [
    ['correct horse', 'correct horse '],
    [' correct horse', 'correct horse'],
    ['correct\thorse', 'correct horse'],
    ['correct horse\n', 'correct horse'],
  ],
  'case counts, that of every script': [
    ['correct horse', 'Correct horse'],
    ['CORRECT HORSE', 'correct horse'],
    ['straße', 'STRASSE'],
    ['ÉCOLE', 'éCOLE'],
  ],
  'texts that look the same and are not stay apart': [
    ['\u00e9', 'e\u0301'],
    ['\ufb01sh', 'fish'],
    ['\u0430bc', 'abc'],
    // One byte of the two is the same.
    ['\u0161', 'a'],
    ['e\u0301', 'e'],
    ['\u0131', 'i'],
  ],
  'NUL ends nothing': [
    ['a\0b', 'a\0c'],
    ['a\0', 'a'],
    ['a', 'a\0'],
    ['a\0', 'a\0\0'],
    ['\0', ''],
  ],
  'a password of 1024 bytes counts to its last one': [
    [`${'x'.repeat(1023)}a`, `${'x'.repeat(1023)}b`],
    ['x'.repeat(1024), 'x'.repeat(1023)],
    [`${'é'.repeat(511)}ab`, `${'é'.repeat(511)}aa`],
    ['🔑'.repeat(256), `${'🔑'.repeat(255)}🔒`],
  ],
  'a password counts past every length at which another algorithm cuts': [
    8, 16, 55, 56, 63, 64, 71, 72, 127, 128, 255, 256,
  ].map((length) => [`${'x'.repeat(length)}a`, `${'x'.repeat(length)}b`] as const),
};

/** What no hasher makes. */
const noForms = ['', '!', '!unusable', '*', ' ', '$', '$$$$', 'password', '\0', '\ud800', '{}', 'x'.repeat(100_000)];

/** A hasher may know some of these. None was made from a password, and some ask for more than any machine has. */
const foreignForms = [
  `$2b$10$${'A'.repeat(53)}`,
  `$1$saltsalt$${'A'.repeat(22)}`,
  '$argon2id$v=19$m=8,t=1,p=1$AAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA',
  '$argon2id$v=19$m=99999999999,t=1,p=1$AAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA',
  '$scrypt$ln=60,r=8,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
  'pbkdf2_sha256$1$salt$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=',
  '0123456789abcdef0123456789abcdef',
];

/** A stored form as a column that is too short, a careless hand or an attacker leaves it. */
const alterations = (stored: string): readonly string[] => [
  stored.slice(1),
  stored.slice(0, stored.length / 2),
  stored.replace(/[^$]+$/, ''),
  stored.replace(/\d+/g, ''),
  ` ${stored}`,
  `${stored}\n`,
  `${stored}\0`,
  `${stored}$`,
  `${stored}${stored}`,
  [...stored].toReversed().join(''),
];

const refused = (outcome: string): boolean => outcome === 'mismatched' || outcome === 'unrecognised';

export const hasherCases: Readonly<Record<string, HasherCase>> = {
  'a password matches its own hash, as often as it is asked for': async (hasher) => {
    for (const password of ['correct horse', '', ' ', 'пароль', '密碼🔑', '\0', 'x'.repeat(1024)]) {
      const stored = await hasher.hash(password);
      for (const _ of [1, 2]) assert.equal(await hasher.verify(password, stored), 'matched', JSON.stringify(password));
    }
  },

  ...Object.fromEntries(
    Object.entries(near).map(([name, pairs]) => [
      name,
      async (hasher: Hasher) => {
        for (const [password, other] of pairs) {
          const stored = await hasher.hash(password);
          const named = `${JSON.stringify(other.slice(-20))} for ${JSON.stringify(password.slice(-20))}`;
          assert.equal(await hasher.verify(other, stored), 'mismatched', named);
          assert.equal(await hasher.verify(password, stored), 'matched', named);
        }
      },
    ]),
  ),

  'two hashes of one password differ, and each matches': async (hasher, another) => {
    const other = await another();
    const stored = [await hasher.hash('same'), await hasher.hash('same'), await hasher.hash('same')];
    assert.equal(new Set(stored).size, stored.length);
    for (const text of stored) assert.equal(await other.verify('same', text), 'matched');
  },

  'what one process stores another verifies, and a hash is not outdated when it is new': async (hasher, another) => {
    const stored = await hasher.hash('correct horse');
    const other = await another();
    assert.equal(await other.verify('correct horse', stored), 'matched');
    assert.equal(await other.verify('wrong horse', stored), 'mismatched');
  },

  'an answer depends on the password and the stored form alone, not on what was asked before': async (hasher) => {
    const [right, other] = [await hasher.hash('right'), await hasher.hash('other')];
    for (const [password, stored, outcome] of [
      ['right', right, 'matched'],
      ['wrong', right, 'mismatched'],
      ['right', other, 'mismatched'],
      ['wrong', right, 'mismatched'],
      ['right', right, 'matched'],
      ['other', other, 'matched'],
      ['other', right, 'mismatched'],
    ] as const) {
      assert.equal(await hasher.verify(password, stored), outcome, password);
    }
  },

  'a stored form does not show the password, and every database can keep it': async (hasher) => {
    const password = 'wonderfully long and Legible';
    const stored = await hasher.hash(password);
    const bytes = Buffer.from(password);
    for (const shown of [password, bytes.toString('base64').replaceAll('=', ''), bytes.toString('hex')])
      assert.ok(!stored.toLowerCase().includes(shown.toLowerCase()));
    assert.match(stored, /^[\x21-\x7e]{1,1024}$/, 'printable ASCII without spaces');
    assert.ok(!stored.startsWith('!'), 'an exclamation mark stands for a password that was made unusable');
  },

  'no password matches the dummy, which is understood': async (hasher, another) => {
    const { dummy } = hasher;
    for (const verifier of [hasher, await another()])
      for (const password of ['', ' ', '\0', 'password', 'dummy', dummy, ...dummy.split('$')])
        assert.equal(await verifier.verify(password, dummy), 'mismatched', JSON.stringify(password));
    assert.equal(hasher.dummy, dummy);
  },

  'what is no stored form at all is unrecognised, and nothing is thrown': async (hasher) => {
    for (const text of noForms)
      for (const password of ['', 'password', text.slice(0, 20).toWellFormed()])
        assert.equal(await hasher.verify(password, text), 'unrecognised', JSON.stringify(text.slice(0, 20)));
  },

  'a foreign form matches no password that was not hashed into it, and nothing is thrown': async (hasher) => {
    for (const text of foreignForms) {
      const outcome = await hasher.verify('password', text);
      assert.ok(refused(outcome), `${text}: ${outcome}`);
    }
  },

  'an altered stored form matches nothing, and nothing is thrown': async (hasher) => {
    const stored = await hasher.hash('password');
    for (const text of alterations(stored)) {
      const outcome = await hasher.verify('password', text);
      assert.ok(refused(outcome), `${JSON.stringify(text)}: ${outcome}`);
    }
    // Other costs than the hasher's own: whatever it makes of them, it answers.
    await hasher.verify('password', stored.replace(/\d+/, '99999999999'));
  },

  'hashes and verifications at once do not mix': async (hasher) => {
    const passwords = ['one', 'two', 'three', 'four', 'five', 'six'];
    const stored = await Promise.all(passwords.map((password) => hasher.hash(password)));
    const pairs = stored.flatMap((text, i) => passwords.map((password, j) => ({ text, password, same: i === j })));
    const outcomes = await Promise.all(pairs.map(({ text, password }) => hasher.verify(password, text)));
    assert.deepEqual(
      outcomes,
      pairs.map(({ same }) => (same ? 'matched' : 'mismatched')),
    );
  },
};
