import assert from 'node:assert/strict';
import type { Hasher } from '@pwreset/core';

/** What any hasher must do, whatever it stores. The runner is injected, so that a kit can take this as it is. */
export function hasherContract({
  test,
  factory,
}: {
  readonly test: (name: string, run: () => Promise<void>) => void;
  readonly factory: () => Hasher;
}): void {
  test('a password matches its own hash and no other does', async () => {
    const hasher = factory();
    const stored = await hasher.hash('correct horse');
    assert.equal(await hasher.verify('correct horse', stored), 'matched');
    for (const other of ['', 'correct hors', 'correct horse ', 'Correct horse'])
      assert.equal(await hasher.verify(other, stored), 'mismatched');
  });

  test('one password hashes differently each time', async () => {
    const hasher = factory();
    assert.notEqual(await hasher.hash('same'), await hasher.hash('same'));
  });

  test('nothing is cut, folded or ended by NUL', async () => {
    const hasher = factory();
    const long = 'x'.repeat(72);
    for (const [password, near] of [
      [`${long}a`, `${long}b`],
      ['a\0b', 'a\0c'],
      ['a\0', 'a'],
      ['a', 'a\0'],
      ['\0', ''],
      ['a\0', 'a\0\0'],
      ['é', 'é'.normalize('NFD')],
      ['🔑'.repeat(15), '🔑'.repeat(14)],
    ] as const) {
      const stored = await hasher.hash(password);
      assert.equal(await hasher.verify(password, stored), 'matched');
      assert.equal(await hasher.verify(near, stored), 'mismatched');
    }
  });

  test('a lone surrogate is refused, and is not the replacement character', async () => {
    const hasher = factory();
    for (const lone of ['\ud800', 'a\udc00b', '\udc00\ud800']) await assert.rejects(hasher.hash(lone), TypeError);
    const stored = await hasher.hash('a\ufffd');
    assert.equal(await hasher.verify('a\ufffd', stored), 'matched');
    assert.equal(await hasher.verify('a\ud800', stored), 'mismatched');
  });

  test('no password matches the dummy, which is constant and looks like a hash', async () => {
    const hasher = factory();
    const stored = await hasher.hash('');
    assert.equal(hasher.dummy, factory().dummy);
    assert.equal(hasher.dummy.length, stored.length);
    for (const password of ['', 'password', '\0', hasher.dummy])
      assert.equal(await hasher.verify(password, hasher.dummy), 'mismatched');
  });

  test('a text that is no hash is unrecognised', async () => {
    const hasher = factory();
    const stored = await hasher.hash('password');
    for (const text of ['', '!', 'password', ` ${stored}`, `${stored}\n`, stored.slice(1), `${stored}$`])
      assert.equal(await hasher.verify('password', text), 'unrecognised', JSON.stringify(text));
  });

  test('hashes made at once do not mix', async () => {
    const hasher = factory();
    const passwords = ['one', 'two', 'three', 'four'];
    const stored = await Promise.all(passwords.map((password) => hasher.hash(password)));
    for (const [i, text] of stored.entries())
      for (const [j, password] of passwords.entries())
        assert.equal(await hasher.verify(password, text), i === j ? 'matched' : 'mismatched');
  });
}
