import { encodeBase32 } from './alphabet.js';
import { equalTexts } from './constant-time.js';
import type { Token, TokenPurpose, User } from './entities.js';
import type { KeyRing, SecretKey } from './secrets.js';

/**
 * What a token dies with (P7), under a key that is not in the database: for a reset the stored password and address, so
 * that a change of either by any path kills it; for a revoke the user's id and creation stamp, so that it survives such
 * changes but not a reused id.
 */
export function fingerprint(key: SecretKey, purpose: TokenPurpose, user: User): string {
  const parts = purpose === 'revoke' ? [user.id, user.createdAt] : [user.id, user.credential.stored, user.email];
  return encodeBase32(key.mac('fingerprint', JSON.stringify([purpose, ...parts])), 32);
}

export function fingerprintHolds(ring: KeyRing, token: Token, user: User): boolean {
  const key = ring.find(token.secretId);
  if (key === null) return false;
  return equalTexts(fingerprint(key, token.purpose, user), token.fingerprint);
}
