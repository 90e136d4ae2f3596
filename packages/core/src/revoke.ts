import { againWhileChanged, changedMeanwhile } from './again.js';
import { type Call, callOf, charge } from './call.js';
import type { Context } from './context.js';
import { tokenPurposes } from './entities.js';
import { audit, endLateSessions, endSessions, notice } from './notices.js';
import type { Revoked, RevokeInput } from './pwreset-types.js';
import { type GenuineToken, openToken, readToken, refuseToken } from './read-token.js';
import { commitSettled, newAttempt } from './settled-commit.js';
import {
  closeTokens,
  disableUser,
  enqueue,
  invalidatePassword,
  record,
  requireCredential,
  revokeKeys,
  useToken,
} from './steps.js';

/**
 * "This was not me": disables the user, makes the password unusable, disables and revokes every key, closes every token and
 * ends every session (P6). It works once for each link, also for a user who is disabled already.
 */
export async function revoke(context: Context, input: RevokeInput): Promise<Revoked> {
  const call = callOf(context, 'revoke', input);
  const opened = openToken(context, call, input.token, 'revoke');
  await charge(context, call);

  return context.tokenTurns(opened.id, () => againWhileChanged(() => revokeOnce(context, call, opened)));
}

async function revokeOnce(
  context: Context,
  call: Call,
  opened: GenuineToken,
): Promise<Revoked | typeof changedMeanwhile> {
  const { token, user } = await readToken(context, call, opened);
  const now = context.clock.now();
  const attempt = newAttempt(context);
  const result = await commitSettled(context, call.flow, attempt, [
    useToken(token.id, { now, attempt }),
    // The notice goes to the address that is stored at the commit (P5).
    requireCredential(user),
    disableUser(user.id, now),
    invalidatePassword(user.id, now),
    revokeKeys(user.id, now),
    closeTokens(user.id, tokenPurposes, now),
    ...endSessions(context, user.id, now).map(enqueue),
    enqueue(notice(context, call, { mail: 'revoke_notice', user, to: user.email, token: null, now })),
    record(audit(attempt, 'user_revoked', user.id, call, now)),
  ]);
  if (result.outcome === 'guard_failed' && result.guard === 1) return changedMeanwhile;
  if (result.outcome !== 'applied') throw refuseToken(context, call, 'used', { opened, user });

  context.emit({ type: 'user_revoked', userId: user.id, serviceId: call.serviceId, client: call.client });
  context.wake(now);
  await endLateSessions(context, call.flow, user.id, now);
  return { userId: user.id, audit: attempt };
}
