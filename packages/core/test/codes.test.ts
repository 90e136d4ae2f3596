import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { alphabet } from '../src/alphabet.js';
import { type CodeFormat, defaultCodeFormat, deriveCode, typedCode } from '../src/codes.js';
import { tokenId, userId } from '../src/ids.js';
import { keyRing } from '../src/secrets.js';
import { newTokenId } from '../src/tokens.js';
import { anyText, duration, secret, steadyRandom } from './fixtures.js';

const { current } = keyRing(secret);
const { current: other } = keyRing('another secret of thirty-two bytes!!');
const source = { id: tokenId('0123456789abcdefghjk'), userId: userId('user-1') };
const base32 = (length: number): CodeFormat => ({ alphabet: 'base32', length });
const digits = (length: number): CodeFormat => ({ alphabet: 'digits', length });

const anyFormat = fc.record({ alphabet: fc.constantFrom('base32', 'digits'), length: fc.integer({ min: 6, max: 12 }) });
const anyId = fc
  .array(fc.constantFrom(...alphabet), { minLength: 20, maxLength: 20 })
  .map((letters) => tokenId(letters.join('')));

/** The codes of many tokens, the same in every run. */
function codesOf(format: CodeFormat, count: number): readonly string[] {
  const random = steadyRandom(11);
  return Array.from({ length: count }, () => deriveCode(current, format, { ...source, id: newTokenId(random) }));
}

/** How far from an even draw of these letters a place of the codes is. */
function chiSquare(codes: readonly string[], letters: string, place: number): number {
  const counts = new Map([...letters].map((letter) => [letter, 0]));
  for (const code of codes) counts.set(code.charAt(place), (counts.get(code.charAt(place)) ?? 0) + 1);
  expect(counts.size).toBe(letters.length);
  const even = codes.length / letters.length;
  return [...counts.values()].reduce((sum, count) => sum + (count - even) ** 2 / even, 0);
}

describe('deriveCode', () => {
  test('8 letters and digits in upper case by default, the same each time', () => {
    const code = deriveCode(current, defaultCodeFormat, source);
    expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{8}$/);
    expect(deriveCode(keyRing(secret).current, defaultCodeFormat, source)).toBe(code);
  });

  test('stays what it is: a mail that was sent must open after an upgrade', () => {
    const formats = [base32(8), base32(12), digits(8), digits(12)];
    expect(formats.map((format) => deriveCode(current, format, source))).toMatchInlineSnapshot(`
      [
        "SQ52P062",
        "SQ52P062YZQM",
        "58059052",
        "552058059052",
      ]
    `);
  });

  test('is bound to the token, the user and the secret', () => {
    const codes = [
      deriveCode(current, base32(12), source),
      deriveCode(other, base32(12), source),
      deriveCode(current, base32(12), { ...source, id: tokenId('1'.repeat(20)) }),
      deriveCode(current, base32(12), { ...source, userId: userId('user-2') }),
      // Nothing can be shifted from the id to the user.
      deriveCode(current, base32(12), { id: tokenId('0123456789abcdefghj'), userId: userId('kuser-1') }),
      deriveCode(current, base32(12), { id: tokenId('0123456789abcdefghjk","user-1'), userId: userId('') }),
    ];
    expect(new Set(codes).size).toBe(codes.length);
  });

  test('says nothing of the link of the same row', () => {
    const link = current.mac('reset', source.id);
    expect(current.mac('reset_code', source.id)).not.toEqual(link);
  });

  test.each([
    ['base32', base32(8), alphabet.toUpperCase(), 61.1],
    ['digits', digits(6), '0123456789', 27.9],
    ['digits, a long one', digits(12), '0123456789', 27.9],
  ] as const)('favours no digit at any place: %s', (_, format, letters, onceInAThousand) => {
    const codes = codesOf(format, 40_000);
    for (let place = 0; place < format.length; place += 1) {
      expect(chiSquare(codes, letters, place), `place ${place}`).toBeLessThan(onceInAThousand);
    }
  });

  test('favours no pair of neighbours', () => {
    const letters = '0123456789';
    const counts = new Map<string, number>();
    for (const code of codesOf(digits(6), 40_000))
      counts.set(code.slice(0, 2), (counts.get(code.slice(0, 2)) ?? 0) + 1);
    expect(counts.size).toBe(letters.length ** 2);
    const squares = [...counts.values()].map((count) => (count - 400) ** 2 / 400);
    // 99 degrees of freedom: above 148.2 in one of a thousand fair draws.
    expect(squares.reduce((sum, square) => sum + square)).toBeLessThan(148.2);
  });

  test('leading zeros are kept', () => {
    const codes = codesOf(digits(6), 40_000);
    for (const code of codes) if (!/^\d{6}$/.test(code)) expect.fail(code);
    expect(codes.filter((code) => code.startsWith('00')).length).toBeGreaterThan(300);
    const letters = codesOf(base32(6), 40_000);
    for (const code of letters) if (!/^[0-9A-HJKMNP-TV-Z]{6}$/.test(code)) expect.fail(code);
    expect(letters.some((code) => code.startsWith('00'))).toBe(true);
  });
});

