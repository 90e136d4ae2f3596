import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import { encodeBase32 } from './alphabet.js';
import type { UserId } from './ids.js';
import type { Limit, LimitName } from './limits.js';
import { networksOf } from './network.js';

/** `capacity` uses at once, then one more every `refillMs` milliseconds. */
export interface LimitRule {
  readonly capacity: number;
  readonly refillMs: number;
}

export type LimitRules = Readonly<Record<LimitName, LimitRule>>;

const second = 1_000;
const minute = 60 * second;
const year = 365 * 24 * 60 * minute;

/**
 * For life, as far as a refill can say it (NIST SP 800-63B-4, section 3.2.2). The window is the same whatever the capacity, so that
 * a budget that was used up stays so when the capacity is configured anew.
 */
export const forLife = (capacity: number): LimitRule => ({ capacity, refillMs: Math.floor((5_000 * year) / capacity) });

/** The limits as they are unless configured otherwise. */
export const defaultLimitRules: LimitRules = {
  /** Passwords presented, resets asked for and tokens, each apart, by IPv4 address or IPv6 /64. */
  ip: { capacity: 60, refillMs: second },
  /** The same by IPv6 /48. */
  ip_wide: { capacity: 600, refillMs: second / 10 },
  /** The same by service, for what an authenticated service calls. */
  service: { capacity: 2_000, refillMs: 2 },
  /** Mails that can be asked for, by address and service, whether anyone has it or not. */
  begin_by_address: { capacity: 3, refillMs: 5 * minute },
  /** Wrong passwords for one address from one network. */
  login_by_network: { capacity: 10, refillMs: 30 * second },
  /** The same from one IPv6 /48, so that whoever has one does not fill what counts from everywhere (P9). */
  login_by_wide_network: { capacity: 30, refillMs: 10 * second },
  /** Wrong passwords for one address from everywhere: a high ceiling, and gone within minutes (P9). */
  login_by_address: { capacity: 100, refillMs: 3 * second },
  second_factor_by_user: { capacity: 10, refillMs: minute },
  /** Codes tried for one address, from everywhere and over every mail. */
  code_guess_by_address: { capacity: 5, refillMs: 5 * minute },
  /** Wrong codes in a row for one address: for life, whatever `refillMs` is configured. */
  code_failures_by_address: forLife(100),
};

/** Who is counted, as a list of texts. Keys are digests: of one length, and nothing that reads as an address or an ip. */
function limit(rules: LimitRules, name: LimitName, who: readonly string[], now: number): Limit {
  const digest = sha256(utf8ToBytes(JSON.stringify(who)));
  return { name, key: `${name}:${encodeBase32(digest, 40)}`, ...rules[name], now };
}

/** What is counted apart, so that a flood of logins keeps nobody from a mailed link (P9). */
export type CountedArea = 'password' | 'begin' | 'token';

/** Whom a request path counts. */
export interface Counted {
  readonly area: CountedArea;
  readonly ip: string | null;
  readonly service: string | null;
}

/** The limits that every flow charges first. */
export function callerLimits(rules: LimitRules, { area, ip, service }: Counted, now: number): readonly Limit[] {
  const limits = service === null ? [] : [limit(rules, 'service', [area, service], now)];
  if (ip === null) return limits;
  const { narrow, wide } = networksOf(ip);
  limits.push(limit(rules, 'ip', [area, narrow], now));
  if (wide !== null) limits.push(limit(rules, 'ip_wide', [area, wide], now));
  return limits;
}

/** By service too, so that asking in the name of another one, an unknown one even, uses up nobody's mails (P9). */
export const beginByAddress = (
  rules: LimitRules,
  who: { readonly realm: string; readonly service: string; readonly address: string },
  now: number,
): Limit => limit(rules, 'begin_by_address', [who.realm, who.service, who.address], now);

/** What a wrong password charges. Where the network is not known only the high ceiling counts, so that nobody is locked out. */
export function loginFailures(
  rules: LimitRules,
  who: readonly string[],
  ip: string | null,
  now: number,
): readonly Limit[] {
  const byAddress = limit(rules, 'login_by_address', who, now);
  if (ip === null) return [byAddress];
  const { narrow, wide } = networksOf(ip);
  const byNetwork = limit(rules, 'login_by_network', [...who, narrow], now);
  if (wide === null) return [byNetwork, byAddress];
  return [byNetwork, limit(rules, 'login_by_wide_network', [...who, wide], now), byAddress];
}

/** What a code that is tried charges, the budget of a while and then the one for life; unknown addresses have both too (P8). */
export const codeGuesses = (
  rules: LimitRules,
  who: { readonly realm: string; readonly address: string },
  now: number,
): readonly [guess: Limit, failures: Limit] => [
  limit(rules, 'code_guess_by_address', [who.realm, who.address], now),
  limit(rules, 'code_failures_by_address', [who.realm, who.address], now),
];

export const secondFactorByUser = (rules: LimitRules, user: UserId, now: number): Limit =>
  limit(rules, 'second_factor_by_user', [user], now);
