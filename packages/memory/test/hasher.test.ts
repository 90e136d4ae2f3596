import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { testHasher } from '../src/hasher.js';

describe('testHasher', () => {
  it('matches the password that was hashed and no other', async () => {
    const hasher = testHasher();
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), async (password, other) => {
        const stored = await hasher.hash(password);
        expect(await hasher.verify(password, stored)).toBe('matched');
        expect(await hasher.verify(other, stored)).toBe(other === password ? 'matched' : 'mismatched');
      }),
    );
  });

  it('says what it is, hides the password and salts', async () => {
    const hasher = testHasher();
    const [first, second] = [await hasher.hash('correct horse'), await hasher.hash('correct horse')];
    expect(first).toMatch(/^\$test\$v=1\$1\$[0-9a-f]{16}$/);
    expect(second).not.toBe(first);
    expect(await testHasher().hash('correct horse')).toBe(first);
  });

  it('knows an outdated form and a foreign one', async () => {
    const stored = await testHasher().hash('correct horse');
    expect(await testHasher({ version: 2 }).verify('correct horse', stored)).toBe('outdated');
    expect(await testHasher({ version: 2 }).verify('wrong', stored)).toBe('mismatched');
    expect(await testHasher().verify('correct horse', '$2b$10$abc')).toBe('unrecognised');
    expect(await testHasher().verify('correct horse', '!unusable')).toBe('unrecognised');
  });

  it('has a dummy that is a form like any other and matches nothing', async () => {
    const hasher = testHasher({ version: 10 });
    await fc.assert(
      fc.asyncProperty(fc.string(), async (password) => {
        expect(await hasher.verify(password, hasher.dummy)).toBe('mismatched');
      }),
    );
  });

  it('fails as often as it is told, and counts', async () => {
    const hasher = testHasher();
    const fault = new Error('out of memory');
    hasher.failNext(fault, 2);
    await expect(hasher.hash('a')).rejects.toBe(fault);
    await expect(hasher.hash('a')).rejects.toBe(fault);
    await hasher.verify('a', await hasher.hash('a'));
    expect([hasher.hashed, hasher.verified]).toEqual([1, 1]);
  });
});
