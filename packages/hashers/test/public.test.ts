import { afterEach, describe, expect, test, vi } from 'vitest';
import { argon2id, caps, scrypt } from '../src/index.js';

afterEach(() => {
  vi.unstubAllGlobals();
});

const withDummyOf = (hasher: { dummy: string }) => hasher.dummy.replace(/\$A{22}\$A{43}$/, '');

describe('argon2id', () => {
  test('makes the documented string by default', async () => {
    const hasher = argon2id();
    const stored = await hasher.hash('password');
    expect(stored).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
    expect(await hasher.verify('password', stored)).toBe('matched');
    expect(await argon2id({ engine: 'noble' }).verify('password', stored)).toBe('matched');
    expect(await argon2id({ t: 3 }).verify('password', stored)).toBe('outdated');
    expect(await hasher.verify('password', hasher.dummy)).toBe('mismatched');
  });

  test.each([
    [{ m: 19456, t: 2 }, 'm=19456,t=2,p=1'],
    [{ m: 47104, t: 1 }, 'm=47104,t=1,p=1'],
    [{ m: 12288, t: 3 }, 'm=12288,t=3,p=1'],
    [{ m: 19457, t: 3, p: 4 }, 'm=19457,t=3,p=4'],
    [{ m: caps.memoryBytes / 1024, t: 4, p: caps.lanes }, 'm=262144,t=4,p=16'],
  ])('accepts %j', (options, costs) => {
    expect(withDummyOf(argon2id(options))).toBe(`$argon2id$v=19$${costs}`);
  });

  test.each([
    { m: 19455 },
    { t: 1 },
    { m: 47103, t: 1 },
    { m: 12287, t: 3 },
    { m: 12287, t: 64 },
    { m: 12288, t: 2 },
    { p: 0 },
    { t: 0 },
    { m: 0 },
    { m: -19456 },
    { m: 19456.5 },
    { t: 2.5 },
    { m: Number.NaN },
    { m: Number.POSITIVE_INFINITY },
    { m: 262145 },
    { t: 65 },
    { p: 17 },
    { m: 262144, t: 5 },
  ])('refuses %j', (options) => {
    expect(() => argon2id(options)).toThrow(TypeError);
  });
});

describe('scrypt', () => {
  test('makes the documented string by default', async () => {
    const hasher = scrypt();
    const stored = await hasher.hash('password');
    expect(stored).toMatch(/^\$scrypt\$ln=17,r=8,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
    expect(await hasher.verify('password', stored)).toBe('matched');
    expect(await argon2id().verify('password', stored)).toBe('outdated');
  });

  test.each([
    [{ ln: 17 }, 'ln=17,r=8,p=1'],
    [{ ln: 16, p: 2 }, 'ln=16,r=8,p=2'],
    [{ ln: 15, p: 3 }, 'ln=15,r=8,p=3'],
    [{ ln: 15, r: 9, p: 4 }, 'ln=15,r=9,p=4'],
    [{ ln: 18, p: 4 }, 'ln=18,r=8,p=4'],
  ])('accepts %j', (options, costs) => {
    expect(withDummyOf(scrypt(options))).toBe(`$scrypt$${costs}`);
  });

  test.each([
    { ln: 16 },
    { ln: 15, p: 2 },
    { ln: 14, p: 16 },
    { r: 7 },
    { ln: 18, r: 4 },
    { p: 0 },
    { ln: 17.5 },
    { ln: 19 },
    { ln: 131072 },
    { r: 33 },
    { p: 17 },
    { ln: 18, p: 5 },
  ])('refuses %j', (options) => {
    expect(() => scrypt(options)).toThrow(TypeError);
  });
});

test('without node:crypto everything still works, and a named node engine is refused', async () => {
  const stored = await argon2id().hash('password');
  vi.stubGlobal('process', undefined);
  const hasher = argon2id();
  const refusals = [() => argon2id({ engine: 'node' }), () => scrypt({ engine: 'node' })].map((make) => {
    try {
      make();
      return 'made';
    } catch (error) {
      return error instanceof TypeError ? 'TypeError' : 'another error';
    }
  });
  vi.unstubAllGlobals();
  expect(refusals).toEqual(['TypeError', 'TypeError']);
  expect(await hasher.verify('password', stored)).toBe('matched');
});
