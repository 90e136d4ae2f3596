import { comparableAddress } from './address.js';
import type { Context } from './context.js';
import type { Service, User } from './entities.js';
import type { BeginRefusal } from './events.js';
import { findUserByAddress } from './find-user.js';
import { realm, serviceId } from './ids.js';
import { type BeginWork, type ClaimedJob, encodeWork, type NewJob } from './jobs.js';
import { audit, newJobId } from './notices.js';
import { commitSettled, newAttempt } from './settled-commit.js';
import { enqueue, finishJob, holdJob, issueToken, record, requireEnabled } from './steps.js';
import { newToken } from './tokens.js';

/**
 * Looks into a reset that was asked for: now, and not on the request path, the user is looked up (P1). Ends in a mail to the
 * stored address, or in nothing but an event.
 */
export async function runBeginJob(context: Context, job: ClaimedJob, work: BeginWork): Promise<'ended' | 'lost'> {
  const now = context.clock.now();
  const address = comparableAddress(job.address ?? '');
  const [user, service] = await Promise.all([
    address === null ? null : findUserByAddress(context, realm(work.realm), address),
    context.services.find(serviceId(work.serviceId)),
  ]);
  const reason = now >= job.expiresAt ? 'too_old' : beginRefusal(context, user, service);
  if (reason !== null || user === null) return ignore(context, job, reason ?? 'unknown_address', user);

  const token = newToken(
    {
      purpose: 'reset',
      user,
      serviceId: serviceId(work.serviceId),
      issuedAt: work.requestedAt,
      lifetimeMs: context.settings.resetLifetimeMs,
    },
    context.keyRing,
    context.random,
  );
  const mail: NewJob = {
    id: newJobId(context),
    kind: 'mail',
    uniqueKey: null,
    address: null,
    payload: encodeWork({ ...work, kind: 'mail', mail: 'reset', tokenId: token.id }),
    createdAt: now,
    dueAt: now,
    expiresAt: token.expiresAt,
  };
  const attempt = newAttempt(context);
  const call = { serviceId: token.serviceId, client: work.client };
  const result = await commitSettled(context, 'deliver', attempt, [
    holdJob(job.id, job.attempt),
    requireEnabled(user.id),
    finishJob(job.id, now),
    issueToken(token),
    enqueue(mail),
    record(audit(attempt, 'reset_begun', user.id, call, now)),
  ]);
  if (result.outcome === 'applied') return 'ended';
  const heldNoMore = result.outcome === 'guard_failed' && result.guard === 0;
  return heldNoMore ? 'lost' : ignore(context, job, 'user_disabled', user);
}

function beginRefusal(context: Context, user: User | null, service: Service | null): BeginRefusal | null {
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
