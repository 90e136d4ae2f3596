import assert from 'node:assert/strict';
import { type Examined, examine } from './crash-examine.js';
import type { CrashTask } from './crash-journal.js';
import { type CrashEnd, runChild } from './crash-process.js';
import type { CrashTarget, HeldUser } from './crash-target.js';
import type { CrashTemplate } from './crash-template.js';
import { workThrough } from './crash-workers.js';

/** What was found after one kill at a step. */
export interface Killed extends Examined {
  readonly step: string;
}

/** Processes that run at the same time. */
const atOnce = 3;

export interface Sweep {
  readonly target: CrashTarget;
  readonly template: CrashTemplate;
  /** What the processes do, one after the other. */
  readonly tasks: readonly CrashTask[];
  readonly halved?: boolean;
}

/** The steps of a process that is not killed. */
export async function stepsOf(sweep: Sweep): Promise<readonly string[]> {
  const { target, template } = sweep;
  const database = await target.copy(template.database);
  const { steps } = await startOn(sweep, database, 0);
  await target.drop(database);
  assert.ok(steps !== null && steps.length > 0, 'there are no steps to be killed at');
  return steps;
}

/** Kills one process after the other, each at the next step, up to the last. */
export async function killAtEveryStep(sweep: Sweep): Promise<readonly Killed[]> {
  const killed: Killed[] = [];
  await workThrough(await stepsOf(sweep), atOnce, async (_, index) => {
    killed[index] = await killAtStep(sweep, index + 1);
  });
  return killed;
}

/** A step of its own for each process, counted from 1. */
export async function killAtStep(sweep: Sweep, killAt: number): Promise<Killed> {
  const { target, template } = sweep;
  const database = await target.copy(template.database);
  const { entries, step } = await startOn(sweep, database, killAt);
  const examined = await examine(target, { database, now: template.at }, template.journal, entries);
  await target.drop(database);
  // Where answers come from outside, a process may take fewer steps than the one before.
  return { ...examined, step: `step ${killAt}, ${step ?? 'its end'}` };
}

const startOn = (
  { target, template, tasks, halved = false }: Sweep,
  database: string,
  killAt: number,
): Promise<CrashEnd> => runChild(target.program, { database, at: template.at, tasks, lanes: 1, killAt, halved });

/** Kills a process while the commit of its task waits for the user's row; the server may still carry that out. */
export const killWaiting = (sweep: Sweep, held: Hold): Promise<Killed> =>
  caught(sweep, held, 'killed while it waited', async (user, kill) => {
    kill();
    await user.release();
  });

/** Has the server end the session whose commit waits for the user's row; the process lives and asks what became of it. */
export const endWaiting = (sweep: Sweep, held: Hold): Promise<Killed> =>
  caught(sweep, held, 'its session was ended while it waited', async (user) => {
    await user.endWaiting();
    await user.release();
  });

type Hold = (database: string) => Promise<HeldUser>;

async function caught(
  sweep: Sweep,
  hold: Hold,
  step: string,
  then: (user: HeldUser, kill: () => void) => Promise<void>,
): Promise<Killed> {
  const { target, template, tasks } = sweep;
  const database = await target.copy(template.database);
  const user = await hold(database);
  const request = { database, at: template.at, tasks, lanes: 1, killAt: 0, halved: false };
  const { entries } = await runChild(target.program, request, {
    async beside(kill) {
      await user.waited();
      await then(user, kill);
    },
  });
  const examined = await examine(target, { database, now: template.at }, template.journal, entries);
  await target.drop(database);
  return { ...examined, step };
}

/** Every problem, with the step at which the process was killed. */
export const problemsIn = (killed: readonly Killed[]): readonly string[] =>
  killed.flatMap(({ step, problems }) => problems.map((problem) => `killed at ${step}: ${problem}`));

/** Nothing was broken; and the kills were worth it: some left nothing of a change, some all of it before the caller was told. */
export function requireWhole(killed: readonly Killed[]): void {
  assert.deepEqual(problemsIn(killed), []);
  const fates = killed.flatMap((one) => one.fates);
  assert.ok(
    fates.some(({ told, row }) => told === 'nothing' && row === null),
    'no kill came before a commit',
  );
  assert.ok(
    fates.some(({ told, row }) => told === 'nothing' && row !== null),
    'no kill came between a commit and its answer',
  );
}
