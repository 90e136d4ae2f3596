import type { Call } from './call.js';
import type { Context } from './context.js';
import type { Token, TokenPurpose, User } from './entities.js';
import { invalidToken, type PwresetError } from './errors.js';
import type { TokenRefusal } from './events.js';
import { fingerprintHolds } from './fingerprint.js';
import type { SecretId, TokenId } from './ids.js';
import { type OpenedToken, openLinkToken } from './tokens.js';

export interface GenuineToken {
  readonly id: TokenId;
  readonly purpose: TokenPurpose;
  readonly secretId: SecretId;
}

/** Says the real reason in an event and gives the caller the one answer for all of them. */
export function refuseToken(
  context: Context,
  call: Call,
  reason: TokenRefusal,
  about: { readonly opened?: GenuineToken | undefined; readonly user?: User | null | undefined } = {},
): PwresetError {
  context.emit({
    type: 'token_refused',
    flow: call.flow,
    reason,
    purpose: about.opened?.purpose ?? null,
    tokenId: about.opened?.id ?? null,
    userId: about.user?.id ?? null,
    client: call.client,
  });
  return invalidToken();
}

/** Checks shape and MAC, before any limit is charged or row is read. @throws {@link PwresetError} `invalid_token` */
export function openToken(context: Context, call: Call, text: unknown, purpose: TokenPurpose | 'any'): GenuineToken {
  const opened: OpenedToken =
    typeof text === 'string' ? openLinkToken(context.keyRing, text) : { outcome: 'malformed' };
  if (opened.outcome !== 'genuine') throw refuseToken(context, call, opened.outcome);
  if (purpose !== 'any' && opened.purpose !== purpose) throw refuseToken(context, call, 'wrong_purpose', { opened });
  return opened;
}

/** Why a token that was found is not good now; `null` when it is. */
export function tokenRefusal(context: Context, token: Token, user: User | null, now: number): TokenRefusal | null {
  if (token.usedAt !== null) return 'used';
  if (token.closedAt !== null) return 'closed';
  if (now >= token.expiresAt) return 'expired';
  if (user === null) return 'user_gone';
  if (!fingerprintHolds(context.keyRing, token, user)) return 'credential_changed';
  // A revoke must work when the account is already disabled; a reset must not.
  if (token.purpose === 'revoke') return null;
  if (!user.enabled) return 'user_disabled';
  return user.passwordAllowReset ? null : 'reset_not_allowed';
}

/** Reads the row of a genuine token with its user. @throws {@link PwresetError} `invalid_token` */
export async function readToken(
  context: Context,
  call: Call,
  opened: GenuineToken,
): Promise<{ readonly token: Token; readonly user: User }> {
  const found = await context.storage.findToken(opened.id);
  if (found === null) throw refuseToken(context, call, 'unknown', { opened });
  const { token, user } = found;
  const bound = token.purpose === opened.purpose && token.secretId === opened.secretId;
  const reason = !bound
    ? 'wrong_purpose'
    : token.serviceId !== call.serviceId
      ? 'other_service'
      : tokenRefusal(context, token, user, context.clock.now());
  if (reason !== null || user === null) throw refuseToken(context, call, reason ?? 'user_gone', { opened, user });
  return { token, user };
}
