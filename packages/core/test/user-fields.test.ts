import { describe, expect, test } from 'vitest';
import { InvalidInput } from '../src/errors.js';
import { checkLocale, checkName, checkTimezone } from '../src/user-fields.js';

describe('a name', () => {
  test.each(['', 'Ann', 'Ann Lee', 'José', '山田太郎', "O'Brien <ann>", '👩‍👩‍👧', 'x'.repeat(100), '😀'.repeat(100)])(
    '%j is kept as it is',
    (name) => {
      expect(checkName(name)).toBe(name);
    },
  );

  test.each(['a\nb', 'a\r\nBcc: x', 'a\0', '\u001b[31m', 'a\u0085b', 'a\u2028b', 'a\u2029b', 'a\ud800'])(
    '%j is malformed',
    (name) => {
      expect(() => checkName(name)).toThrow(new InvalidInput('name', 'malformed'));
    },
  );

  test('has 100 code points at most', () => {
    expect(() => checkName('x'.repeat(101))).toThrow(new InvalidInput('name', 'too_long'));
    expect(() => checkName('😀'.repeat(101))).toThrow('name is too long');
  });

  test.each([undefined, null, 7, ['Ann']])('%j is missing', (name) => {
    expect(() => checkName(name, 'label')).toThrow(new InvalidInput('label', 'missing'));
  });
});

test.each(['en', 'de-CH', 'zh-Hant-TW', 'EN-gb', 'x-klingon'.replace('x-', 'art-x-')])(
  '%s is a locale, as given',
  (locale) => {
    expect(checkLocale(locale)).toBe(locale);
  },
);

test.each(['', 'e', 'en_GB', 'en-', 'english language', '../../etc', 'en\0'])('%j is no locale', (locale) => {
  expect(() => checkLocale(locale)).toThrow(new InvalidInput('locale', 'malformed'));
});

test.each(['Etc/UTC', 'Europe/Berlin', 'America/Argentina/Buenos_Aires'])('%s is a time zone', (timezone) => {
  expect(checkTimezone(timezone)).toBe(timezone);
});

test.each(['', 'Berlin', 'Europe/Atlantis', 'Europe/Berlin ', '../UTC', 'UTC\0'])('%j is no time zone', (timezone) => {
  expect(() => checkTimezone(timezone)).toThrow(new InvalidInput('timezone', 'malformed'));
});
