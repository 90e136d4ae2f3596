import assert from 'node:assert/strict';
import {
  buryJob,
  closeTokens,
  disableUser,
  type Effect,
  enqueue,
  finishJob,
  type Guard,
  holdJob,
  invalidatePassword,
  issueToken,
  jobId,
  rehashPassword,
  renewJob,
  requireEnabled,
  retryJob,
  revokeKeys,
  type Storage,
  setPassword,
  tokenId,
  userId,
  useToken,
} from '@pwreset/core';
import {
  attemptIdOf,
  emailOf,
  hashOf,
  jobIdOf,
  later,
  newJob,
  newToken,
  start,
  tokenIdOf,
} from './storage-builders.js';
import { apply, expectNoTrace, type StorageCases } from './storage-kit.js';
import { seedUser, touched } from './storage-lists.js';

/** Texts that are not this id, nor any other; some of them no database would take as text. */
export const wrongForms = (id: string): readonly string[] =>
  [
    '',
    ' ',
    '0',
    'not an id',
    "' OR 1=1 --",
    '%',
    'a\0b',
    `${id}\0`,
    `${id}\ud800`,
    `${id} `,
    ` ${id}`,
    `0${id}`,
    `+${id}`,
    `${id}.0`,
    `${id}e0`,
    `{${id}}`,
    id.toUpperCase(),
    '9'.repeat(40),
    'x'.repeat(10_000),
    '\uff11',
    '\u{1f511}',
  ].filter((form) => form !== id);

const isStorable = (text: string): boolean => text.isWellFormed() && !text.includes('\0');
const shown = (form: string): string => JSON.stringify(form.slice(0, 60));

/** Commits effects that concern nobody; those that name what no database stores may be refused instead. */
async function applyInVain(storage: Storage, form: string, effects: readonly Effect[]): Promise<void> {
  const result = await storage.commit(effects).catch((error: unknown) => {
    assert.ok(error instanceof TypeError && !isStorable(form), `${shown(form)}: ${error}`);
    return { outcome: 'applied' } as const;
  });
  assert.deepEqual(result, { outcome: 'applied' }, shown(form));
}

export const idCases: StorageCases = {
  'an id of the wrong form is absent': async (subject) => {
    const { storage, application } = subject;
    const id = await seedUser(subject);
    for (const form of wrongForms(id)) assert.equal(await storage.findUserById(userId(form)), null, shown(form));
    for (const form of wrongForms(tokenIdOf(1))) {
      assert.equal(await storage.findToken(tokenId(form)), null, shown(form));
    }
    assert.equal((await application.keys(id)).length, 2);
  },

  'an id of the wrong form fails every guard': async (subject) => {
    const { storage, application } = subject;
    await seedUser(subject);
    await apply(storage, [enqueue(newJob(1))]);
    await storage.claimJobs({ now: start, leaseMs: 1000, limit: 1 });
    const ofUsers = wrongForms(application.userId(1)).flatMap((form): Guard[] => [
      { type: 'requireCredential', userId: userId(form), stored: hashOf(1), email: emailOf(1) },
      requireEnabled(userId(form)),
    ]);
    const ofTokens = wrongForms(tokenIdOf(1)).map((form) =>
      useToken(tokenId(form), { now: later, attempt: attemptIdOf(1) }),
    );
    const ofJobs = wrongForms(jobIdOf(1)).map((form) => holdJob(jobId(form), 1));
    for (const guard of [...ofUsers, ...ofTokens, ...ofJobs]) {
      const what = JSON.stringify(guard).slice(0, 100);
      assert.deepEqual(await storage.commit([guard]), { outcome: 'guard_failed', guard: 0 }, what);
    }
  },

  'an id of the wrong form makes effects write nothing': async (subject) => {
    const { storage, application } = subject;
    await seedUser(subject);
    await apply(storage, [enqueue(newJob(1))]);
    await expectNoTrace(subject, touched(), async () => {
      for (const form of wrongForms(application.userId(1))) {
        const id = userId(form);
        await applyInVain(storage, form, [
          setPassword(id, hashOf(9), later),
          disableUser(id, later),
          revokeKeys(id, later),
          closeTokens(id, ['reset', 'reset_code', 'revoke'], later),
        ]);
        await applyInVain(storage, form, [rehashPassword(id, hashOf(9), later)]);
        await applyInVain(storage, form, [invalidatePassword(id, later)]);
      }
      for (const form of wrongForms(jobIdOf(1))) {
        const id = jobId(form);
        for (const effect of [finishJob(id, later), renewJob(id, later), retryJob(id, later), buryJob(id, later)]) {
          await applyInVain(storage, form, [effect]);
        }
      }
    });
  },

  'ids are told apart byte for byte': async ({ storage, application }) => {
    const owner = application.userId(1);
    await application.addUser({ id: owner, email: emailOf(1), enabled: true, hash: hashOf(1), createdAt: start });
    const ids = ['abcdefghjkmnpqrstvwx', 'abcdefghjkmnpqrstvwX', 'ABCDEFGHJKMNPQRSTVWX', 'abcdefghjkmnpqrstvw'];
    await apply(
      storage,
      ids.map((id) => issueToken(newToken(1, owner, { id: tokenId(id), fingerprint: id }))),
    );
    for (const id of ids) assert.equal((await storage.findToken(tokenId(id)))?.token.fingerprint, id);
    await apply(
      storage,
      ids.map((id) => enqueue(newJob(1, { id: jobId(id) }))),
    );
    await apply(storage, [finishJob(jobId('abcdefghjkmnpqrstvwX'), later)]);
    const jobs = await application.jobs();
    assert.deepEqual(jobs.map(({ id }) => id).sort(), ids.toSorted());
    assert.deepEqual(
      jobs.filter(({ state }) => state === 'done').map(({ id }) => id),
      ['abcdefghjkmnpqrstvwX'],
    );
  },
};
