import type { Alarm } from './alarm.js';
import type { Context } from './context.js';
import { describeFault } from './fault.js';
import { runJob } from './run-job.js';

/** Carries out what commits promised. */
export interface Delivery {
  deliver(options?: { readonly signal?: AbortSignal }): Promise<number>;
  idle(): Promise<void>;
  close(): Promise<void>;
}

/** The outbox of this process; `wakeUp` is the alarm that flows set. */
export function delivery(context: Context, wakeUp: Alarm): Delivery {
  const { mode, pollMs, closeGraceMs } = context.settings.delivery;
  const closing = new AbortController();
  const giveBack = new AbortController();
  const passes = new Set<Promise<number>>();

  const pass = (signal?: AbortSignal): Promise<number> => {
    const stop = signal === undefined ? closing.signal : AbortSignal.any([signal, closing.signal]);
    const run: Promise<number> = drain(context, wakeUp, stop, giveBack.signal).finally(() => passes.delete(run));
    passes.add(run);
    return run;
  };

  const background = async (): Promise<void> => {
    while (!closing.signal.aborted) {
      await pass().catch((error: unknown) => {
        context.emit({ type: 'storage_fault', flow: 'deliver', fault: describeFault(error) });
      });
      await wakeUp.wait(pollMs, closing.signal);
    }
  };
  // The first pass picks up what an earlier process left behind.
  const running = mode === 'background' ? Promise.resolve().then(background) : Promise.resolve();

  return {
    deliver: (options = {}) => pass(options.signal),
    async idle() {
      await pass();
      // Waits for the passes of others; to claim again and again meanwhile could keep them from ending.
      while (passes.size > 0) {
        await Promise.allSettled(passes);
        await pass();
      }
    },
    async close() {
      closing.abort();
      const over = new AbortController();
      const grace = context.clock.wait(closeGraceMs, over.signal).then(() => {
        if (!over.signal.aborted) giveBack.abort();
      });
      await Promise.allSettled([running, ...passes]);
      over.abort();
      await grace;
    },
  };
}

/** Claims and carries out until nothing is due or `stop` aborts; what a job enqueues is followed at once. */
async function drain(context: Context, wakeUp: Alarm, stop: AbortSignal, giveBack: AbortSignal): Promise<number> {
  const { concurrent, leaseMs, pollMs } = context.settings.delivery;
  const inHand = new Set<Promise<void>>();
  let count = 0;
  try {
    while (!stop.aborted) {
      const limit = concurrent - inHand.size;
      const jobs = await context.storage.claimJobs({ now: context.clock.now(), leaseMs, limit });
      for (const job of jobs) {
        const hand: Promise<void> = runJob(context, job, giveBack).finally(() => inHand.delete(hand));
        inHand.add(hand);
      }
      count += jobs.length;
      if (inHand.size === 0) break;
      if (inHand.size === concurrent) await Promise.race(inHand);
      else if (jobs.length < limit) await freeHandOrWork(inHand, wakeUp, pollMs, stop);
    }
  } finally {
    await Promise.all(inHand);
  }
  return count;
}

/** One slow mail must not keep what has become due meanwhile waiting. */
async function freeHandOrWork(
  inHand: ReadonlySet<Promise<void>>,
  wakeUp: Alarm,
  pollMs: number,
  stop: AbortSignal,
): Promise<void> {
  const over = new AbortController();
  const work = wakeUp.wait(pollMs, AbortSignal.any([over.signal, stop]));
  await Promise.race([...inHand, work]);
  over.abort();
}
