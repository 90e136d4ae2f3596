import { requireAddress } from './address.js';
import { callOf } from './call.js';
import type { Context } from './context.js';
import { PwresetError } from './errors.js';
import type { AttemptId } from './ids.js';
import { audit, newRevokeToken, notice } from './notices.js';
import type { EmailChangedInput } from './pwreset-types.js';
import { requireService } from './service-finder.js';
import { commitSettled, newAttempt } from './settled-commit.js';
import { closeTokens, enqueue, issueToken, record } from './steps.js';

/**
 * To be called after the application changed a user's address: closes what was mailed to the old one and sends the old one a
 * notice whose link undoes the account's loss.
 */
export async function emailChanged(context: Context, input: EmailChangedInput): Promise<{ readonly audit: AttemptId }> {
  const call = callOf(context, 'email_changed', input);
  requireAddress(input.oldEmail, 'oldEmail');
  await requireService(context, call);
  const user = await context.storage.findUserById(input.userId);
  if (user === null) throw new PwresetError('user_not_found', 'there is no user with this id');

  const now = context.clock.now();
  const attempt = newAttempt(context);
  const revokeToken = newRevokeToken(context, call, user, now);
  await commitSettled(context, call.flow, attempt, [
    closeTokens(user.id, ['reset', 'reset_code'], now),
    issueToken(revokeToken),
    enqueue(notice(context, call, { mail: 'email_change_notice', user, to: input.oldEmail, token: revokeToken, now })),
    record(audit(attempt, 'email_changed', user.id, call, now)),
  ]);
  context.emit({ type: 'email_change_noted', userId: user.id });
  context.wake(now);
  return { audit: attempt };
}
