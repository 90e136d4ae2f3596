import { runBeginJob } from './begin-job.js';
import type { Context } from './context.js';
import { describeFault } from './fault.js';
import { userId } from './ids.js';
import { type ClaimedJob, decodeWork, type EndSessionsWork, type NoticeWork, type ResetMailWork } from './jobs.js';
import { underLease, WorkAborted } from './lease.js';
import { prepareNotice, prepareResetMail } from './mail-job.js';
import { randomFraction } from './random.js';
import { buryJob, type Effect, finishJob, holdJob, retryJob } from './steps.js';

/**
 * Carries out one claimed job: ends it, retries it later, or buries it once it is pointless. It never throws; a storage that
 * fails leaves the job to its lease.
 */
export async function runJob(context: Context, job: ClaimedJob, closing: AbortSignal): Promise<void> {
  try {
    await attempt(context, job, closing);
  } catch (error) {
    context.emit({ type: 'storage_fault', flow: 'deliver', fault: describeFault(error) });
  }
}

async function attempt(context: Context, job: ClaimedJob, closing: AbortSignal): Promise<void> {
  const work = decodeWork(job.payload);
  try {
    if (work === null) {
      if (context.clock.now() >= job.expiresAt) return await bury(context, job, 'unreadable');
      // A newer release may have queued it, and a worker of that release will carry it out.
      throw new TypeError('the payload of this job is of another release');
    }
    if (work.kind === 'begin') {
      if ((await runBeginJob(context, job, work)) === 'lost') emitLost(context, job);
    } else if (context.clock.now() >= job.expiresAt) await bury(context, job, 'expired');
    else if (work.kind === 'signal') await runSignal(context, job, work, closing);
    else await runMail(context, job, work, closing);
  } catch (error) {
    await retry(context, job, error, closing);
  }
}

async function runMail(
  context: Context,
  job: ClaimedJob,
  work: ResetMailWork | NoticeWork,
  closing: AbortSignal,
): Promise<void> {
  const prepared =
    work.kind === 'mail' ? await prepareResetMail(context, job, work) : await prepareNotice(context, job, work);
  if (prepared.outcome === 'dropped') {
    await end(context, job, finishJob(job.id, context.clock.now()));
    context.emit({ type: 'mail_dropped', jobId: job.id, mail: work.mail, reason: prepared.reason });
    return;
  }
  const { mail } = prepared;
  try {
    await underLease(context, job, closing, async (signal) => context.mailer.send(mail, { signal }));
  } catch (error) {
    // A relay may quote what it was to send (P12).
    return retry(context, job, error, closing, mail.kind === 'reset_code' ? [mail.code] : []);
  }
  const { messageId } = mail;
  context.emit({ type: 'mail_sent', jobId: job.id, mail: mail.kind, messageId, attempt: job.attempt });
  await finishDone(context, job);
}

async function runSignal(
  context: Context,
  job: ClaimedJob,
  { userId: user, startedBefore }: EndSessionsWork,
  closing: AbortSignal,
): Promise<void> {
  const { sessions } = context;
  if (sessions === null) throw new TypeError('a job ends sessions, but no sessions port is configured');
  await underLease(context, job, closing, async () => sessions.endAll(userId(user), { startedBefore }));
  context.emit({ type: 'sessions_ended', jobId: job.id, userId: userId(user) });
  await finishDone(context, job);
}

/** What was done is done: a storage that fails now must not turn it into a failed attempt, so it is asked once more. */
async function finishDone(context: Context, job: ClaimedJob): Promise<void> {
  const finish = finishJob(job.id, context.clock.now());
  try {
    await end(context, job, finish);
  } catch (error) {
    context.emit({ type: 'storage_fault', flow: 'deliver', fault: describeFault(error) });
    await end(context, job, finish).catch((again: unknown) => {
      context.emit({ type: 'storage_fault', flow: 'deliver', fault: describeFault(again) });
    });
  }
}

async function retry(
  context: Context,
  job: ClaimedJob,
  error: unknown,
  closing: AbortSignal,
  codes: readonly string[] = [],
): Promise<void> {
  const now = context.clock.now();
  const released = error instanceof WorkAborted && closing.aborted;
  if (now >= job.expiresAt) return bury(context, job, 'expired');
  const dueAt = now + (released ? 0 : retryDelayMs(context, job.attempt, job.expiresAt - now));
  const { id: jobId, kind, attempt } = job;
  context.emit({ type: 'job_retried', jobId, kind, attempt, dueAt, fault: describeFault(error, codes) });
  await end(context, job, retryJob(job.id, dueAt));
  context.wake(dueAt);
}

/**
 * Exponential, capped, with up to a quarter more so that retries do not fall together. Towards the end half of what is left,
 * so that no stretch of a link's life goes without a try; then the end itself, when the job is buried.
 */
function retryDelayMs(context: Context, attempt: number, leftMs: number): number {
  const { retryBaseMs, retryCapMs } = context.settings.delivery;
  const delayMs = Math.min(retryBaseMs * 2 ** Math.min(attempt - 1, 30), retryCapMs);
  const retryMs = Math.round(delayMs * (1 + randomFraction(context.random) / 4));
  if (retryMs < leftMs) return retryMs;
  return leftMs / 2 >= retryBaseMs ? Math.floor(leftMs / 2) : leftMs;
}

async function bury(context: Context, job: ClaimedJob, reason: 'expired' | 'unreadable'): Promise<void> {
  await end(context, job, buryJob(job.id, context.clock.now()));
  context.emit({ type: 'job_dead', jobId: job.id, kind: job.kind, attempt: job.attempt, reason });
}

async function end(context: Context, job: ClaimedJob, effect: Effect): Promise<void> {
  const result = await context.storage.commit([holdJob(job.id, job.attempt), effect]);
  if (result.outcome !== 'applied') emitLost(context, job);
}

const emitLost = (context: Context, { id, kind, attempt }: ClaimedJob): void =>
  context.emit({ type: 'job_lost', jobId: id, kind, attempt });
