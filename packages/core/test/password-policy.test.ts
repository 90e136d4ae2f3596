import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { PasswordRefused } from '../src/errors.js';
import {
  contextWords,
  defaultPasswordRules,
  isContextWord,
  nistPasswordRules,
  normalizePassword,
  requirePassword,
} from '../src/password-policy.js';
import { anyText } from './fixtures.js';

const reasonsOf = (password: string, rules = defaultPasswordRules): readonly string[] => {
  try {
    requirePassword(password, rules);
    return [];
  } catch (error) {
    if (error instanceof PasswordRefused) return error.reasons;
    throw error;
  }
};

describe('requirePassword', () => {
  test('length is counted in code points, not in units (NIST)', () => {
    expect(reasonsOf('1234567')).toEqual(['too_short']);
    expect(reasonsOf('12345678')).toEqual([]);
    expect(reasonsOf('🔑'.repeat(7))).toEqual(['too_short']);
    expect(reasonsOf('🔑'.repeat(8))).toEqual([]);
    expect(reasonsOf('🔑'.repeat(14), nistPasswordRules)).toEqual(['too_short']);
    expect(reasonsOf('🔑'.repeat(15), nistPasswordRules)).toEqual([]);
  });

  test('and after NFC', () => {
    expect(reasonsOf('e\u0301'.repeat(7))).toEqual(['too_short']);
    expect(reasonsOf('e\u0301'.repeat(8))).toEqual([]);
  });

  test('NFC, not NFKC: é is one password however typed, ﬁ is not fi', () => {
    expect(requirePassword('cafe\u0301-cre\u0300me', defaultPasswordRules)).toBe('café-crème');
    expect(requirePassword('café-crème', defaultPasswordRules)).toBe('café-crème');
    expect(requirePassword('ﬁddlestick', defaultPasswordRules)).toBe('ﬁddlestick');
    expect(normalizePassword('ﬁ')).not.toBe(normalizePassword('fi'));
    expect(normalizePassword('Ａ')).not.toBe(normalizePassword('A'));
  });

  test.each([
    ' leading',
    'trailing ',
    '        ',
    'UPPER lower',
    'nul\0 within',
    '\0'.repeat(8),
    'tab\tnew\nline',
    '\u202ebidi123',
    'пароль-пароль',
  ])('%j is taken as it is: nothing trimmed, folded or forbidden', (password) => {
    expect(requirePassword(password, defaultPasswordRules)).toBe(password);
  });

  test('a lone surrogate is refused: it would be hashed as something else', () => {
    for (const lone of ['\ud800', '\udc00', '\udc00\ud800']) {
      expect(reasonsOf(`password${lone}`)).toEqual(['malformed']);
      expect(reasonsOf(`${lone}password`)).toEqual(['malformed']);
    }
  });

  test('no more octets than the cap, to the octet', () => {
    expect(reasonsOf('a'.repeat(1024))).toEqual([]);
    expect(reasonsOf('a'.repeat(1025))).toEqual(['too_long']);
    expect(reasonsOf('é'.repeat(512))).toEqual([]);
    expect(reasonsOf('é'.repeat(513))).toEqual(['too_long']);
    expect(reasonsOf('🔑'.repeat(256))).toEqual([]);
    expect(reasonsOf(`${'🔑'.repeat(256)}a`)).toEqual(['too_long']);
  });

  test('64 characters of any kind fit (ASVS 5.0, V6.2.9)', () => {
    expect(reasonsOf('🔑'.repeat(64))).toEqual([]);
    expect(reasonsOf('\u0800'.repeat(64))).toEqual([]);
  });

  test('the cap comes before anything else is done, so that ten megabytes cost nothing', () => {
    const work = (['normalize', 'isWellFormed'] as const).map((name) => vi.spyOn(String.prototype, name));
    const encode = vi.spyOn(TextEncoder.prototype, 'encode');
    try {
      for (const unit of ['a', 'e\u0301', '\ud800']) expect(reasonsOf(unit.repeat(10_000_000))).toEqual(['too_long']);
      for (const spy of [...work, encode]) expect(spy).not.toHaveBeenCalled();
      expect(reasonsOf('a'.repeat(1024))).toEqual([]);
      for (const spy of [...work, encode]) expect(spy).toHaveBeenCalled();
    } finally {
      for (const spy of [...work, encode]) spy.mockRestore();
    }
  });

  test('what is accepted is in NFC, well-formed and within the rules', () => {
    fc.assert(
      fc.property(anyText({ maxLength: 400 }), (password) => {
        if (reasonsOf(password).length > 0) return;
        const accepted = requirePassword(password, defaultPasswordRules);
        expect(accepted).toBe(password.normalize('NFC'));
        expect(accepted.isWellFormed()).toBe(true);
        expect([...accepted].length).toBeGreaterThanOrEqual(8);
        expect(new TextEncoder().encode(accepted).length).toBeLessThanOrEqual(1024);
      }),
    );
  });

  test('a refusal never echoes the password', () => {
    expect(() => requirePassword('hunter2', defaultPasswordRules)).toThrow('the password was refused: too_short');
  });
});

describe('context words', () => {
  const words = contextWords({ email: 'Ann.Lee@Bücher.example', name: 'Ann Lee-Müller' });

  test.each([
    'Ann.Lee@Bücher.example',
    'ann.lee@xn--bcher-kva.example',
    'ANN.LEE',
    'xn--bcher-kva.example',
    'ann lee-müller',
    'ANN LEE-MU\u0308LLER',
  ])('%j is one', (password) => {
    expect(isContextWord(normalizePassword(password), words)).toBe(true);
  });

  test.each(['ann.lee1', 'my ann.lee', 'ann', 'lee', 'ann.lee@', '', 'annlee-müller', 'correct horse'])(
    '%j is none: only the whole password counts',
    (password) => {
      expect(isContextWord(password, words)).toBe(false);
    },
  );

  test('an empty name or an address that is none forbids nothing', () => {
    expect(isContextWord('', contextWords({ email: '', name: '' }))).toBe(false);
    expect(isContextWord('not an address', contextWords({ email: 'not an address', name: '' }))).toBe(true);
  });
});
