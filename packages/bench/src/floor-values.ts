import {
  createHmac,
  createSecretKey,
  hash,
  type KeyObject,
  randomBytes,
  randomUUID,
  timingSafeEqual,
} from 'node:crypto';
import { benchSecret } from './flow.js';

/**
 * What a minimal implementation computes beside its statements, with what Node has built in: random ids, a token that is an
 * id and its HMAC, the fingerprint that a token dies with, and limits under digests.
 */
const subkey = (use: string): KeyObject =>
  createSecretKey(createHmac('sha256', benchSecret).update(`floor ${use}`).digest());

const keys = { reset: subkey('reset'), revoke: subkey('revoke'), fingerprint: subkey('fingerprint') } as const;

/** What rows say instead of the secret's name. */
export const secretId = 'floor';

const idLength = 20;
const macLength = 25;

export const newId = (): string => randomUUID();
export const newTokenId = (): string => randomBytes(15).toString('base64url');

const macOf = (key: KeyObject, text: string, length: number): string =>
  createHmac('sha256', key).update(text).digest('base64url').slice(0, length);

export const resetToken = (id: string): string => id + macOf(keys.reset, id, macLength);

/** The id of a genuine token; a forged one is refused before the database is asked. */
export function openToken(token: string): string {
  const id = token.slice(0, idLength);
  const given = Buffer.from(token);
  const genuine = Buffer.from(resetToken(id));
  if (given.length !== genuine.length || !timingSafeEqual(given, genuine)) throw new Error('forged');
  return id;
}

export const resetFingerprint = (id: string, password: string | null, email: string): string =>
  macOf(keys.fingerprint, JSON.stringify(['reset', id, password, email]), 32);

export const revokeFingerprint = (id: string, createdAt: number): string =>
  macOf(keys.fingerprint, JSON.stringify(['revoke', id, createdAt]), 32);

/** A token bucket as one number; see `Limit` of core. */
export interface FloorLimit {
  readonly key: string;
  readonly refillMs: number;
  readonly first: number;
  readonly unbelievable: number;
  readonly ceiling: number;
}

const digest = (text: string): string => hash('sha256', text, 'base64url');

const limit = (name: string, who: string, rule: { capacity: number; refillMs: number }, now: number): FloorLimit => {
  const windowMs = rule.capacity * rule.refillMs;
  const { refillMs } = rule;
  return {
    key: limitKey(name, who),
    refillMs,
    first: now + refillMs,
    unbelievable: now + 2 * windowMs,
    ceiling: now + windowMs,
  };
};

const limitKey = (name: string, who: string): string => `${name}:${digest(who)}`;

export const limitByIp = (area: 'begin' | 'token', ip: string, now: number): FloorLimit =>
  limit('ip', `${area} ${ip}`, { capacity: 60, refillMs: 1_000 }, now);

export const limitByAddress = (address: string, now: number): FloorLimit =>
  limit('begin_by_address', address, { capacity: 1_000_000, refillMs: 1 }, now);

/** What a new password makes moot. */
export const mootKeys = (address: string, ip: string): readonly [string, string, string] => [
  limitKey('login_by_network', `${address} ${ip}`),
  limitKey('login_by_address', address),
  limitKey('begin_by_address', address),
];

/** One pending begin per address and quarter of a link's lifetime. */
export const beginKey = (address: string, now: number): string =>
  `begin:${digest(`${address} ${Math.floor(now / 900_000)}`)}`;

export function addressOf(email: string): string {
  if (!/^[^\s@]{1,64}@[a-z0-9.-]{1,189}$/i.test(email)) throw new Error('malformed');
  return email.toLowerCase();
}
