import { hkdf } from '@noble/hashes/hkdf.js';
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import { encodeBase32 } from './alphabet.js';
import type { TokenPurpose } from './entities.js';
import { type SecretId, secretId } from './ids.js';

/** 32 bytes or more, or a text of 32 bytes or more. In a list the first derives and all verify. */
export type Secret = string | Uint8Array;

type SubkeyUse = TokenPurpose | 'fingerprint';

/** One secret, as the subkeys that were derived from it; the secret itself is not kept. */
export interface SecretKey {
  readonly id: SecretId;
  mac(use: SubkeyUse, message: string): Uint8Array;
}

/** The secrets in use. */
export interface KeyRing {
  /** The one that derives what is issued now. */
  readonly current: SecretKey;
  readonly all: readonly SecretKey[];
  find(id: SecretId): SecretKey | null;
}

const minSecretBytes = 32;

function secretKey(secret: Secret): SecretKey {
  const bytes = typeof secret === 'string' ? utf8ToBytes(secret) : secret;
  if (bytes.length < minSecretBytes) throw new TypeError(`a secret needs ${minSecretBytes} bytes or more`);
  // RFC 5869: one extract-and-expand per use, so that no subkey says anything about another.
  const subkey = (use: string): Uint8Array => hkdf(sha256, bytes, undefined, utf8ToBytes(`pwreset 1 ${use}`), 32);
  const subkeys: Readonly<Record<SubkeyUse, Uint8Array>> = {
    reset: subkey('reset'),
    reset_code: subkey('reset_code'),
    revoke: subkey('revoke'),
    fingerprint: subkey('fingerprint'),
  };
  return {
    id: secretId(encodeBase32(subkey('id'), 12)),
    mac: (use, message) => hmac(sha256, subkeys[use], utf8ToBytes(message)),
  };
}

/** @throws TypeError for no secret, one that is too short, or one that is there twice */
export function keyRing(secrets: Secret | readonly Secret[]): KeyRing {
  const list = typeof secrets === 'string' || secrets instanceof Uint8Array ? [secrets] : secrets;
  const all = list.map(secretKey);
  const [current] = all;
  if (current === undefined) throw new TypeError('at least one secret is needed');
  const byId = new Map(all.map((key) => [key.id, key]));
  if (byId.size !== all.length) throw new TypeError('the same secret is listed twice');
  return { current, all, find: (id) => byId.get(id) ?? null };
}
