import type { Alarm } from './alarm.js';
import { breathe } from './breathe.js';
import type { Context } from './context.js';
import { describeFault } from './fault.js';
import type { ClaimedJob, JobKind } from './jobs.js';
import { runJob } from './run-job.js';

/** Carries out what commits promised. */
export interface Delivery {
  deliver(options?: { readonly signal?: AbortSignal }): Promise<number>;
  idle(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Signals and mails are carried out apart, so that a session store that hangs keeps no mail waiting, nor a relay that hangs
 * a revoke.
 */
export const laneKinds: readonly (readonly JobKind[])[] = [['signal'], ['notice', 'mail', 'begin']];

/** Jobs of some kinds, with the alarm that flows set for them. */
export interface Lane {
  readonly kinds: readonly JobKind[];
  readonly wakeUp: Alarm;
}

/** The outbox of this process. */
export function delivery(context: Context, lanes: readonly Lane[]): Delivery {
  const { mode, pollMs, closeGraceMs } = context.settings.delivery;
  const closing = new AbortController();
  const giveBack = new AbortController();
  const passes = new Set<Promise<number>>();
  /** Those of `idle`. */
  const waiting = new WeakSet<Promise<number>>();

  const passOf = (lane: Lane, stop: AbortSignal): Promise<number> => {
    const run: Promise<number> = drain(context, lane, { stop, giveBack: giveBack.signal }).finally(() =>
      passes.delete(run),
    );
    passes.add(run);
    return run;
  };
  const pass = (signal?: AbortSignal): { readonly runs: readonly Promise<number>[]; readonly sum: Promise<number> } => {
    const stop = signal === undefined ? closing.signal : AbortSignal.any([signal, closing.signal]);
    const runs = lanes.map((lane) => passOf(lane, stop));
    return { runs, sum: sumOf(runs) };
  };

  const background = async (lane: Lane): Promise<void> => {
    while (!closing.signal.aborted) {
      await passOf(lane, closing.signal).catch((error: unknown) => {
        context.emit({ type: 'storage_fault', flow: 'deliver', fault: describeFault(error) });
      });
      await lane.wakeUp.wait(pollMs, closing.signal);
    }
  };
  // The first pass picks up what an earlier process left behind.
  const running = mode === 'background' ? lanes.map((lane) => Promise.resolve(lane).then(background)) : [];

  return {
    deliver: (options = {}) => pass(options.signal).sum,
    async idle() {
      let others: readonly Promise<number>[];
      do {
        const mine = pass();
        for (const run of mine.runs) waiting.add(run);
        await mine.sum;
        // Two that wait for each other would never end, so only what carries out for its own sake is waited for.
        others = [...passes].filter((run) => !waiting.has(run));
        await Promise.allSettled(others);
      } while (others.length > 0);
    },
    async close() {
      closing.abort();
      const over = new AbortController();
      const ended = Promise.allSettled([...running, ...passes]);
      const grace = async (): Promise<void> => {
        await context.clock.wait(closeGraceMs, over.signal);
        if (over.signal.aborted) return;
        giveBack.abort();
        // Whatever does not end by then is left to its lease.
        await context.clock.wait(closeGraceMs, over.signal);
      };
      await Promise.race([ended, grace()]);
      over.abort('over');
    },
  };
}

/** The sum, once every lane has ended; the first failure, if any, then. */
async function sumOf(drained: readonly Promise<number>[]): Promise<number> {
  await Promise.allSettled(drained);
  return (await Promise.all(drained)).reduce((sum, count) => sum + count, 0);
}

interface Ends {
  /** Claims no more. */
  readonly stop: AbortSignal;
  /** Lets go of what is in hand. */
  readonly giveBack: AbortSignal;
}

/** Claims and carries out until nothing is due or `stop` aborts; what a job enqueues is followed at once. */
async function drain(context: Context, lane: Lane, { stop, giveBack }: Ends): Promise<number> {
  const { concurrent } = context.settings.delivery;
  const inHand = new Set<Promise<void>>();
  let count = 0;
  let ended = 0;
  try {
    while (!stop.aborted) {
      const endedBefore = ended;
      const limit = concurrent - inHand.size;
      const jobs = await claim(context, lane, limit, inHand.size > 0);
      for (const job of jobs) {
        const hand: Promise<void> = runJob(context, job, giveBack).finally(() => {
          ended += 1;
          inHand.delete(hand);
        });
        inHand.add(hand);
      }
      count += jobs.length;
      if (jobs.length > 0) await breathe();
      // A job that ended meanwhile may have queued what this claim came too early for.
      if (ended > endedBefore && inHand.size < concurrent) continue;
      if (inHand.size === 0 && jobs.length === 0) break;
      if (inHand.size === concurrent) await Promise.race(inHand);
      else if (inHand.size > 0 && jobs.length < limit) await freeHandOrWork(context, lane, inHand, stop);
    }
  } finally {
    await Promise.all(inHand);
  }
  return count;
}

/** While work is in hand, a claim that fails is an event and is tried again; else it is the caller's to hear of. */
async function claim(
  context: Context,
  { kinds }: Lane,
  limit: number,
  working: boolean,
): Promise<readonly ClaimedJob[]> {
  const { leaseMs } = context.settings.delivery;
  try {
    return await context.storage.claimJobs({ now: context.clock.now(), leaseMs, limit, kinds });
  } catch (error) {
    if (!working) throw error;
    context.emit({ type: 'storage_fault', flow: 'deliver', fault: describeFault(error) });
    return [];
  }
}

/** One slow mail must not keep what has become due meanwhile waiting. */
async function freeHandOrWork(
  context: Context,
  { wakeUp }: Lane,
  inHand: ReadonlySet<Promise<void>>,
  stop: AbortSignal,
): Promise<void> {
  const over = new AbortController();
  const work = wakeUp.wait(context.settings.delivery.pollMs, AbortSignal.any([over.signal, stop]));
  await Promise.race([...inHand, work]);
  over.abort('over');
}
