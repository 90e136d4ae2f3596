import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { keyDigest, newKeyValue, presentedKeyDigest } from '../src/key-value.js';
import { systemRandom } from '../src/system-clock.js';
import { constantRandom } from './fixtures.js';

describe('the value of a key', () => {
  test('160 random bits in 32 digits, no two the same', () => {
    const values = new Set(Array.from({ length: 10_000 }, () => newKeyValue(systemRandom)));
    expect(values.size).toBe(10_000);
    for (const value of values) if (!/^[0-9a-hjkmnp-tv-z]{32}$/.test(value)) expect.fail(value);
    expect(newKeyValue(constantRandom(0xff))).toBe('z'.repeat(32));
  });

  test('is stored as its SHA-256', () => {
    expect(keyDigest('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
    expect(keyDigest('é')).toBe(createHash('sha256').update('é').digest('hex'));
  });
});

describe('what a caller presents', () => {
  test('is compared as it is', () => {
    expect(presentedKeyDigest('abc')).toBe(keyDigest('abc'));
    expect(presentedKeyDigest('ABC')).not.toBe(keyDigest('abc'));
    expect(presentedKeyDigest(' abc')).not.toBe(keyDigest('abc'));
  });

  test.each([undefined, null, '', 7, ['abc'], {}, 'x'.repeat(1_001)])('is no key: %j', (value) => {
    expect(presentedKeyDigest(value)).toBeNull();
  });

  test('may be ill-formed', () => {
    expect(presentedKeyDigest('\ud800')).toBe(keyDigest('\ufffd'));
  });
});
