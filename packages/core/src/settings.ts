import { type CodeFormat, defaultCodeFormat } from './codes.js';
import { defaultHashGate, type HashGateOptions } from './hash-gate.js';
import { defaultLimitRules, forLife, type LimitRules } from './limit-rules.js';
import type { DeliveryOptions, PwresetOptions } from './options.js';
import { defaultPasswordRules, type PasswordRules } from './password-policy.js';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

export const defaultResetLifetimeMs: number = hour;
export const defaultCodeLifetimeMs: number = 10 * minute;
export const defaultRevokeLifetimeMs: number = 7 * day;
export const defaultPurgeAgeMs: number = 90 * day;
const maxResetLifetimeMs = day;

export const defaultDelivery: DeliveryOptions = {
  mode: 'background',
  leaseMs: minute,
  timeoutMs: 30 * second,
  concurrent: 8,
  pollMs: 5 * second,
  beginDelayMs: 250,
  retryBaseMs: 5 * second,
  retryCapMs: 15 * minute,
  closeGraceMs: 5 * second,
};

/** The options with every default filled in and checked once, at start-up. */
export interface Settings {
  readonly resetLifetimeMs: number;
  readonly codeLifetimeMs: number;
  readonly codes: CodeFormat;
  readonly revokeLifetimeMs: number;
  readonly limits: LimitRules;
  readonly passwordRules: PasswordRules;
  readonly hashing: HashGateOptions;
  readonly delivery: DeliveryOptions;
  readonly resetWithoutPassword: boolean;
  readonly allowInsecureLinks: boolean;
}

function requirePositive(values: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(values)) {
    if (!Number.isSafeInteger(value) || value <= 0) {
      throw new TypeError(`${name} must be a whole number above zero, not ${value}`);
    }
  }
}

function limitsOf(given: PwresetOptions['limits']): LimitRules {
  const limits = { ...defaultLimitRules, ...given };
  for (const [name, { capacity, refillMs }] of Object.entries(limits)) {
    requirePositive({ [`limits.${name}.capacity`]: capacity, [`limits.${name}.refillMs`]: refillMs });
  }
  const { capacity } = limits.code_failures_by_address;
  if (capacity > 100) {
    throw new TypeError('limits.code_failures_by_address.capacity is 100 at most (NIST SP 800-63B-4, 3.2.2)');
  }
  return { ...limits, code_failures_by_address: forLife(capacity) };
}

function codesOf(given: PwresetOptions['codes']): CodeFormat {
  const codes = { ...defaultCodeFormat, ...given };
  const { alphabet, length } = codes;
  if (alphabet !== 'base32' && alphabet !== 'digits')
    throw new TypeError(`unknown alphabet of codes ${String(alphabet)}`);
  if (!Number.isSafeInteger(length) || length < 6 || length > 12) {
    throw new TypeError(`codes.length is a whole number from 6 to 12 (ASVS V6.5.4), not ${length}`);
  }
  return codes;
}

function deliveryOf(given: PwresetOptions['delivery']): DeliveryOptions {
  const delivery = { ...defaultDelivery, ...(typeof given === 'string' ? { mode: given } : given) };
  const { mode, beginDelayMs, ...durations } = delivery;
  requirePositive(durations);
  if (!Number.isSafeInteger(beginDelayMs) || beginDelayMs < 0) {
    throw new TypeError(`beginDelayMs must be a whole number and not below zero, not ${beginDelayMs}`);
  }
  if (mode !== 'background' && mode !== 'manual') throw new TypeError(`unknown delivery mode ${String(mode)}`);
  return delivery;
}

/** @throws TypeError for an option that makes no sense or weakens what the standards ask */
export function settingsOf(options: PwresetOptions): Settings {
  const resetLifetimeMs = options.resetLifetimeMs ?? defaultResetLifetimeMs;
  const codeLifetimeMs = options.codeLifetimeMs ?? Math.min(defaultCodeLifetimeMs, resetLifetimeMs);
  const revokeLifetimeMs = options.revokeLifetimeMs ?? defaultRevokeLifetimeMs;
  const passwordRules = options.passwordRules ?? defaultPasswordRules;
  requirePositive({ resetLifetimeMs, codeLifetimeMs, revokeLifetimeMs });
  requirePositive({ minLength: passwordRules.minLength, maxBytes: passwordRules.maxBytes });
  if (resetLifetimeMs > maxResetLifetimeMs) throw new TypeError('resetLifetimeMs is 24 hours at most (ASVS V6.5.5)');
  if (codeLifetimeMs > resetLifetimeMs) throw new TypeError('codeLifetimeMs must not be longer than resetLifetimeMs');
  if (revokeLifetimeMs <= resetLifetimeMs) throw new TypeError('revokeLifetimeMs must be longer than resetLifetimeMs');
  if (passwordRules.minLength < 8) throw new TypeError('passwordRules.minLength is 8 or more (ASVS V6.2.1)');
  if (passwordRules.maxBytes < 256) throw new TypeError('passwordRules.maxBytes is 256 or more (ASVS V6.2.9)');
  if (passwordRules.minLength > 64) throw new TypeError('passwordRules.minLength is 64 at most (ASVS V6.2.9)');
  return {
    resetLifetimeMs,
    codeLifetimeMs,
    codes: codesOf(options.codes),
    revokeLifetimeMs,
    passwordRules,
    limits: limitsOf(options.limits),
    hashing: { ...defaultHashGate, ...options.hashing },
    delivery: deliveryOf(options.delivery),
    resetWithoutPassword: options.resetWithoutPassword ?? false,
    allowInsecureLinks: options.allowInsecureLinks ?? false,
  };
}
