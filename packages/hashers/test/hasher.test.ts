import { describe, expect, test } from 'vitest';
import { argon2idAlgorithm, scryptAlgorithm } from '../src/algorithms.js';
import { createHasher } from '../src/hasher.js';
import { phcScheme } from '../src/scheme.js';
import {
  argon2idHasher,
  cheapArgon2id,
  cheapScrypt,
  openEngines,
  recordingDerive,
  scryptHasher,
  utf8,
} from './fixtures.js';

const hashers = openEngines.flatMap(({ name, kdfs }) => [
  { name: `argon2id on ${name}`, make: () => argon2idHasher(cheapArgon2id, kdfs) },
  { name: `scrypt on ${name}`, make: () => scryptHasher(cheapScrypt, kdfs) },
]);

describe.each(hashers)('$name', ({ make }) => {
  test('refuses a lone surrogate, and does not take it for the replacement character', async () => {
    const hasher = make();
    for (const lone of ['\ud800', 'a\udc00b', '\udc00\ud800'])
      await expect(hasher.hash(lone)).rejects.toThrow(TypeError);
    const stored = await hasher.hash('a\ufffd');
    expect(await hasher.verify('a\ufffd', stored)).toBe('matched');
    expect(await hasher.verify('a\ud800', stored)).toBe('mismatched');
  });

  test('has one dummy, which looks like a hash', async () => {
    const hasher = make();
    expect(hasher.dummy).toBe(make().dummy);
    expect(hasher.dummy).toHaveLength((await hasher.hash('')).length);
  });

  test('recognises a stored form only as it was made', async () => {
    const hasher = make();
    const stored = await hasher.hash('password');
    for (const text of [` ${stored}`, `${stored}\n`, stored.slice(1), `${stored}$`])
      expect(await hasher.verify('password', text)).toBe('unrecognised');
  });
});

test('a hash made on one engine matches on the other', async () => {
  for (const maker of openEngines)
    for (const { kdfs } of openEngines)
      for (const make of [argon2idHasher, scryptHasher]) {
        const stored = await make(undefined, maker.kdfs).hash('pässwörd');
        expect(await make(undefined, kdfs).verify('pässwörd', stored)).toBe('matched');
      }
});

describe('the upgrade of a stored hash', () => {
  test.each([
    [{ m: 16, t: 2, p: 2 }, 'matched'],
    [{ m: 24, t: 3, p: 3 }, 'matched'],
    [{ m: 15, t: 2, p: 1 }, 'outdated'],
    [{ m: 17, t: 1, p: 2 }, 'outdated'],
    [{ m: 64, t: 9, p: 1 }, 'outdated'],
  ] as const)('argon2id m=16,t=2,p=2 finds %j %s', async (costs, outcome) => {
    const stored = await argon2idHasher(costs).hash('password');
    expect(await argon2idHasher().verify('password', stored)).toBe(outcome);
    expect(await argon2idHasher().verify('passwort', stored)).toBe('mismatched');
  });

  test.each([
    [{ ln: 4, r: 2, p: 2 }, 'matched'],
    [{ ln: 5, r: 3, p: 3 }, 'matched'],
    [{ ln: 3, r: 2, p: 2 }, 'outdated'],
    [{ ln: 5, r: 1, p: 2 }, 'outdated'],
    [{ ln: 5, r: 2, p: 1 }, 'outdated'],
  ] as const)('scrypt ln=4,r=2,p=2 finds %j %s', async (costs, outcome) => {
    const stored = await scryptHasher(costs).hash('password');
    expect(await scryptHasher().verify('password', stored)).toBe(outcome);
    expect(await scryptHasher().verify('passwort', stored)).toBe('mismatched');
  });

  test('each verifies the other, as outdated', async () => {
    for (const [maker, verifier] of [
      [argon2idHasher(), scryptHasher()],
      [scryptHasher(), argon2idHasher()],
    ] as const) {
      const stored = await maker.hash('password');
      expect(await verifier.verify('password', stored)).toBe('outdated');
      expect(await verifier.verify('passwort', stored)).toBe('mismatched');
      expect(await verifier.verify('password', await verifier.hash('password'))).toBe('matched');
    }
  });

  test.each([
    // From the tests of argon2's reference implementation, with a salt of 8 bytes, and from passlib's documentation.
    ['$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4', 'outdated'],
    ['$scrypt$ln=16,r=8,p=1$aM15713r3Xsvxbi31lqr1Q$nFNh2CVHVjNldFVKDHDlm4CbdRSCdEBsjjJxD+iCs5E', 'outdated'],
  ])('a foreign hash is understood: %s', async (stored, outcome) => {
    const hasher = argon2idHasher({ m: 8, t: 1, p: 1 });
    expect(await hasher.verify('password', stored)).toBe(outcome);
    expect(await hasher.verify('passwort', stored)).toBe('mismatched');
  });

  test('a shorter salt or output is outdated', async () => {
    const derive = async ({ length }: { length: number }) => new Uint8Array(length);
    const scheme = phcScheme(argon2idAlgorithm, derive);
    const hasher = createHasher({ scheme, costs: cheapArgon2id, others: [] });
    const stored = (salt: number, output: number) =>
      scheme.format(new Uint8Array(salt), new Uint8Array(output), cheapArgon2id);
    expect(await hasher.verify('', stored(16, 32))).toBe('matched');
    expect(await hasher.verify('', stored(64, 64))).toBe('matched');
    expect(await hasher.verify('', stored(15, 32))).toBe('outdated');
    expect(await hasher.verify('', stored(16, 31))).toBe('outdated');
  });
});

