import assert from 'node:assert/strict';
import {
  closeTokens,
  disableUser,
  type Effect,
  enableUser,
  enqueue,
  finishJob,
  type Guard,
  issueToken,
  rehashPassword,
  requireEnabled,
  setPassword,
  useToken,
} from '@pwreset/core';
import { asToken, attemptIdOf, hashOf, jobIdOf, later, newJob, newToken, tokenIdOf } from './storage-builders.js';
import { addUser, apply, expectNoTrace, type StorageCase, type StorageCases, stateOf, tokenOf } from './storage-kit.js';
import {
  confirmEffects,
  confirmGuards,
  revokeEffects,
  revokeGuards,
  seedUser,
  seedUsers,
  touched,
} from './storage-lists.js';

/** A list as it is and backwards, and each rotation: each item comes first, last, before and after every other. */
export function orders<Item>(items: readonly Item[]): readonly (readonly Item[])[] {
  const rotations = items.map((_, index) => [...items.slice(index), ...items.slice(0, index)]);
  return [...rotations, items.toReversed()];
}

interface List {
  /** What is there before. */
  readonly before?: readonly Effect[];
  readonly guards: readonly Guard[];
  readonly effects: readonly Effect[];
}

/** Carries out the list of each of several users that are alike, each in another order, and expects of all what came of one. */
const sameInEveryOrder =
  (listOf: (subject: Parameters<StorageCase>[0], n: number) => List): StorageCase =>
  async (subject) => {
    const { effects: sample } = listOf(subject, 1);
    const users = await seedUsers(subject, orders(sample).length);
    const outcomes: unknown[] = [];
    for (const [index, n] of users.entries()) {
      const { before = [], guards, effects } = listOf(subject, n);
      await apply(subject.storage, before);
      const order = [
        ...(orders(guards)[index % (guards.length + 1)] ?? guards),
        ...(orders(effects)[index] ?? effects),
      ];
      await apply(subject.storage, order);
      const types = order.map(({ type }) => type).join(', ');
      outcomes.push(await outcomeFor(subject, n));
      assert.deepEqual(outcomes.at(-1), outcomes[0], types);
    }
  };

/** What became of user `n` and of the samples with its numbers, without what tells the users apart. */
async function outcomeFor(subject: Parameters<StorageCase>[0], n: number): Promise<unknown> {
  const { users, tokens, keys, audit, jobs } = await stateOf(subject, touched(n));
  const own = users[0];
  const ownJobs = new Set([jobIdOf(n * 2), jobIdOf(n * 2 + 1)]);
  return {
    user: [
      own?.enabled,
      own?.credential.state,
      own?.credential.stored === hashOf(1000 + n),
      own?.passwordRequireUpdate,
    ],
    tokens: tokens.map((found) => found && [found.token.usedAt, found.token.usedBy !== null, found.token.closedAt]),
    keys: keys.map(({ enabled, revoked }) => [enabled, revoked]),
    audit: audit.filter(({ id }) => id === attemptIdOf(n)).map(({ event, at }) => [event, at]),
    jobs: jobs.filter(({ id }) => ownJobs.has(id)).map(({ kind, state, dueAt }) => [kind, state, dueAt]),
  };
}

export const orderCases: StorageCases = {
  "clause 4: a confirm's list gives one state in every order: effects permuted give the same state": sameInEveryOrder(
    ({ application }, n) => ({ guards: confirmGuards(application, n), effects: confirmEffects(application, n) }),
  ),

  "clause 4: a revoke's list gives one state in every order: effects permuted give the same state": sameInEveryOrder(
    ({ application }, n) => ({ guards: revokeGuards(n), effects: revokeEffects(application, n) }),
  ),

  'clause 4: what one list ends and what it begins do not meet, in any order': sameInEveryOrder(
    ({ application }, n) => {
      const id = application.userId(n);
      const job = (k: number): Effect => enqueue(newJob(k, { uniqueKey: `begin:${n}` }));
      return {
        before: [job(n * 2)],
        guards: [requireEnabled(id), useToken(tokenIdOf(n), { now: later, attempt: attemptIdOf(n) })],
        effects: [
          closeTokens(id, ['reset', 'reset_code', 'revoke'], later),
          issueToken(newToken(n + 300, id)),
          finishJob(jobIdOf(n * 2), later),
          job(n * 2 + 1),
          disableUser(id, later),
          rehashPassword(id, hashOf(1000 + n), later),
        ],
      };
    },
  ),

  'clause 4: two steps that write the same thing are a TypeError': async (subject) => {
    const { storage } = subject;
    const id = await seedUser(subject);
    const pairs = [
      [setPassword(id, hashOf(2), later), setPassword(id, hashOf(3), later)],
      [setPassword(id, hashOf(2), later), rehashPassword(id, hashOf(3), later)],
      [disableUser(id, later), enableUser(id, later)],
      [issueToken(newToken(301, id)), issueToken(newToken(301, id))],
      [enqueue(newJob(1, { uniqueKey: 'k' })), enqueue(newJob(2, { uniqueKey: 'k' }))],
    ];
    await expectNoTrace(subject, touched(), async () => {
      for (const pair of pairs) await assert.rejects(storage.commit(pair), TypeError);
    });
  },

  'clause 4: closeTokens spares the tokens that its list uses or issues': async ({ storage, application }) => {
    const id = await addUser(application);
    await apply(
      storage,
      [1, 2, 3].map((n) => issueToken(newToken(n, id))),
    );
    await apply(storage, [
      useToken(tokenIdOf(1), { now: later, attempt: attemptIdOf(1) }),
      closeTokens(id, ['reset'], later),
      issueToken(newToken(4, id)),
    ]);
    assert.deepEqual(await Promise.all([1, 2, 3, 4].map((n) => tokenOf(storage, n))), [
      asToken(newToken(1, id), { usedAt: later, usedBy: attemptIdOf(1) }),
      asToken(newToken(2, id), { closedAt: later }),
      asToken(newToken(3, id), { closedAt: later }),
      asToken(newToken(4, id)),
    ]);
  },
};
