import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { alphabet } from '../src/alphabet.js';
import { type TokenPurpose, tokenPurposes } from '../src/entities.js';
import { fingerprintHolds } from '../src/fingerprint.js';
import { serviceId, tokenId } from '../src/ids.js';
import { keyRing } from '../src/secrets.js';
import { systemRandom } from '../src/system-clock.js';
import { deriveLinkToken, newToken, newTokenId, openLinkToken } from '../src/tokens.js';
import { constantRandom, duration, start, user } from './fixtures.js';

const ring = keyRing('a secret of thirty-two bytes, at least');
const other = keyRing('another secret of thirty-two bytes!!');
const id = tokenId('0123456789abcdefghjk');
const derive = (purpose: TokenPurpose = 'reset') => deriveLinkToken(ring.current, purpose, id);
const linkPurposes = ['reset', 'revoke'] as const;
const digit = fc.constantFrom(...alphabet);
const anyId = fc.array(digit, { minLength: 20, maxLength: 20 }).map((digits) => tokenId(digits.join('')));

describe('newTokenId', () => {
  test('20 digits, 100 bits, no duplicates in 100,000', () => {
    const ids = new Set(Array.from({ length: 100_000 }, () => newTokenId(systemRandom)));
    expect(ids.size).toBe(100_000);
    for (const each of ids) if (!/^[0-9a-hjkmnp-tv-z]{20}$/.test(each)) expect.fail(each);
  });

  test('every digit comes up about as often as any other, at the first place and the last', () => {
    const counts = (place: number): readonly number[] => {
      const found = new Map<string, number>();
      for (let round = 0; round < 32_000; round += 1) {
        const letter = newTokenId(systemRandom).charAt(place);
        found.set(letter, (found.get(letter) ?? 0) + 1);
      }
      return [...found.values()];
    };
    for (const place of [0, 19]) {
      const found = counts(place);
      expect(found).toHaveLength(32);
      // Eight standard deviations: a fair draw never fails, a missing bit always does.
      expect(Math.min(...found)).toBeGreaterThan(750);
      expect(Math.max(...found)).toBeLessThan(1_250);
    }
  });

  test('comes from the random port alone', () => {
    expect(newTokenId(constantRandom(31))).toBe('z'.repeat(20));
    expect(newTokenId(constantRandom(0))).toBe('0'.repeat(20));
  });
});

describe('deriveLinkToken', () => {
  test('50 letters and digits: the id and 150 bits of MAC, the same each time', () => {
    expect(derive()).toMatch(/^0123456789abcdefghjk[0-9a-hjkmnp-tv-z]{30}$/);
    expect(derive()).toBe(derive());
    expect(deriveLinkToken(keyRing('a secret of thirty-two bytes, at least').current, 'reset', id)).toBe(derive());
  });

  test('stays what it is: a mail that was sent must open after an upgrade', () => {
    expect(tokenPurposes.map((purpose) => derive(purpose).slice(20))).toMatchInlineSnapshot(`
      [
        "2dbgpvmdwfs214nssms2gw2pt10eyp",
        "ppvmdhqw5f6rpesy99ww6f24wypnrb",
        "17srvx71a00p7fv4zz81a5fj3vzvad",
      ]
    `);
  });

  test('purposes and secrets are apart', () => {
    const tokens = [ring, other].flatMap(({ current }) =>
      tokenPurposes.map((purpose) => deriveLinkToken(current, purpose, id)),
    );
    expect(new Set(tokens).size).toBe(6);
  });
});

