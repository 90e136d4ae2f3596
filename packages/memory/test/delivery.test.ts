import { createPwreset, type DirectoryStorage, serviceLinks } from '@pwreset/core';
import { expect, test } from 'vitest';
import { manualClock, memoryMailer, memoryStorage, testHasher } from '../src/index.js';

/** A promise, and what fulfils it. */
function gate() {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open: () => open(), opened };
}

/**
 * A storage whose first empty claim looks before the commit that issues a token, and answers after whoever made that commit
 * has gone on, as it may be over a network.
 */
function lateClaim(storage: DirectoryStorage): DirectoryStorage {
  const looked = gate();
  const answers = gate();
  return {
    ...storage,
    async claimJobs(query) {
      const jobs = await storage.claimJobs(query);
      if (jobs.length > 0 || !query.kinds?.includes('begin')) return jobs;
      looked.open();
      await answers.opened;
      return jobs;
    },
    async commit(steps, limits) {
      const issues = steps.some(({ type }) => type === 'issueToken');
      if (issues) await looked.opened;
      const result = await storage.commit(steps, limits);
      if (issues) setImmediate(answers.open);
      return result;
    },
  };
}

test('what a job queues while a claim is under way is followed, and not left to the next pass (P5)', async () => {
  const mailer = memoryMailer();
  const pwreset = createPwreset({
    storage: lateClaim(memoryStorage()),
    mailer,
    hasher: testHasher(),
    clock: manualClock(),
    secret: 'a secret of the tests, at least thirty-two bytes',
    delivery: 'manual',
    service: {
      name: 'Acme',
      url: 'https://acme.example',
      links: serviceLinks({
        reset: 'https://acme.example/reset?token={{token}}',
        revoke: 'https://acme.example/not-me?token={{token}}',
      }),
    },
  });
  await pwreset.users.create({ email: 'ann@example.com', password: 'an old password of hers' });
  for (const email of ['nobody@example.com', 'ann@example.com']) await pwreset.beginReset({ email });
  expect(await pwreset.deliver()).toBe(3);
  expect(mailer.mails.map(({ kind }) => kind)).toEqual(['reset']);
});
