import type { Context } from './context.js';
import { describeFault } from './fault.js';
import type { ClaimedJob } from './jobs.js';
import { holdJob, renewJob } from './steps.js';

/** The work took longer than it may, or delivery is being closed. */
export class WorkAborted extends Error {
  override readonly name = 'WorkAborted';
}

/**
 * Runs work on a job and renews its lease meanwhile, so that no other worker takes it. Gives up, by signal and then without
 * the work's consent, after `timeoutMs` or when `closing` aborts.
 */
export async function underLease(
  context: Context,
  job: ClaimedJob,
  closing: AbortSignal,
  work: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const { leaseMs, timeoutMs } = context.settings.delivery;
  const done = new AbortController();
  const giveUp = new AbortController();
  const abort = (): void => giveUp.abort(new WorkAborted('delivery is closing'));
  closing.addEventListener('abort', abort);
  if (closing.aborted) abort();

  const timer = context.clock.wait(timeoutMs, done.signal).then(() => {
    if (!done.signal.aborted) giveUp.abort(new WorkAborted(`no answer within ${timeoutMs} ms`));
  });
  const renewal = keepLease(context, job, leaseMs, done.signal);
  try {
    await Promise.race([work(giveUp.signal), aborted(giveUp.signal)]);
  } finally {
    // Without a reason it would build an exception, with its stack.
    done.abort('done');
    closing.removeEventListener('abort', abort);
    await Promise.all([timer, renewal]);
  }
}

async function keepLease(context: Context, job: ClaimedJob, leaseMs: number, done: AbortSignal): Promise<void> {
  for (;;) {
    await context.clock.wait(leaseMs / 2, done);
    if (done.aborted) return;
    const leaseUntil = context.clock.now() + leaseMs;
    try {
      await context.storage.commit([holdJob(job.id, job.attempt), renewJob(job.id, leaseUntil)]);
    } catch (error) {
      // The lease may run out and the mail go twice, with the same Message-ID: at least once is what is promised.
      context.emit({ type: 'storage_fault', flow: 'deliver', fault: describeFault(error) });
    }
  }
}

const aborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    const refuse = (): void => reject(signal.reason);
    if (signal.aborted) refuse();
    else signal.addEventListener('abort', refuse);
  });