describe('typedCode', () => {
  test.each([
    ['as it was mailed', '0A1B2C3D'],
    ['in lower case', '0a1b2c3d'],
    ['with spaces around it', '  0A1B2C3D\r\n'],
    ['with a dash', '0A1B-2C3D'],
    ['with spaces between', '0A 1B 2C 3D'],
    ['with the dashes and spaces that phones make of them', '0A1B\u20132C\u00a03D\u2014'],
    ['with O for 0', 'OA1B2C3D'],
    ['with o, i and l', 'oaiB2C3D'],
    ['with L for 1', '0AlB2C3D'],
  ])('%s', (_, text) => {
    expect(typedCode(base32(8), text)).toBe('0A1B2C3D');
  });

  test.each([
    ['nothing', ''],
    ['separators only', ' - - '],
    ['a digit short', '0A1B2C3'],
    ['a digit long', '0A1B2C3D4'],
    ['a letter that the alphabet lacks', 'UA1B2C3D'],
    ['a Kelvin sign for a K', '0A1B2C3\u212a'],
    ['fullwidth digits', '\uff10A1B2C3D'],
    ['Arabic digits', '\u0660A1B2C3D'],
    ['a dotless i', '0A\u0131B2C3D'],
    ['an underscore', '0A1B_2C3D'],
    ['a NUL', '0A1B2C3D\0'],
    ['a lone surrogate', '0A1B2C3\ud800'],
    ['65 characters', '0A1B2C3D'.padEnd(65)],
  ])('%s is no code', (_, text) => {
    expect(typedCode(base32(8), text)).toBeNull();
  });

  test('64 characters may be a code', () => {
    expect(typedCode(base32(8), '0A1B2C3D'.padEnd(64))).toBe('0A1B2C3D');
  });

  test('of digits only, a letter is none; O, I and L are still forgiven', () => {
    expect(typedCode(digits(8), 'O12-345-67')).toBe('01234567');
    expect(typedCode(digits(8), 'ILil0123')).toBe('11110123');
    expect(typedCode(digits(8), '0A123456')).toBeNull();
    expect(typedCode(digits(8), '1234567')).toBeNull();
  });

  test('however a person types it, every code is read back', () => {
    const look: Readonly<Record<string, readonly string[]>> = { '0': ['0', 'o', 'O'], '1': ['1', 'i', 'I', 'l', 'L'] };
    const separator = fc.constantFrom('', '', ' ', '-', '\u2011', '\t');
    fc.assert(
      fc.property(
        anyFormat,
        anyId,
        fc.array(fc.tuple(fc.nat(), fc.boolean(), separator), { minLength: 12, maxLength: 12 }),
        (format, id, ways) => {
          const code = deriveCode(current, format, { ...source, id });
          const typed = [...code].map((letter, place) => {
            const [choice, lower, between] = ways[place] ?? [0, false, ''];
            const looks = look[letter] ?? [lower ? letter.toLowerCase() : letter];
            return `${looks[choice % looks.length]}${between}`;
          });
          expect(typedCode(format, typed.join(''))).toBe(code);
        },
      ),
    );
  });

  test('what it reads is of the alphabet and the length, whatever was typed', () => {
    const near = fc.array(fc.constantFrom(...'01aZoOiIlLuU- \u212a\u0130\uff11'), { maxLength: 14 });
    fc.assert(
      fc.property(
        anyFormat,
        fc.oneof(
          anyText(),
          near.map((letters) => letters.join('')),
        ),
        (format, text) => {
          const code = typedCode(format, text);
          const one = format.alphabet === 'digits' ? '[0-9]' : '[0-9A-HJKMNP-TV-Z]';
          if (code !== null) expect(code).toMatch(new RegExp(`^${one}{${format.length}}$`));
        },
      ),
      { numRuns: 1_000 },
    );
  });

  test('a megabyte is refused before anything is done with it', () => {
    for (const text of [' ', '-', 'a'].map((letter) => letter.repeat(1_000_000))) {
      expect(duration(() => expect(typedCode(defaultCodeFormat, text)).toBeNull())).toBeLessThan(100);
    }
  });
});
