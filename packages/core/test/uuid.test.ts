import { describe, expect, test } from 'vitest';
import { randomFraction } from '../src/random.js';
import { systemRandom } from '../src/system-clock.js';
import { uuid } from '../src/uuid.js';
import { constantRandom, steadyRandom } from './fixtures.js';

describe('uuid', () => {
  test('version 4 and variant 10, whatever the bytes (RFC 9562, section 5.4)', () => {
    expect(uuid(constantRandom(0x00))).toBe('00000000-0000-4000-8000-000000000000');
    expect(uuid(constantRandom(0xff))).toBe('ffffffff-ffff-4fff-bfff-ffffffffffff');
    for (let byte = 0; byte < 256; byte += 1) {
      expect(uuid(constantRandom(byte))).toMatch(
        /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
      );
    }
  });

  test('the other 122 bits are those of the random port', () => {
    const bytes = Uint8Array.from({ length: 16 }, (_, index) => index * 17);
    expect(uuid({ bytes: () => bytes })).toBe('00112233-4455-4677-8899-aabbccddeeff');
    expect(bytes[6]).toBe(0x66);
  });

  test('no duplicates', () => {
    expect(new Set(Array.from({ length: 10_000 }, () => uuid(systemRandom))).size).toBe(10_000);
  });
});

describe('randomFraction', () => {
  test('from 0 up to but not including 1', () => {
    expect(randomFraction(constantRandom(0))).toBe(0);
    expect(randomFraction(constantRandom(0xff))).toBe(1 - 2 ** -32);
    expect(randomFraction(constantRandom(0x80))).toBeCloseTo(0.502, 3);
  });

  test('evenly', () => {
    const random = steadyRandom(3);
    const fractions = Array.from({ length: 10_000 }, () => randomFraction(random));
    expect(fractions.reduce((sum, each) => sum + each) / 10_000).toBeCloseTo(0.5, 1);
    expect(fractions.filter((each) => each < 0.1).length).toBeGreaterThan(800);
    expect(fractions.filter((each) => each >= 0.9).length).toBeGreaterThan(800);
  });
});
