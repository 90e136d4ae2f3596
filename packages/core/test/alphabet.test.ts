import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { alphabet, encodeBase32, forgive } from '../src/alphabet.js';
import { anyText, steadyRandom } from './fixtures.js';

describe('encodeBase32', () => {
  test.each([
    [[0, 0, 0, 0, 0], '00000000'],
    [[255, 255, 255, 255, 255], 'zzzzzzzz'],
    // 00000 00001 00010 00011 00100 00101 00110 00111
    [[0x00, 0x44, 0x32, 0x14, 0xc7], '01234567'],
    // 11000 11001 11010 11011 11100 11101 11110 11111
    [[0xc6, 0x75, 0xbe, 0x77, 0xdf], 'rstvwxyz'],
    [[0b1000_0100], 'gg'],
  ])('%j is %s', (bytes, text) => {
    expect(encodeBase32(Uint8Array.from(bytes), text.length)).toBe(text);
  });

  test('writes the bits of the bytes in their order, whatever the length', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 40 }), fc.nat(63), (bytes, wanted) => {
        const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
        const length = Math.min(wanted, Math.floor(bits.length / 5));
        const expected = Array.from({ length }, (_, n) => Number.parseInt(bits.slice(n * 5, n * 5 + 5), 2));
        expect([...encodeBase32(bytes, length)].map((digit) => alphabet.indexOf(digit))).toEqual(expected);
      }),
    );
  });

  test('favours no digit: chi-square over 320,000 digits', () => {
    const random = steadyRandom(7);
    const counts = new Map([...alphabet].map((digit) => [digit, 0]));
    for (let round = 0; round < 10_000; round += 1) {
      for (const digit of encodeBase32(random.bytes(20), 32)) counts.set(digit, (counts.get(digit) ?? 0) + 1);
    }
    const squares = [...counts.values()].map((count) => (count - 10_000) ** 2 / 10_000);
    // 31 degrees of freedom: above 61.1 in one of a thousand fair draws.
    expect(counts.size).toBe(32);
    expect(squares.reduce((sum, square) => sum + square)).toBeLessThan(61.1);
  });
});

describe('forgive', () => {
  test('the alphabet has 32 digits and none of i, l, o, u', () => {
    expect(new Set(alphabet).size).toBe(32);
    expect(alphabet).toMatch(/^[^ilou]{32}$/);
    expect(forgive(alphabet)).toBe(alphabet);
  });

  test('case, o for 0, i and l for 1 are forgiven', () => {
    expect(forgive(alphabet.toUpperCase())).toBe(alphabet);
    expect(forgive('oO0 iIlL1')).toBe('000 11111');
  });

  test('nothing beyond ASCII turns into a digit', () => {
    fc.assert(
      fc.property(anyText({ minLength: 1, maxLength: 1 }), (letter) => {
        if (letter > '\u007f') expect(forgive(letter)).toBe(letter);
      }),
      { examples: [['\u212a'], ['ı'], ['İ'], ['０']] },
    );
  });
});
