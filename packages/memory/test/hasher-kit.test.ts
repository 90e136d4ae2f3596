import { testHasher as testHasherPort } from '@pwreset/conformance';
import type { Hasher } from '@pwreset/core';
import { describe, expect, it } from 'vitest';
import { testHasher } from '../src/hasher.js';

/** Runs the whole kit on a hasher and answers the names of the tests that failed. */
async function failuresOf(make: () => Hasher, dispose = async () => {}): Promise<readonly string[]> {
  const tests: { readonly name: string; readonly run: () => Promise<void> }[] = [];
  testHasherPort({
    test: (name, run) => tests.push({ name, run }),
    factory: async () => ({ hasher: make(), dispose }),
  });
  const outcomes = await Promise.allSettled(tests.map(({ run }) => run()));
  return tests.filter((_, index) => outcomes[index]?.status === 'rejected').map(({ name }) => name);
}

/** A hasher that does something to the password first. */
const through = (fold: (password: string) => string) => (): Hasher => {
  const hasher = testHasher();
  return {
    dummy: hasher.dummy,
    hash: (password) => hasher.hash(fold(password)),
    verify: (password, stored) => hasher.verify(fold(password), stored),
  };
};

/** A hasher with one member that is wrong. */
const withBroken = (broken: (hasher: Hasher) => Partial<Hasher>) => (): Hasher => {
  const hasher = testHasher();
  return { ...hasher, ...broken(hasher) };
};

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

