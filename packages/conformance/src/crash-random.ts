import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { examine } from './crash-examine.js';
import type { CrashTask } from './crash-journal.js';
import { runChild } from './crash-process.js';
import type { CrashTarget } from './crash-target.js';
import type { CrashTemplate, CrashUser } from './crash-template.js';

/** Numbers from 0 up to 1, the same ones for the same seed: a Weyl sequence, mixed. */
export function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32;
  };
}

/** Users in the database of a round: about as many as a process gets done before it is killed at the latest. */
export const usersPerRound = 40;

/** However fast the machine is, a process is killed somewhere between its first words and its last. */
const maxEntries = 100;
const maxDelayMs = 10;
/** Between two sessions that the server ends. */
const maxPauseMs = 30;

/** What came of a round. */
export interface CrashRound {
  /** Changes whose callers had their answer. */
  readonly told: number;
  /** Changes that were under way, and of those the ones that were done. */
  readonly untold: number;
  readonly applied: number;
  /** Mails that were handed over again in the end. */
  readonly repeated: number;
}

/**
 * A process that changes one user after the other is killed at a random moment. Where a server can end sessions, it does so
 * in every other round, now and then until the kill.
 *
 * @throws {AssertionError} that names the seed, the round and all that was promised and is not so
 */
export async function randomRound(
  target: CrashTarget,
  template: CrashTemplate,
  { seed, round }: { readonly seed: number; readonly round: number },
): Promise<CrashRound> {
  const random = generator(seed + round * 0x10001);
  const database = await target.copy(template.database);
  const kill = { afterEntries: 1 + Math.floor(random() * maxEntries), thenMs: random() * maxDelayMs };
  const tasks = template.users.flatMap((user, n) => tasksOf(user, n, random()));
  const request = { database, at: template.at, tasks, lanes: target.lanes, killAt: 0, halved: false };
  const { entries } = await runChild(target.program, request, {
    kill,
    beside: async (_, ended) => {
      if (round % 2 === 1) await interruptUntil(ended, target, database, random);
    },
  });
  const { problems, fates, repeated } = await examine(
    target,
    { database, now: template.at },
    template.journal,
    entries,
  );
  await target.drop(database);
  assert.deepEqual(
    problems,
    [],
    `seed ${seed}, round ${round}, killed ${kill.thenMs.toFixed(1)} ms after entry ${kill.afterEntries}`,
  );
  const untold = fates.filter(({ told }) => told === 'nothing');
  return {
    told: fates.length - untold.length,
    untold: untold.length,
    applied: untold.filter(({ row }) => row !== null).length,
    repeated,
  };
}

async function interruptUntil(
  ended: AbortSignal,
  target: CrashTarget,
  database: string,
  random: () => number,
): Promise<void> {
  while (!ended.aborted && target.interrupt !== undefined) {
    await sleep(random() * maxPauseMs);
    await target.interrupt(database);
  }
}

/** One change of the user, or a begin; now and then what is pending is delivered. */
function tasksOf(user: CrashUser, n: number, chance: number): readonly CrashTask[] {
  const about = { userId: user.userId, email: user.email };
  const password = `a new password, ${n}`;
  const change: readonly CrashTask[] = [
    { ...about, id: `confirm ${n}`, operation: 'confirm', token: user.resetToken, password },
    { ...about, id: `update ${n}`, operation: 'update', current: user.password, password },
    { ...about, id: `revoke ${n}`, operation: 'revoke', token: user.revokeToken },
    { ...about, id: `begin ${n}`, operation: 'begin' },
  ];
  const chosen = change.slice(Math.floor(chance * 4)).slice(0, 1);
  return n % 5 === 4 ? [...chosen, { operation: 'deliver' }] : chosen;
}
