import { readFileSync, writeSync } from 'node:fs';
import type { CrashTask, JournalEntry } from './crash-journal.js';
import { crashServer, perform } from './crash-server.js';
import { halvedStorage } from './crash-steps.js';
import type { CrashDatabase } from './crash-target.js';

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

/** Nothing of this process goes on from here. */
function halt(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}

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
  const steps: string[] = [];
  let started = false;
  const step = (name: string): void => {
    if (!started) return;
    steps.push(name);
    if (steps.length !== request.killAt) return;
    say({ type: 'step', name });
    halt();
  };
  const { storage, close } = await parts.open(request.database, step);
  const queue = request.tasks.values();
  /** Each lane is a server with a time of its own, so that no two changes bear the same. */
  const lane = async (_: unknown, index: number): Promise<void> => {
    const clock = parts.clock();
    clock.jump(request.at + index * laneMs - clock.now());
    const server = crashServer({
      storage: request.halved ? halvedStorage(storage, step) : storage,
      hasher: parts.hasher(),
      clock,
      journal: say,
      step,
    });
    for (const task of queue) await perform(server, task);
  };
  started = true;
  await Promise.all(Array.from({ length: request.lanes }, lane));
  started = false;
  say({ type: 'finished', steps });
  await close();
}
