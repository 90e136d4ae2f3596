import type { Context } from './context.js';
import type { Client, NewToken, User } from './entities.js';
import type { ServiceId, TokenId } from './ids.js';
import { encodeWork, type NewJob } from './jobs.js';
import { newJobId } from './notices.js';
import { newToken } from './tokens.js';

/** For whom and in whose name a token is issued; its lifetime counts from the request. */
export interface Issuing {
  readonly user: User;
  readonly serviceId: ServiceId;
  readonly issuedAt: number;
}

/** The token of the link. */
export const newResetToken = (context: Context, issuing: Issuing): NewToken =>
  newToken(
    { purpose: 'reset', ...issuing, lifetimeMs: context.settings.resetLifetimeMs },
    context.keyRing,
    context.random,
  );

/** The token of the code. */
export const newCodeToken = (context: Context, issuing: Issuing): NewToken =>
  newToken(
    { purpose: 'reset_code', ...issuing, lifetimeMs: context.settings.codeLifetimeMs },
    context.keyRing,
    context.random,
  );

/** The mail of a reset, to be sent as long as its link is good. It holds no address: its token's user is read when it is sent. */
export function resetMail(
  context: Context,
  token: NewToken,
  about: { readonly client: Client; readonly codeId: TokenId | null; readonly resetUrl: string | null },
  now: number,
): NewJob {
  const { client, codeId, resetUrl } = about;
  const { id: tokenId, serviceId, issuedAt: requestedAt } = token;
  return {
    id: newJobId(context),
    kind: 'mail',
    uniqueKey: null,
    address: null,
    payload: encodeWork({ kind: 'mail', mail: 'reset', tokenId, codeId, resetUrl, serviceId, requestedAt, client }),
    createdAt: now,
    dueAt: now,
    expiresAt: token.expiresAt,
  };
}
