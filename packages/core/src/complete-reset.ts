import type { Call } from './call.js';
import type { Context } from './context.js';
import type { Token, User } from './entities.js';
import type { Limit } from './limits.js';
import { hashPassword, requireAcceptable, requireSecondFactor, strengthOf } from './new-password.js';
import { audit, endLateSessions, endSessions, newRevokeToken, notice } from './notices.js';
import { mootLimits } from './password-failures.js';
import { publicUserWith } from './public-user.js';
import type { PasswordChanged } from './pwreset-types.js';
import { refuseToken } from './read-token.js';
import { commitSettled, newAttempt } from './settled-commit.js';
import {
  clearLimit,
  closeTokens,
  enqueue,
  issueToken,
  record,
  requireCredential,
  requireEnabled,
  setPassword,
  useToken,
} from './steps.js';

/**
 * Sets a new password by a token that was found good, whether its long form came or its code. Whatever refuses it before the
 * commit leaves the token usable (P3); the commit is the whole effect, notice included (P4).
 */
export async function completeReset(
  context: Context,
  call: Call,
  by: { readonly token: Token; readonly user: User },
  given: {
    readonly password: string;
    readonly factor: string | undefined;
    /** What the token itself makes moot, beside what any new password does. */
    readonly moot: readonly Limit[];
  },
): Promise<PasswordChanged> {
  const { token, user } = by;
  const { password, factor, moot } = given;
  await requireAcceptable(context, call, password, user);
  await requireSecondFactor(context, call, user, factor);
  const strength = strengthOf(context, password);
  const hash = await hashPassword(context, password);

  const now = context.clock.now();
  const attempt = newAttempt(context);
  const revokeToken = newRevokeToken(context, call, user, now);
  const result = await commitSettled(context, call.flow, attempt, [
    useToken(token.id, { now, attempt }),
    requireCredential(user),
    requireEnabled(user.id),
    setPassword(user.id, hash, now),
    closeTokens(user.id, ['reset', 'reset_code'], now),
    issueToken(revokeToken),
    enqueue(notice(context, call, { mail: 'reset_notice', user, to: user.email, token: revokeToken, now })),
    ...endSessions(context, user.id, now).map(enqueue),
    ...[...mootLimits(context, call, user), ...moot].map(({ key }) => clearLimit(key)),
    record(audit(attempt, 'password_reset', user.id, call, now)),
  ]);
  if (result.outcome !== 'applied') {
    const reasons = ['used', 'credential_changed', 'user_disabled'] as const;
    const reason = result.outcome === 'guard_failed' ? reasons[result.guard] : undefined;
    throw refuseToken(context, call, reason ?? 'unknown', { opened: token, user });
  }

  context.emit({ type: 'password_reset', userId: user.id, serviceId: call.serviceId, client: call.client });
  context.wake(now);
  const authenticatedAt = await endLateSessions(context, call.flow, user.id, now);
  return { user: publicUserWith(user, hash, now), authenticatedAt, strength, audit: attempt };
}