describe('openLinkToken', () => {
  test('opens what was derived, and says for what and under which secret', () => {
    fc.assert(
      fc.property(anyId, fc.constantFrom(...linkPurposes), (each, purpose) => {
        const text = deriveLinkToken(ring.current, purpose, each);
        const genuine = { outcome: 'genuine', id: each, purpose, secretId: ring.current.id };
        expect(openLinkToken(ring, text)).toEqual(genuine);
        expect(openLinkToken(ring, ` ${text.toUpperCase().replaceAll('0', 'O').replaceAll('1', 'l')}\n`)).toEqual(
          genuine,
        );
      }),
      { numRuns: 30 },
    );
  });

  test('the token of a code has no long form that opens, so that a code is never worth a link', () => {
    expect(openLinkToken(ring, derive('reset_code'))).toEqual({ outcome: 'forged' });
  });

  test('any one digit that differs makes it forged', () => {
    const text = derive();
    for (let place = 0; place < text.length; place += 1) {
      for (const replacement of [...alphabet].filter((each) => each !== text[place])) {
        const changed = text.slice(0, place) + replacement + text.slice(place + 1);
        if (openLinkToken(ring, changed).outcome !== 'forged') expect.fail(changed);
      }
    }
  });

  test('the MAC of another id is forged', () => {
    fc.assert(
      fc.property(anyId, (each) => {
        fc.pre(each !== id);
        expect(openLinkToken(ring, each + derive().slice(20))).toEqual({ outcome: 'forged' });
      }),
      { numRuns: 50 },
    );
  });

  test('rotation: every listed secret verifies, a dropped one does not', () => {
    const old = 'a secret of thirty-two bytes, at least';
    const next = 'another secret of thirty-two bytes!!';
    for (const rotated of [keyRing([old, next]), keyRing([next, old])]) {
      expect(openLinkToken(rotated, derive())).toMatchObject({ outcome: 'genuine', secretId: ring.current.id });
    }
    expect(openLinkToken(keyRing(next), derive())).toEqual({ outcome: 'forged' });
  });

  test('every forged one costs every comparison: one MAC for each purpose and secret', () => {
    const uses: string[] = [];
    const counted = (key: (typeof ring.all)[number]) => ({
      id: key.id,
      mac: (use: Parameters<typeof key.mac>[0], message: string) => {
        uses.push(use);
        return key.mac(use, message);
      },
    });
    const all = [counted(ring.current), counted(other.current)];
    const [current = counted(ring.current)] = all;
    const counting = { ...ring, current, all };
    for (const text of [`${id}${'0'.repeat(30)}`, `${derive().slice(0, -1)}${derive().endsWith('z') ? '0' : 'z'}`]) {
      uses.length = 0;
      expect(openLinkToken(counting, text)).toEqual({ outcome: 'forged' });
      expect(uses).toEqual([...linkPurposes, ...linkPurposes]);
    }
  });

  test.each([
    ['empty', ''],
    ['white space', ' \n\t'],
    ['a digit short', derive().slice(1)],
    ['a digit long', `${derive()}0`],
    ['a space within', `${derive().slice(0, 25)} ${derive().slice(25)}`],
    ['a letter that the alphabet lacks', `u${derive().slice(1)}`],
    ['a Kelvin sign for a k', derive().replace('k', '\u212a')],
    ['fullwidth digits', derive().replace('0', '０')],
    ['a NUL at its end', `${derive()}\0`],
    ['a second line', `${derive()}\n${derive()}`],
    ['the id only', id],
    ['a lone surrogate', `\ud800${derive().slice(1)}`],
    ['101 characters', derive().padEnd(101)],
  ])('%s is malformed', (_, text) => {
    expect(openLinkToken(ring, text)).toEqual({ outcome: 'malformed' });
  });

  test('a megabyte is refused before anything is done with it', () => {
    const [spaces, digits] = [' '.repeat(1_000_000), 'a'.repeat(1_000_000)];
    expect(duration(() => openLinkToken(ring, spaces))).toBeLessThan(1_000);
    expect(duration(() => openLinkToken(ring, digits))).toBeLessThan(1_000);
  });
});

test('a row carries nothing usable, and what it dies with', () => {
  const row = newToken(
    { purpose: 'reset', user: user(), serviceId: serviceId('s'), issuedAt: start, lifetimeMs: 1_000 },
    ring,
    constantRandom(1),
  );
  expect(row).toEqual({
    id: '1'.repeat(20),
    purpose: 'reset',
    userId: 'user-1',
    serviceId: 's',
    secretId: ring.current.id,
    fingerprint: expect.stringMatching(/^[0-9a-hjkmnp-tv-z]{32}$/),
    issuedAt: start,
    expiresAt: start + 1_000,
  });
  expect(JSON.stringify(row)).not.toContain(deriveLinkToken(ring.current, 'reset', row.id).slice(20));
  expect(fingerprintHolds(ring, { ...row, usedAt: null, usedBy: null, closedAt: null }, user())).toBe(true);
});
