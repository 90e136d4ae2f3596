import { describe, expect, test } from 'vitest';
import type { CodeFormat } from '../src/codes.js';
import { defaultHashGate } from '../src/hash-gate.js';
import { defaultLimitRules } from '../src/limit-rules.js';
import type { DeliveryOptions, PwresetOptions } from '../src/options.js';
import { defaultPasswordRules, nistPasswordRules } from '../src/password-policy.js';
import {
  defaultCodeLifetimeMs,
  defaultDelivery,
  defaultResetLifetimeMs,
  defaultRevokeLifetimeMs,
  settingsOf,
} from '../src/settings.js';
import { options } from './fixtures.js';

const hour = 3_600_000;
const of = (given: Partial<PwresetOptions>) => settingsOf(options({ delivery: 'background', ...given }));

test('the defaults are those that are exported', () => {
  expect(of({})).toEqual({
    resetLifetimeMs: defaultResetLifetimeMs,
    codeLifetimeMs: defaultCodeLifetimeMs,
    codes: { alphabet: 'base32', length: 8 },
    revokeLifetimeMs: defaultRevokeLifetimeMs,
    limits: defaultLimitRules,
    passwordRules: defaultPasswordRules,
    hashing: defaultHashGate,
    delivery: defaultDelivery,
    resetWithoutPassword: false,
    allowInsecureLinks: false,
  });
  expect([defaultResetLifetimeMs, defaultCodeLifetimeMs, defaultRevokeLifetimeMs]).toEqual([
    hour,
    hour / 6,
    168 * hour,
  ]);
});

describe('what is given replaces its own default only', () => {
  test('a limit', () => {
    const ip = { capacity: 5, refillMs: 10 };
    expect(of({ limits: { ip } }).limits).toEqual({ ...defaultLimitRules, ip });
  });

  test('delivery, in a word or in part', () => {
    expect(of({ delivery: 'manual' }).delivery).toEqual({ ...defaultDelivery, mode: 'manual' });
    expect(of({ delivery: { beginDelayMs: 0, concurrent: 1 } }).delivery).toEqual({
      ...defaultDelivery,
      beginDelayMs: 0,
      concurrent: 1,
    });
  });

  test('codes, in part', () => {
    expect(of({ codes: { alphabet: 'digits' } }).codes).toEqual({ alphabet: 'digits', length: 8 });
    expect(of({ codes: { length: 12 } }).codes).toEqual({ alphabet: 'base32', length: 12 });
  });

  test('hashing', () => {
    expect(of({ hashing: { concurrent: 1 } }).hashing).toEqual({ ...defaultHashGate, concurrent: 1 });
  });
});

describe('the bounds that the standards set, to the millisecond', () => {
  test('a reset link lives 24 hours at most', () => {
    expect(of({ resetLifetimeMs: 24 * hour }).resetLifetimeMs).toBe(24 * hour);
    expect(() => of({ resetLifetimeMs: 24 * hour + 1 })).toThrow('V6.5.5');
  });

  test('a code lives no longer than a link, and as long as that where it is short', () => {
    expect(of({ codeLifetimeMs: hour }).codeLifetimeMs).toBe(hour);
    expect(() => of({ codeLifetimeMs: hour + 1 })).toThrow('codeLifetimeMs');
    expect(of({ resetLifetimeMs: 60_000 }).codeLifetimeMs).toBe(60_000);
    expect(() => of({ resetLifetimeMs: 60_000, codeLifetimeMs: 60_001 })).toThrow('codeLifetimeMs');
    expect(of({ resetLifetimeMs: 24 * hour }).codeLifetimeMs).toBe(hour / 6);
  });

  test('a code has 6 to 12 digits of one of two alphabets', () => {
    for (const length of [6, 12]) expect(of({ codes: { length } }).codes.length).toBe(length);
    for (const length of [5, 13, 0, -8, 8.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => of({ codes: { length } }), String(length)).toThrow('codes.length');
    }
    const codes: Partial<CodeFormat> = JSON.parse('{"alphabet":"hex"}');
    expect(() => of({ codes })).toThrow(new TypeError('unknown alphabet of codes hex'));
  });

  test('100 wrong codes in a row are the most that may be allowed', () => {
    const { refillMs } = defaultLimitRules.code_failures_by_address;
    const rule = (capacity: number) => ({ limits: { code_failures_by_address: { capacity, refillMs } } });
    expect(of(rule(100)).limits.code_failures_by_address).toEqual({ capacity: 100, refillMs });
    const { code_failures_by_address: few } = of({
      limits: { code_failures_by_address: { capacity: 10, refillMs: 1 } },
    }).limits;
    expect(few).toEqual({ capacity: 10, refillMs: 10 * refillMs });
    expect(() => of(rule(101))).toThrow('SP 800-63B-4');
  });

  test('a revoke link lives longer than a reset link', () => {
    expect(of({ resetLifetimeMs: hour, revokeLifetimeMs: hour + 1 }).revokeLifetimeMs).toBe(hour + 1);
    expect(() => of({ resetLifetimeMs: hour, revokeLifetimeMs: hour })).toThrow(TypeError);
  });

  test('passwords: 8 to 64 code points are the least that may be asked, 256 bytes the least that must fit', () => {
    expect(of({ passwordRules: nistPasswordRules }).passwordRules.minLength).toBe(15);
    for (const minLength of [8, 64])
      expect(of({ passwordRules: { minLength, maxBytes: 256 } }).passwordRules.minLength).toBe(minLength);
    for (const minLength of [7, 65])
      expect(() => of({ passwordRules: { minLength, maxBytes: 256 } })).toThrow(TypeError);
    expect(() => of({ passwordRules: { minLength: 8, maxBytes: 255 } })).toThrow('V6.2.9');
  });
});

describe('a number that is none, or not whole, or not above zero, is a TypeError that names it', () => {
  const wrong = [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53];

  test.each(['leaseMs', 'timeoutMs', 'concurrent', 'pollMs', 'retryBaseMs', 'retryCapMs', 'closeGraceMs'] as const)(
    'delivery.%s',
    (name) => {
      for (const value of wrong) expect(() => of({ delivery: { [name]: value } }), String(value)).toThrow(name);
    },
  );

  test('delivery.beginDelayMs, which may be zero', () => {
    expect(of({ delivery: { beginDelayMs: 0 } }).delivery.beginDelayMs).toBe(0);
    for (const value of wrong.slice(1)) expect(() => of({ delivery: { beginDelayMs: value } })).toThrow('beginDelayMs');
  });

  test.each(['resetLifetimeMs', 'codeLifetimeMs', 'revokeLifetimeMs'] as const)('%s', (name) => {
    for (const value of wrong) expect(() => of({ [name]: value }), String(value)).toThrow(name);
  });

  test.each(['minLength', 'maxBytes'] as const)('passwordRules.%s', (name) => {
    for (const value of wrong) {
      const passwordRules = { ...defaultPasswordRules, [name]: value };
      expect(() => of({ passwordRules }), String(value)).toThrow(TypeError);
    }
  });

  test.each(['capacity', 'refillMs'] as const)('the %s of a limit', (name) => {
    for (const value of wrong) {
      const limits = { login_by_address: { ...defaultLimitRules.login_by_address, [name]: value } };
      expect(() => of({ limits }), String(value)).toThrow(`limits.login_by_address.${name}`);
    }
  });
});

test('an unknown delivery mode is a TypeError', () => {
  const delivery: Partial<DeliveryOptions> = JSON.parse('{"mode":"sometimes"}');
  expect(() => of({ delivery })).toThrow(new TypeError('unknown delivery mode sometimes'));
});
