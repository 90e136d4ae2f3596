import assert from 'node:assert/strict';
import {
  type CommitResult,
  enqueue,
  finishJob,
  holdJob,
  issueToken,
  record,
  type Step,
  type Storage,
  setPassword,
  useToken,
} from '@pwreset/core';
import { attemptIdOf, entry, hashOf, jobIdOf, later, newJob, newToken, tokenIdOf } from './storage-builders.js';
import { addUser, apply, either, type StorageCases, times, userOf } from './storage-kit.js';
import { claim } from './storage-leases.js';
import { requireSample } from './storage-lists.js';

/** What is fought over, by number, and how many lists want each. */
const prizes = times(8, (n) => n);
const rivals = times(8, (n) => n);

/** The number of an attempt, another one for every rival of every prize. */
const attemptOf = (prize: number, rival: number): number => prize * 100 + rival;

/** Commits the lists of all rivals for all prizes at once, expects one winner each, and answers the winners' attempts. */
async function compete(storage: Storage, list: (prize: number, attempt: number) => readonly Step[]): Promise<number[]> {
  const commit = (prize: number): Promise<readonly CommitResult[]> =>
    Promise.all(rivals.map((rival) => storage.commit(list(prize, attemptOf(prize, rival)))));
  const results = await Promise.all(prizes.map(commit));
  return results.map((outcomes, index) => {
    const prize = index + 1;
    const winners = rivals.filter((_, rival) => outcomes[rival]?.outcome === 'applied');
    const [winner] = winners;
    assert.ok(winner !== undefined && winners.length === 1, `of ${prize} the winners are: ${winners.join(', ')}`);
    for (const result of outcomes.filter(({ outcome }) => outcome !== 'applied')) {
      assert.deepEqual(result, { outcome: 'guard_failed', guard: 0 });
    }
    return attemptOf(prize, winner);
  });
}

/** What an attempt does besides. It takes a while, in which others may come between its guards and its end. */
const tail = (attempt: number): readonly Step[] => [
  record(entry(attempt)),
  ...times(4, (n) => enqueue(newJob(attempt * 10 + n))),
];

const sorted = (ids: readonly string[]): readonly string[] => ids.toSorted();

// The rows that a guard names are protected by themselves: no user stands in these lists whose row would be locked as well.
export const rivalCases: StorageCases = {
  'clause 1: of many lists that hold one job, and concern no user, one is applied': async ({
    storage,
    application,
  }) => {
    await apply(
      storage,
      prizes.map((n) => enqueue(newJob(n))),
    );
    await claim(storage);
    const winners = await compete(storage, (n, attempt) => [
      holdJob(jobIdOf(n), 1),
      finishJob(jobIdOf(n), later),
      ...tail(attempt),
    ]);
    const jobs = await application.jobs();
    assert.deepEqual(
      sorted(jobs.filter(({ state }) => state === 'pending').map(({ id }) => id)),
      sorted(winners.flatMap((attempt) => times(4, (n) => jobIdOf(attempt * 10 + n)))),
    );
    assert.deepEqual(sorted((await application.audit()).map(({ id }) => id)), sorted(winners.map(attemptIdOf)));
  },

  'clause 1: of many lists that use one token, and concern no user, one is applied': async ({
    storage,
    application,
  }) => {
    const ids = await Promise.all(prizes.map((n) => addUser(application, n)));
    await apply(
      storage,
      ids.map((id, index) => issueToken(newToken(index + 1, id))),
    );
    const winners = await compete(storage, (n, attempt) => [
      useToken(tokenIdOf(n), { now: later, attempt: attemptIdOf(attempt) }),
      ...tail(attempt),
    ]);
    for (const [index, winner] of winners.entries()) {
      assert.equal((await storage.findToken(tokenIdOf(index + 1)))?.token.usedBy, attemptIdOf(winner));
    }
    assert.deepEqual(sorted((await application.audit()).map(({ id }) => id)), sorted(winners.map(attemptIdOf)));
  },

  // Whichever came first: an edit that follows the list replaces its hash, and a list that follows the edit must fail.
  "clause 1: a list that requires the old password never overwrites the application's own change of it": async ({
    storage,
    application,
  }) => {
    const users = times(16, (n) => n);
    const ids = await Promise.all(users.map((n) => addUser(application, n)));
    await Promise.all(
      ids.map(async (id, index) => {
        const n = index + 1;
        await either(
          n,
          () => storage.commit([requireSample(id, n), ...tail(n), setPassword(id, hashOf(100 + n), later)]),
          () => application.editUser(id, { hash: hashOf(200 + n) }),
        );
        assert.equal((await userOf(storage, id)).credential.stored, hashOf(200 + n));
      }),
    );
  },
};
