import { readFileSync, writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CrashTask, JournalEntry } from './crash-journal.js';
import { crashServer, perform } from './crash-server.js';
import { halvedStorage } from './crash-steps.js';
import type { CrashClock, CrashDatabase } from './crash-target.js';

/** What the child is asked to do, as JSON on its standard input. */
export interface CrashRequest {
  readonly database: string;
  /** When it is, epoch milliseconds. */
  readonly at: number;
  readonly tasks: readonly CrashTask[];
  /** How many tasks are under way at once. */
  readonly lanes: number;
  /** The step at which it waits to be killed; 0 for none. */
  readonly killAt: number;
  /** Whether its storage breaks the promise of one commit. */
  readonly halved: boolean;
}

/** What the child says, a line of JSON each, on its standard output. */
export type CrashLine =
  | JournalEntry
  | { readonly type: 'step'; readonly name: string }
  | { readonly type: 'finished'; readonly steps: readonly string[] };

/** The pipe outlives the process that wrote into it: what was written is known, whenever it was killed. */
const say = (line: CrashLine): void => void writeSync(1, `${JSON.stringify(line)}\n`);

/** Longer than a lane takes, in the time of its clock. */
const laneMs = 10_000;

/** The steps of this process. */
class Steps {
  readonly taken: string[] = [];
  #last = '';
  #started = false;

  constructor(private readonly killAt: number) {}

  start(): void {
    this.#started = true;
  }

  /**
   * Where the process is killed here, it says so and goes no further. Between the answer to one call and the next call nothing
   * happens that anybody could see, so they are one step.
   */
  take(name: string): void {
    const same = this.#last.startsWith('after ') && name.startsWith('before ');
    this.#last = name;
    if (!this.#started || same) return;
    this.taken.push(name);
    if (this.taken.length !== this.killAt) return;
    say({ type: 'step', name });
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  }

  /** Something was said: what comes next is another step. */
  said(): void {
    this.#last = '';
  }
}

/** Time stands still, but who waits does not wait for ever: nobody moves it here. */
const waitingClock = (clock: CrashClock): CrashClock => ({
  now: () => clock.now(),
  jump: (ms) => clock.jump(ms),
  wait: (ms, signal) => sleep(ms, undefined, { signal }).catch(() => undefined),
});

/**
 * The program of the process that is killed: does what it is asked on its standard input, and says on its standard output
 * what its callers are told and what leaves it.
 *
 * @example
 * ```ts
 * import { crashChild } from '@pwreset/conformance';
 * import { manualClock, testHasher } from '@pwreset/memory';
 * import { sqliteStorage } from '@pwreset/sqlite';
 *
 * const open = async (database: string) => {
 *   const storage = sqliteStorage({ database });
 *   return { storage, close: async () => storage.close() };
 * };
 * if (process.argv[2] === 'child') await crashChild({ clock: manualClock, hasher: testHasher, open });
 * ```
 */
export async function crashChild(parts: CrashDatabase): Promise<void> {
  const request: CrashRequest = JSON.parse(readFileSync(0, 'utf8'));
  const steps = new Steps(request.killAt);
  const step = (name: string): void => steps.take(name);
  const journal = (entry: JournalEntry): void => {
    say(entry);
    steps.said();
  };
  const { storage, close } = await parts.open(request.database, step);
  const queue = request.tasks.values();
  /** Each lane is a server with a time of its own, so that no two changes bear the same. */
  const lane = async (_: unknown, index: number): Promise<void> => {
    const server = crashServer(
      { ...parts, clock: () => waitingClock(parts.clock()) },
      {
        storage: request.halved ? halvedStorage(storage, step) : storage,
        at: request.at + index * laneMs,
        journal,
        step,
      },
    );
    for (const task of queue) await perform(server, task);
  };
  steps.start();
  await Promise.all(Array.from({ length: request.lanes }, lane));
  say({ type: 'finished', steps: steps.taken });
  await close();
}
