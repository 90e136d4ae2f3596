import assert from 'node:assert/strict';
import { closeTokens, type Effect, enqueue, issueToken, requireEnabled, useToken } from '@pwreset/core';
import { asToken, attemptIdOf, emailOf, later, newJob, start, tokenIdOf } from './storage-builders.js';
import {
  addUser,
  apply,
  codesOf,
  expectNoTrace,
  type StorageCases,
  type Subject,
  times,
  tokenOf,
  userOf,
} from './storage-kit.js';
import { codeEnd, issueCode, newCode } from './storage-lists.js';

const use = (n: number, now = later) => useToken(tokenIdOf(n), { now, attempt: attemptIdOf(n) });
const refused = { outcome: 'guard_failed', guard: 0 } as const;

/** Which of the codes with these numbers, of user `n`, are open; expects that a look-up of the user answers the same. */
async function openCodes(
  { storage, application }: Subject,
  numbers: readonly number[],
  n = 1,
): Promise<readonly number[]> {
  const tokens = await Promise.all(numbers.map((number) => tokenOf(storage, number)));
  const open = tokens.filter(({ usedAt, closedAt }) => usedAt === null && closedAt === null);
  const { realm } = await userOf(storage, application.userId(n));
  const found = await codesOf(storage, realm, emailOf(n));
  assert.deepEqual(
    found.map(({ code }) => code?.id),
    [open[0]?.id],
  );
  return numbers.filter((number) => open.some(({ id }) => id === tokenIdOf(number)));
}

export const codeListCases: StorageCases = {
  'a code is used once, by one attempt, and not from its end on': async ({ storage, application }) => {
    const id = await addUser(application);
    await apply(storage, issueCode(1, id));
    assert.deepEqual(await storage.commit([use(1, codeEnd)]), refused);
    await apply(storage, [use(1, codeEnd - 1)]);
    assert.deepEqual(await storage.commit([use(1)]), refused);
    const used = asToken(newCode(1, id), { usedAt: codeEnd - 1, usedBy: attemptIdOf(1) });
    assert.deepEqual(await tokenOf(storage, 1), used);
  },

  'clause 4: a code that is issued closes the one before it, and can be used where that cannot': async (subject) => {
    const { storage, application } = subject;
    const id = await addUser(application);
    await apply(storage, issueCode(1, id, start));
    // In either order.
    await apply(storage, issueCode(2, id).toReversed());
    assert.deepEqual(await tokenOf(storage, 1), asToken(newCode(1, id), { closedAt: later }));
    assert.deepEqual(await tokenOf(storage, 2), asToken(newCode(2, id)));
    assert.deepEqual(await openCodes(subject, [1, 2]), [2]);
    assert.deepEqual(await storage.commit([use(1)]), refused);
    await apply(storage, [use(2)]);
    assert.deepEqual(await openCodes(subject, [1, 2]), []);
  },

  'clause 4: a list that uses a code may issue the next one': async (subject) => {
    const { storage, application } = subject;
    const id = await addUser(application);
    await apply(storage, issueCode(1, id));
    await apply(storage, [use(1), ...issueCode(2, id)]);
    const used = { usedAt: later, usedBy: attemptIdOf(1) };
    assert.deepEqual(await tokenOf(storage, 1), asToken(newCode(1, id), used));
    assert.deepEqual(await openCodes(subject, [1, 2]), [2]);
  },

  'clause 4: a code that is issued beside an open one, or beside another, is a TypeError and nothing is applied':
    async (subject) => {
      const { storage, application } = subject;
      const [one, two] = [await addUser(application, 1), await addUser(application, 2)];
      await apply(storage, issueCode(1, one));
      const issue = issueToken(newCode(2, one));
      const lists: readonly (readonly Effect[])[] = [
        [issue],
        [issue, closeTokens(one, [], later)],
        [issue, closeTokens(one, ['reset', 'revoke'], later)],
        [issue, closeTokens(two, ['reset_code'], later)],
        [...issueCode(2, one), issueToken(newCode(3, one))],
        [...issueCode(2, two), issueToken(newCode(3, one))],
      ];
      await expectNoTrace(subject, { users: [1, 2], tokens: [1, 2, 3] }, async () => {
        for (const steps of lists) await assert.rejects(storage.commit([...steps, enqueue(newJob(1))]), TypeError);
      });
      assert.deepEqual(await openCodes(subject, [1]), [1]);
    },

  'clause 5: of many codes that are issued to one user at once, all are, and one is open': async (subject) => {
    const { storage, application } = subject;
    const users = times(6, (n) => n);
    const ids = await Promise.all(users.map((n) => addUser(application, n)));
    const numbersOf = (n: number): readonly number[] => times(8, (k) => n * 10 + k);
    const results = await Promise.all(
      ids.flatMap((id, index) =>
        numbersOf(index + 1).map((number) =>
          storage.commit([...(number % 2 === 0 ? [] : [requireEnabled(id)]), ...issueCode(number, id)]),
        ),
      ),
    );
    for (const result of results) assert.deepEqual(result, { outcome: 'applied' });
    for (const n of users) assert.equal((await openCodes(subject, numbersOf(n), n)).length, 1);
  },
};
