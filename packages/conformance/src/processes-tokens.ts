import assert from 'node:assert/strict';
import {
  type AttemptId,
  disableUser,
  issueToken,
  record,
  requireEnabled,
  StorageUnavailable,
  setPassword,
  useToken,
} from '@pwreset/core';
import { count, expectLosers, inEach, type ProcessesCases, sorted } from './processes-kit.js';
import { attemptIdOf, entry, hashOf, jobIdOf, later, newToken, tokenIdOf } from './storage-builders.js';
import { addUser, apply, codesOf, times, tokenOf, userOf } from './storage-kit.js';
import { confirmSteps, issueCode, requireSample, seedUser, seedUsers } from './storage-lists.js';

/** Numbers of attempts, others for each process: the first has 1 to `count`. */
const attemptsOf = (process: number, count: number): readonly number[] => times(count, (n) => process * count + n);

const tokenUsed = { outcome: 'guard_failed', guard: 0 } as const;

export const processesTokenCases: ProcessesCases = {
  'P3: of many confirms of one token in several processes, one succeeds, and there is one of all that it does': async (
    shared,
  ) => {
    const { storage, application } = shared;
    const id = await seedUser(shared);
    // As the flows do: every process has read the token, open, before the first one uses it.
    const read = await inEach(shared, (contender) => contender.findTokens([tokenIdOf(1)]));
    for (const [found] of read) assert.equal(found?.token.usedAt, null);

    const results = await inEach(shared, (contender, process) =>
      contender.commit(
        attemptsOf(process, 12).map((attempt) => confirmSteps(application, 1, attempt)),
        { atOnce: 4 },
      ),
    );
    const all = results.flat();
    const winners = all.flatMap(({ outcome }, index) => (outcome === 'applied' ? [index + 1] : []));
    const [winner = 0] = winners;
    assert.equal(winners.length, 1, `winners: ${winners.join(', ') || 'none'}`);
    expectLosers(all, tokenUsed);

    assert.equal((await tokenOf(storage, 1)).usedBy, attemptIdOf(winner));
    assert.equal((await userOf(storage, id)).credential.stored, hashOf(1000 + winner));
    assert.deepEqual(
      (await application.audit()).map((row) => row.id),
      [attemptIdOf(winner)],
    );
    assert.deepEqual(
      sorted((await application.jobs()).map((job) => job.id)),
      [winner * 2, winner * 2 + 1].map(jobIdOf),
    );
    for (const [index] of all.entries()) {
      const issued = await storage.findToken(tokenIdOf(index + 1 + 300));
      assert.equal(issued !== null, index + 1 === winner);
    }
  },

  'P3, P4: each of many tokens is used by one process, with as many notices as passwords that were set': async (
    shared,
  ) => {
    const { storage, application } = shared;
    const users = await seedUsers(shared, 8);
    // Each process begins with another user, so that they meet in the middle.
    const orderOf = (process: number) => users.map((_, index) => (index * 3 + process * 2) % users.length);
    const results = await inEach(shared, async (contender, process) => {
      const tries = orderOf(process).map((index) => ({ user: index + 1, attempt: process * users.length + index + 1 }));
      const lists = tries.map(({ user, attempt }) => confirmSteps(application, user, attempt));
      const outcomes = await contender.commit(lists, { atOnce: 3 });
      expectLosers(outcomes, tokenUsed);
      return tries.filter((_, index) => outcomes[index]?.outcome === 'applied');
    });
    const won = results.flat();
    assert.deepEqual(
      won.map(({ user }) => user).toSorted((a, b) => a - b),
      users,
    );
    for (const { user, attempt } of won) {
      assert.equal((await tokenOf(storage, user)).usedBy, attemptIdOf(attempt));
      assert.equal((await userOf(storage, application.userId(user))).credential.stored, hashOf(1000 + attempt));
    }
    const attempts = won.map(({ attempt }) => attempt);
    assert.deepEqual(sorted((await application.audit()).map(({ id }) => id)), sorted(attempts.map(attemptIdOf)));
    const jobs = await application.jobs();
    const notices = jobs.filter(({ kind }) => kind === 'notice').map(({ id }) => id);
    assert.deepEqual(sorted(notices), sorted(attempts.map((attempt) => jobIdOf(attempt * 2))));
    assert.equal(jobs.length, attempts.length * 2);
  },

  'P3: of several processes whose lists use one token, and concern no user, one uses it': async (shared) => {
    const { storage, application } = shared;
    const users = times(8, (n) => n);
    const ids = await Promise.all(users.map((n) => addUser(application, n)));
    await apply(
      storage,
      ids.map((id, index) => issueToken(newToken(index + 1, id))),
    );
    await inEach(shared, (contender) => contender.findTokens(users.map(tokenIdOf)));
    const attempt = (n: number, process: number) => n + 100 * process;
    const results = await inEach(shared, (contender, process) =>
      contender.commit(
        users.map((n) => [
          useToken(tokenIdOf(n), { now: later, attempt: attemptIdOf(attempt(n, process)) }),
          record(entry(attempt(n, process))),
        ]),
        { atOnce: 4 },
      ),
    );
    expectLosers(results.flat(), tokenUsed);
    const used: AttemptId[] = [];
    for (const [index, n] of users.entries()) {
      const winners = results.flatMap((result, process) => (result[index]?.outcome === 'applied' ? [process] : []));
      const [winner = 0] = winners;
      assert.equal(winners.length, 1, `token ${n} was used by ${winners.length} processes`);
      assert.equal((await tokenOf(storage, n)).usedBy, attemptIdOf(attempt(n, winner)));
      used.push(attemptIdOf(attempt(n, winner)));
    }
    assert.deepEqual(sorted((await application.audit()).map(({ id }) => id)), sorted(used));
  },

  'of many codes that several processes issue to one user, all are issued and one is open': async (shared) => {
    const { storage, application } = shared;
    const id = await addUser(application);
    const results = await inEach(shared, (contender, process) =>
      contender.commit(
        attemptsOf(process, 8).map((n) => [requireEnabled(id), ...issueCode(n, id)]),
        { atOnce: 4 },
      ),
    );
    assert.equal(count(results.flat(), 'applied'), 24);
    const codes = await Promise.all(times(24, (n) => tokenOf(storage, n)));
    const open = codes.filter(({ closedAt }) => closedAt === null);
    assert.equal(open.length, 1);
    const { realm, email } = await userOf(storage, id);
    assert.deepEqual(
      (await codesOf(storage, realm, email)).map(({ code }) => code),
      open,
    );
  },

  'of many updates from one credential in several processes, one succeeds': async (shared) => {
    const { storage, application } = shared;
    const id = await addUser(application);
    const results = await inEach(shared, (contender, process) =>
      contender.commit(
        attemptsOf(process, 8).map((attempt) => [
          requireSample(id),
          setPassword(id, hashOf(1000 + attempt), later),
          record(entry(attempt, { userId: id })),
        ]),
        { atOnce: 4 },
      ),
    );
    const all = results.flat();
    assert.equal(count(all, 'applied'), 1);
    expectLosers(all, { outcome: 'guard_failed', guard: 0 });
    const winner = all.findIndex(({ outcome }) => outcome === 'applied') + 1;
    assert.equal((await userOf(storage, id)).credential.stored, hashOf(1000 + winner));
    assert.deepEqual(
      (await application.audit()).map((row) => row.id),
      [attemptIdOf(winner)],
    );
  },

  'lists over several users in different orders all end': async (shared) => {
    const { storage, application } = shared;
    const users = await seedUsers(shared, 6);
    const results = await inEach(shared, (contender, process) => {
      const order = process === 1 ? users.toReversed() : users;
      const list = order.map((n) => disableUser(application.userId(n), later));
      return contender.commit(
        times(6, () => list),
        { atOnce: 3 },
      );
    });
    assert.equal(count(results.flat(), 'applied'), 18);
    for (const n of users) assert.equal((await userOf(storage, application.userId(n))).enabled, false);
  },

  'clause 6: what one process settled as not applied, no other applies any more': async (shared) => {
    const { storage, application } = shared;
    const id = await seedUser(shared);
    const [first, second] = shared.contenders;
    assert.deepEqual(await first.settle([{ attempt: attemptIdOf(1), now: later }]), ['not_applied']);
    assert.deepEqual(await second.commit([confirmSteps(application)]), [{ outcome: 'unavailable' }]);
    await assert.rejects(storage.commit(confirmSteps(application)), StorageUnavailable);
    assert.equal((await tokenOf(storage, 1)).usedAt, null);
    assert.equal((await userOf(storage, id)).credential.stored, hashOf(1));
    assert.deepEqual(await application.audit(), []);
    assert.deepEqual(await application.jobs(), []);
  },

  'clause 6: an attempt that is settled while it is committed becomes what all were told': async (shared) => {
    const { storage, application } = shared;
    const users = await seedUsers(shared, 10);
    const [committing, settling, asking] = shared.contenders;
    const calls = users.map((n) => ({ attempt: attemptIdOf(n), now: later }));
    const [committed, settled, asked] = await Promise.all([
      committing.commit(users.map((n) => confirmSteps(application, n))),
      settling.settle(calls),
      asking.settle(calls.toReversed()),
    ]);
    assert.deepEqual(asked.toReversed(), settled);
    for (const [index, n] of users.entries()) {
      const isApplied = settled[index] === 'applied';
      assert.deepEqual(committed[index], { outcome: isApplied ? 'applied' : 'unavailable' });
      assert.equal((await tokenOf(storage, n)).usedAt, isApplied ? later : null);
      assert.equal((await userOf(storage, application.userId(n))).credential.stored, hashOf(isApplied ? 1000 + n : n));
    }
    assert.equal((await application.audit()).length, count(committed, 'applied'));
    assert.equal((await application.jobs()).length, count(committed, 'applied') * 2);
  },
};
