import { customRandom } from 'nanoid';
import { alphabet, encodeBase32, forgive } from './alphabet.js';
import { equalTexts } from './constant-time.js';
import { type NewToken, type TokenPurpose, tokenPurposes, type User } from './entities.js';
import { fingerprint } from './fingerprint.js';
import { type SecretId, type ServiceId, type TokenId, tokenId } from './ids.js';
import type { Random } from './ports.js';
import type { KeyRing, SecretKey } from './secrets.js';

/** 20 digits of base32: 100 bits. */
const idDigits = 20;
/** 30 digits of base32: 150 bits of the MAC. */
const macDigits = 30;
const linkToken = new RegExp(`^[${alphabet}]{${idDigits + macDigits}}$`);

/** What a token that a caller sent turned out to be, before the database is asked. */
export type OpenedToken =
  | {
      readonly outcome: 'genuine';
      readonly id: TokenId;
      readonly purpose: TokenPurpose;
      readonly secretId: SecretId;
    }
  | { readonly outcome: 'malformed' | 'forged' };

export const newTokenId = (random: Random): TokenId =>
  tokenId(customRandom(alphabet, idDigits, (length) => random.bytes(length))());

const linkMac = (key: SecretKey, purpose: TokenPurpose, id: TokenId): string =>
  encodeBase32(key.mac(purpose, id), macDigits);

/** The token that a link carries, derived from its row and a secret; the same each time. */
export const deriveLinkToken = (key: SecretKey, purpose: TokenPurpose, id: TokenId): string =>
  id + linkMac(key, purpose, id);

/** What a link can be for. A code's token has no long form, so no text can be one. */
const linkPurposes = tokenPurposes.filter((purpose) => purpose !== 'reset_code');

/**
 * Reads a link token and checks its MAC against every purpose and secret, so that a forged one is refused before the
 * database is asked. The comparison takes the same time wherever they differ.
 */
export function openLinkToken(ring: KeyRing, text: string): OpenedToken {
  const token = text.length > 100 ? '' : forgive(text.trim());
  if (!linkToken.test(token)) return { outcome: 'malformed' };
  const id = tokenId(token.slice(0, idDigits));
  const mac = token.slice(idDigits);
  for (const key of ring.all) {
    for (const purpose of linkPurposes) {
      if (equalTexts(mac, linkMac(key, purpose, id))) {
        return { outcome: 'genuine', id, purpose, secretId: key.id };
      }
    }
  }
  return { outcome: 'forged' };
}

/** The row of a token to be issued. Its text is not in it: delivery derives that when it writes the mail. */
export function newToken(
  issuing: {
    readonly purpose: TokenPurpose;
    readonly user: User;
    readonly serviceId: ServiceId;
    readonly issuedAt: number;
    readonly lifetimeMs: number;
  },
  ring: KeyRing,
  random: Random,
): NewToken {
  const { purpose, user, serviceId, issuedAt, lifetimeMs } = issuing;
  return {
    id: newTokenId(random),
    purpose,
    userId: user.id,
    serviceId,
    secretId: ring.current.id,
    fingerprint: fingerprint(ring.current, purpose, user),
    issuedAt,
    expiresAt: issuedAt + lifetimeMs,
  };
}