describe('what is derived', () => {
  test('hash takes 16 bytes of the random given, verify and the dummy cost the same', async () => {
    const { calls, derive } = recordingDerive();
    const salts: number[] = [];
    const random = {
      bytes(length: number) {
        salts.push(length);
        return new Uint8Array(length).fill(7);
      },
    };
    const scheme = phcScheme(scryptAlgorithm, derive);
    const hasher = createHasher({ scheme, costs: cheapScrypt, others: [], random });
    const stored = await hasher.hash('a\0é');
    expect(stored).toBe('$scrypt$ln=4,r=2,p=2$BwcHBwcHBwcHBwcHBwcHBw$AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE');
    await hasher.verify('a\0é', stored);
    await hasher.verify('a\0é', hasher.dummy);
    expect(salts).toEqual([16]);
    const asked = { ...cheapScrypt, password: utf8('a\0é'), length: 32 };
    expect(calls).toEqual([
      { ...asked, salt: new Uint8Array(16).fill(7) },
      { ...asked, salt: new Uint8Array(16).fill(7) },
      { ...asked, salt: new Uint8Array(16) },
    ]);
  });

  test('scrypt sees a final NUL, which HMAC alone would not; argon2id gets the text as it is', async () => {
    const { calls, derive } = recordingDerive();
    const byScrypt = createHasher({ scheme: phcScheme(scryptAlgorithm, derive), costs: cheapScrypt, others: [] });
    const byArgon2id = createHasher({ scheme: phcScheme(argon2idAlgorithm, derive), costs: cheapArgon2id, others: [] });
    for (const hasher of [byScrypt, byArgon2id])
      for (const password of ['\0', '\0a', 'a\0']) await hasher.hash(password);
    expect(calls.map(({ password }) => [...password])).toEqual([
      [0, 255],
      [0, 97],
      [97, 0, 255],
      [0],
      [0, 97],
      [97, 0],
    ]);
  });

  test('an ill-formed password costs what any other does', async () => {
    const { calls, derive } = recordingDerive();
    const scheme = phcScheme(scryptAlgorithm, derive);
    const hasher = createHasher({ scheme, costs: cheapScrypt, others: [] });
    const stored = await hasher.hash('x');
    expect(await hasher.verify('\ud800', stored)).toBe('mismatched');
    expect(calls).toHaveLength(2);
  });

  test('a random that gives too little is refused', async () => {
    const random = { bytes: () => new Uint8Array(8) };
    await expect(argon2idHasher(undefined, undefined, random).hash('password')).rejects.toThrow(TypeError);
  });

  test('every byte of the output counts', async () => {
    const hasher = argon2idHasher();
    const stored = await hasher.hash('password');
    const at = stored.lastIndexOf('$') + 1;
    const output = Buffer.from(stored.slice(at), 'base64');
    for (const index of output.keys()) {
      const changed = Buffer.from(output);
      changed.writeUInt8(output.readUInt8(index) ^ 1, index);
      const text = stored.slice(0, at) + changed.toString('base64').replace('=', '');
      expect(await hasher.verify('password', text)).toBe('mismatched');
    }
  });
});