const breakages: Readonly<Record<string, readonly [make: () => Hasher, name: string]>> = {
  'cuts at 72 bytes': [
    through((password) => new TextDecoder().decode(utf8(password).subarray(0, 72))),
    'a password counts past every length at which another algorithm cuts',
  ],
  'cuts at 1023 bytes': [
    through((password) => utf8(password).subarray(0, 1023).join()),
    'a password of 1024 bytes counts to its last one',
  ],
  'takes one byte of each character': [
    through((password) => [...password].map((letter) => (letter.codePointAt(0) ?? 0) % 256).join()),
    'texts that look the same and are not stay apart',
  ],
  'folds case': [through((password) => password.toLowerCase()), 'case counts, that of every script'],
  'folds the case of ASCII': [
    through((password) => password.replace(/[A-Z]/g, (letter) => letter.toLowerCase())),
    'case counts, that of every script',
  ],
  trims: [through((password) => password.trim()), 'nothing is trimmed'],
  'brings everything to NFC': [
    through((password) => password.normalize('NFC')),
    'texts that look the same and are not stay apart',
  ],
  'stops at NUL': [through((password) => password.replace(/\0.*$/s, '')), 'NUL ends nothing'],
  'compares a beginning': [
    withBroken((hasher) => ({
      async verify(password, stored) {
        const outcome = await hasher.verify(password, stored);
        return outcome === 'mismatched' && password === '' ? 'matched' : outcome;
      },
    })),
    'one character more or less makes another password',
  ],
  'has one salt': [
    () => ({ ...testHasher(), hash: (password) => testHasher().hash(password) }),
    'two hashes of one password differ, and each matches',
  ],
  'keeps something in the process': [
    () => {
      const made = new Set<string>();
      const hasher = testHasher();
      return {
        dummy: hasher.dummy,
        async hash(password) {
          const stored = await hasher.hash(password);
          made.add(stored);
          return stored;
        },
        verify: async (password, stored) =>
          made.has(stored) || !stored.includes('=1$1$') ? hasher.verify(password, stored) : 'mismatched',
      };
    },
    'what one process stores another verifies, and a hash is not outdated when it is new',
  ],
  'finds its own hashes outdated': [
    withBroken((hasher) => ({ hash: (password) => hasher.hash(password), verify: testHasher({ version: 2 }).verify })),
    'what one process stores another verifies, and a hash is not outdated when it is new',
  ],
  'remembers what it said of a stored form': [
    withBroken((hasher) => {
      const said = new Map<string, ReturnType<Hasher['verify']>>();
      return {
        verify(password, stored) {
          const outcome = said.get(stored) ?? hasher.verify(password, stored);
          said.set(stored, outcome);
          return outcome;
        },
      };
    }),
    'an answer depends on the password and the stored form alone, not on what was asked before',
  ],
  'stores the password beside the hash': [
    withBroken((hasher) => ({
      hash: async (password) => `${await hasher.hash(password)}$${btoa(String.fromCharCode(...utf8(password)))}`,
      verify: (password, stored) => hasher.verify(password, stored.replace(/^(\$test.*)\$[^$]*$/, '$1')),
    })),
    'a stored form does not show the password, and every database can keep it',
  ],
  'stores bytes as they are': [
    withBroken((hasher) => ({
      hash: async (password) => `${await hasher.hash(password)}\0`,
      verify: (password, stored) => hasher.verify(password, stored.replace(/\0$/, '')),
    })),
    'a stored form does not show the password, and every database can keep it',
  ],
  'has a dummy that it does not understand': [
    withBroken(() => ({ dummy: 'dummy' })),
    'no password matches the dummy, which is understood',
  ],
  'has a dummy with a password': [
    withBroken((hasher) => ({
      verify: async (password, stored) =>
        stored === hasher.dummy && password === 'password' ? 'matched' : hasher.verify(password, stored),
    })),
    'no password matches the dummy, which is understood',
  ],
  'throws at what it does not know': [
    withBroken((hasher) => ({
      async verify(password, stored) {
        const outcome = await hasher.verify(password, stored);
        if (outcome === 'unrecognised') throw new TypeError('not a hash');
        return outcome;
      },
    })),
    'what is no stored form at all is unrecognised, and nothing is thrown',
  ],
  'throws at a foreign form': [
    withBroken((hasher) => ({
      async verify(password, stored) {
        if (stored.startsWith('$2b$')) throw new TypeError('not a hash');
        return hasher.verify(password, stored);
      },
    })),
    'a foreign form matches no password that was not hashed into it, and nothing is thrown',
  ],
  'takes an unknown form for a wrong password': [
    withBroken((hasher) => ({
      async verify(password, stored) {
        const outcome = await hasher.verify(password, stored);
        return outcome === 'unrecognised' ? 'mismatched' : outcome;
      },
    })),
    'what is no stored form at all is unrecognised, and nothing is thrown',
  ],
  'takes a password that was stored as it is': [
    withBroken((hasher) => ({
      verify: async (password, stored) => (stored === password ? 'outdated' : hasher.verify(password, stored)),
    })),
    'what is no stored form at all is unrecognised, and nothing is thrown',
  ],
  'reads over what stands around a form': [
    withBroken((hasher) => ({ verify: (password, stored) => hasher.verify(password, stored.trim()) })),
    'an altered stored form matches nothing, and nothing is thrown',
  ],
  'compares as much as there is': [
    withBroken((hasher) => ({
      async verify(password, stored) {
        return /^\$test\$v=1\$\d+\$$/.test(stored) ? 'matched' : hasher.verify(password, stored);
      },
    })),
    'an altered stored form matches nothing, and nothing is thrown',
  ],
  'keeps the password of a call where the next one finds it': [
    withBroken((hasher) => {
      let current = '';
      return {
        async hash(password) {
          current = password;
          await Promise.resolve();
          return hasher.hash(current);
        },
      };
    }),
    'hashes and verifications at once do not mix',
  ],
};

describe('the hasher kit', () => {
  it('passes a sound hasher', async () => {
    expect(await failuresOf(testHasher)).toEqual([]);
  });

  it.each(Object.entries(breakages))('catches a hasher that %s', async (_, [make, name]) => {
    expect(await failuresOf(make)).toContain(`hasher: ${name}`);
  });

  it('disposes of every hasher that it asked for, after a failure too', async () => {
    let made = 0;
    let disposed = 0;
    const failed = await failuresOf(
      () => {
        made += 1;
        return { ...testHasher(), hash: () => Promise.reject(new Error('broken')) };
      },
      async () => {
        disposed += 1;
      },
    );
    expect(failed.length).toBeGreaterThan(5);
    expect(disposed).toBe(made);
  });
});
