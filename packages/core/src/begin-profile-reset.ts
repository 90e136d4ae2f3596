import { againWhileChanged, changedMeanwhile } from './again.js';
import { beginRefusal } from './begin-job.js';
import { type Call, callOf, charge } from './call.js';
import type { Context } from './context.js';
import type { BeginRefusal } from './events.js';
import { audit } from './notices.js';
import { publicUser } from './public-user.js';
import type { BeginProfileResetInput, ProfileResetBegun } from './pwreset-types.js';
import { newResetToken, resetMail } from './reset-mail.js';
import { chosenResetUrl } from './reset-url-choice.js';
import { serviceNotFound } from './service-finder.js';
import { commitSettled, newAttempt } from './settled-commit.js';
import { enqueue, issueToken, record, requireCredential, requireEnabled } from './steps.js';
import { existingUser, userNotFound } from './users.js';

/**
 * Mails a reset link to a user whom the calling service names by id: an administrator begins it and never sees the token (ASVS
 * 5.0, V6.4.6). The service knows its users, so it hears whether a mail goes out.
 */
export async function beginProfileReset(context: Context, input: BeginProfileResetInput): Promise<ProfileResetBegun> {
  const call = callOf(context, 'begin_profile_reset', { ...input, limitBy: input.limitBy ?? 'service' });
  const resetUrl = await chosenResetUrl(context, call, input.resetUrl);
  await charge(context, call);
  return againWhileChanged(() => beginOnce(context, call, input, resetUrl));
}

async function beginOnce(
  context: Context,
  call: Call,
  { userId, realm }: BeginProfileResetInput,
  resetUrl: string | null,
): Promise<ProfileResetBegun | typeof changedMeanwhile> {
  const service = await context.services.find(call.serviceId);
  if (service === null || !service.enabled) throw serviceNotFound();
  const user = await existingUser(context, userId);
  if (realm !== undefined && user.realm !== realm) throw userNotFound();
  const ignored = (reason: BeginRefusal): ProfileResetBegun => {
    context.emit({ type: 'begin_ignored', reason, userId: user.id });
    return { user: publicUser(user), begun: false, reason };
  };
  const reason = beginRefusal(context, user, service);
  if (reason !== null) return ignored(reason);

  const now = context.clock.now();
  const attempt = newAttempt(context);
  const token = newResetToken(context, { user, serviceId: call.serviceId, issuedAt: now });
  const result = await commitSettled(context, call.flow, attempt, [
    requireEnabled(user.id),
    requireCredential(user),
    issueToken(token),
    enqueue(resetMail(context, token, { client: call.client, codeId: null, resetUrl }, now)),
    record(audit(attempt, 'reset_begun', user.id, call, now)),
  ]);
  if (result.outcome === 'guard_failed' && result.guard === 1) return changedMeanwhile;
  if (result.outcome !== 'applied') return ignored('user_disabled');

  context.emit({ type: 'reset_requested', serviceId: call.serviceId, client: call.client });
  context.wake(now);
  return { user: publicUser(user), begun: true, reason: null };
}
