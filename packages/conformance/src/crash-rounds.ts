import { type CrashRound, randomRound, usersPerRound } from './crash-random.js';
import type { CrashTarget } from './crash-target.js';
import { crashTemplate } from './crash-template.js';
import { workThrough } from './crash-workers.js';

/** Rounds that run at the same time. */
const atOnce = 2;
const roundsPerReport = 25;

/**
 * Kills a process in each round, at a random moment, while it changes one user after the other, and looks whether P3 to P6
 * hold. The same seed makes the same delays and tasks; how far a process gets in a time is up to the machine. `report` is
 * given a sentence now and then.
 *
 * @throws {AssertionError} that names the seed and the round, and says all that was promised and is not so
 *
 * @example
 * ```ts
 * import { type CrashTarget, crashRounds } from '@pwreset/conformance';
 *
 * export const killOften = (target: CrashTarget): Promise<void> =>
 *   crashRounds({ target, rounds: 500, seed: 1, report: (line) => process.stdout.write(`${line}\n`) });
 * ```
 */
export async function crashRounds({
  target,
  rounds,
  seed,
  report,
}: {
  readonly target: CrashTarget;
  readonly rounds: number;
  readonly seed: number;
  readonly report: (line: string) => void;
}): Promise<void> {
  const template = await crashTemplate(target, usersPerRound);
  const done: CrashRound[] = [];
  const all = Array.from({ length: rounds }, (_, round) => round);
  await workThrough(all, atOnce, async (round) => {
    done.push(await randomRound(target, template, { seed, round }));
    if (done.length % roundsPerReport === 0 || done.length === rounds) report(summaryOf(done));
  });
}

function summaryOf(rounds: readonly CrashRound[]): string {
  const sum = (count: (round: CrashRound) => number): number =>
    rounds.reduce((total, round) => total + count(round), 0);
  const told = sum((round) => round.told);
  const untold = sum((round) => round.untold);
  const applied = sum((round) => round.applied);
  const repeated = sum((round) => round.repeated);
  return `${rounds.length} kills after ${told} changes, ${untold} more under way, ${applied} of them done; ${repeated} mails repeated`;
}
