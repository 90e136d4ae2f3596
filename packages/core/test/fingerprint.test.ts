import { describe, expect, test } from 'vitest';
import { equalTexts } from '../src/constant-time.js';
import type { TokenPurpose, User } from '../src/entities.js';
import { fingerprint, fingerprintHolds } from '../src/fingerprint.js';
import { userId } from '../src/ids.js';
import { keyRing } from '../src/secrets.js';
import { secret, start, token, user } from './fixtures.js';

const ring = keyRing(secret);
const holds = (purpose: TokenPurpose, then: User, now: User): boolean =>
  fingerprintHolds(ring, token({ purpose, fingerprint: fingerprint(ring.current, purpose, then) }), now);

const changes: readonly [string, Partial<User>][] = [
  ['the stored password', { credential: { state: 'usable', stored: '$test$2' } }],
  ['a password made unusable', { credential: { state: 'unusable', stored: '!' } }],
  ['a password that is gone', { credential: { state: 'none', stored: null } }],
  ['the address', { email: 'ann@other.example' }],
  ['the case of the address', { email: 'Ann@example.com' }],
];

describe('a reset token (P7)', () => {
  test.each(changes)('dies with %s', (_, columns) => {
    expect(holds('reset', user(), user(columns))).toBe(false);
    expect(holds('reset_code', user(), user(columns))).toBe(false);
  });

  test('dies with a reused id only where password and address differ, and never with anything else', () => {
    expect(holds('reset', user(), user({ id: userId('user-2') }))).toBe(false);
    const columns = { name: 'B', locale: 'de', timezone: 'Europe/Berlin', updatedAt: start + 1, enabled: false };
    expect(holds('reset', user(), user({ ...columns, createdAt: 1, passwordRequireUpdate: true }))).toBe(true);
  });

  test('what is no password is told from a text that looks like it', () => {
    const none = user({ credential: { state: 'none', stored: null } });
    expect(holds('reset', none, user({ credential: { state: 'usable', stored: 'null' } }))).toBe(false);
    expect(holds('reset', none, user({ credential: { state: 'none', stored: '' } }))).toBe(false);
  });

  test('where one part ends and the next begins cannot be shifted', () => {
    const one = user({ credential: { state: 'usable', stored: 'a","b' }, email: 'c' });
    const other = user({ credential: { state: 'usable', stored: 'a' }, email: 'b","c' });
    expect(holds('reset', one, other)).toBe(false);
  });
});

describe('a revoke token (P6)', () => {
  test.each(changes)('survives %s', (_, columns) => {
    expect(holds('revoke', user(), user(columns))).toBe(true);
  });

  test('dies with the creation stamp, so that a reused id inherits nothing', () => {
    expect(holds('revoke', user(), user({ createdAt: start + 1 }))).toBe(false);
    expect(holds('revoke', user(), user({ createdAt: null }))).toBe(false);
    expect(holds('revoke', user(), user({ id: userId('user-2') }))).toBe(false);
  });
});

test('purposes and secrets are apart, and a secret that was dropped holds nothing', () => {
  const prints = [ring, keyRing('another secret of thirty-two bytes!!')].flatMap(({ current }) =>
    (['reset', 'reset_code', 'revoke'] as const).map((purpose) => fingerprint(current, purpose, user())),
  );
  expect(new Set(prints).size).toBe(6);
  const kept = token({ fingerprint: fingerprint(ring.current, 'reset', user()) });
  expect(fingerprintHolds(ring, kept, user())).toBe(true);
  expect(fingerprintHolds(keyRing('another secret of thirty-two bytes!!'), kept, user())).toBe(false);
});

test('texts are compared whole, whatever their lengths', () => {
  expect(equalTexts('', '')).toBe(true);
  expect(equalTexts('aé', 'aé')).toBe(true);
  for (const [one, other] of [
    ['a', ''],
    ['', 'a'],
    ['abc', 'abcd'],
    ['abcd', 'abc'],
    ['abc', 'abd'],
    ['a\0', 'a'],
    ['a', 'a\0'],
    ['bba', 'aab'],
  ] as const)
    expect(equalTexts(one, other)).toBe(false);
});
