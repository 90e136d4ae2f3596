import { comparableAddress } from './address.js';
import { againWhileChanged, changedMeanwhile } from './again.js';
import type { Context } from './context.js';
import type { NewToken, Service, User } from './entities.js';
import type { BeginRefusal, CodeWithheld } from './events.js';
import { findUserByAddress } from './find-user.js';
import { realm, serviceId } from './ids.js';
import type { BeginWork, ClaimedJob } from './jobs.js';
import { codeGuesses } from './limit-rules.js';
import { settleLimit } from './limits.js';
import { audit } from './notices.js';
import { type Issuing, newCodeToken, newResetToken, resetMail } from './reset-mail.js';
import { commitSettled, newAttempt } from './settled-commit.js';
import {
  closeTokens,
  enqueue,
  finishJob,
  holdJob,
  issueToken,
  record,
  requireCredential,
  requireEnabled,
} from './steps.js';

/**
 * Looks into a reset that was asked for: now, and not on the request path, the user is looked up (P1). Ends in a mail to the
 * stored address, or in nothing but an event.
 */
export const runBeginJob = (context: Context, job: ClaimedJob, work: BeginWork): Promise<'ended' | 'lost'> =>
  againWhileChanged(() => lookInto(context, job, work));

async function lookInto(
  context: Context,
  job: ClaimedJob,
  work: BeginWork,
): Promise<'ended' | 'lost' | typeof changedMeanwhile> {
  const now = context.clock.now();
  const address = comparableAddress(job.address ?? '');
  const [user, service] = await Promise.all([
    address === null ? null : findUserByAddress(context, realm(work.realm), address),
    context.services.find(serviceId(work.serviceId)),
  ]);
  const reason = now >= job.expiresAt ? 'too_old' : beginRefusal(context, user, service);
  if (reason !== null || user === null) return ignore(context, job, reason ?? 'unknown_address', user);

  const issuing = { user, serviceId: serviceId(work.serviceId), issuedAt: work.requestedAt };
  const token = newResetToken(context, issuing);
  const code = work.code ? await codeFor(context, issuing, now) : null;
  const mail = resetMail(context, token, { ...work, codeId: code?.id ?? null }, now);
  const attempt = newAttempt(context);
  const call = { serviceId: token.serviceId, client: work.client };
  const result = await commitSettled(context, 'deliver', attempt, [
    holdJob(job.id, job.attempt),
    requireEnabled(user.id),
    // A token is bound to what was read, and one that is dead at birth would be a mail that is lost (P5, P7).
    requireCredential(user),
    finishJob(job.id, now),
    issueToken(token),
    ...(code === null ? [] : [closeTokens(user.id, ['reset_code'], now), issueToken(code)]),
    enqueue(mail),
    record(audit(attempt, 'reset_begun', user.id, call, now)),
  ]);
  if (result.outcome === 'applied') return 'ended';
  if (result.outcome === 'guard_failed' && result.guard === 2) return changedMeanwhile;
  const heldNoMore = result.outcome === 'guard_failed' && result.guard === 0;
  return heldNoMore ? 'lost' : ignore(context, job, 'user_disabled', user);
}

/**
 * The code that the mail shows beside its link; `null` where it would have ended already, and where so many wrong ones in a row
 * were tried that only a link leads on (P8). The link keeps working all the while (P9).
 */
async function codeFor(context: Context, issuing: Issuing, now: number): Promise<NewToken | null> {
  const withheld = (reason: CodeWithheld): null => {
    context.emit({ type: 'code_withheld', userId: issuing.user.id, reason });
    return null;
  };
  const code = newCodeToken(context, issuing);
  if (now >= code.expiresAt) return withheld('too_old');
  const address = comparableAddress(issuing.user.email);
  if (address === null) return withheld('channel_closed');
  const [, failures] = codeGuesses(context.settings.limits, { realm: issuing.user.realm, address }, now);
  const arrival = await context.storage.findArrival(failures.key);
  return settleLimit(arrival, failures).allowed ? code : withheld('channel_closed');
}

/** Why a begin sends no mail, whoever began it; `null` where it does. */
export function beginRefusal(context: Context, user: User | null, service: Service | null): BeginRefusal | null {
  if (service === null || !service.enabled) return 'unknown_service';
  if (user === null) return 'unknown_address';
  if (!user.enabled) return 'user_disabled';
  if (user.credential.state === 'none' && !context.settings.resetWithoutPassword) return 'no_local_password';
  return user.passwordAllowReset ? null : 'reset_not_allowed';
}

async function ignore(
  context: Context,
  job: ClaimedJob,
  reason: BeginRefusal,
  user: User | null,
): Promise<'ended' | 'lost'> {
  const steps = [holdJob(job.id, job.attempt), finishJob(job.id, context.clock.now())];
  const result = await context.storage.commit(steps);
  if (result.outcome !== 'applied') return 'lost';
  context.emit({ type: 'begin_ignored', reason, userId: user?.id ?? null });
  return 'ended';
}
