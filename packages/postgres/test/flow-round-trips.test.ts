import { createPwreset, type DirectoryPwreset, serviceLinks } from '@pwreset/core';
import { manualClock, memoryMailer, testHasher } from '@pwreset/memory';
import { expect, test } from 'vitest';
import { freshSchemas } from './fresh-schema.js';
import { startProxy } from './proxy.js';
import { openStorage } from './support.js';

const freshSchema = freshSchemas(import.meta.url);
const email = 'ann@example.com';
const password = 'an old password of hers';

interface Counted {
  readonly pwreset: DirectoryPwreset;
  readonly mailer: ReturnType<typeof memoryMailer>;
  /** The token that the last mail to Ann carries. */
  token(): string;
  trips(work: () => Promise<unknown>): Promise<number>;
}

/** A server with one user, over one connection that is open already. */
async function counted(routine: boolean): Promise<Counted> {
  const { url } = await freshSchema();
  const proxy = await startProxy(url);
  const mailer = memoryMailer();
  const pwreset = createPwreset({
    storage: await openStorage({ connection: proxy.url, maxConnections: 1, routine }),
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
  await pwreset.users.create({ email, name: 'Ann', password });
  return {
    pwreset,
    mailer,
    token: () => new URL(mailer.lastLink(email)).searchParams.get('token') ?? '',
    async trips(work) {
      proxy.reset();
      await work();
      return proxy.roundTrips();
    },
  };
}

const client = { ip: '192.0.2.1', userAgent: null };

/** What the README of this package says, flow by flow. */
const counts = [
  { routine: true, begin: 1, check: 2, confirm: 3, login: 3, update: 3, revoke: 3 },
  { routine: false, begin: 3, check: 2, confirm: 5, login: 6, update: 7, revoke: 5 },
];

test.each(counts)('round trips of each flow; routine: $routine', async ({ routine, ...expected }) => {
  const { pwreset, token, trips } = await counted(routine);
  const begin = await trips(() => pwreset.beginReset({ email, client }));
  await pwreset.idle();
  const reset = token();
  const check = await trips(() => pwreset.checkToken({ token: reset, client }));
  const confirm = await trips(() => pwreset.confirmReset({ token: reset, password: 'a brand new password', client }));
  const login = await trips(() => pwreset.login({ email, password: 'a brand new password', client }));
  const update = await trips(() =>
    pwreset.updatePassword({ email, password: 'a brand new password', newPassword: 'a newer password yet', client }),
  );
  await pwreset.idle();
  const revoke = await trips(() => pwreset.revoke({ token: token(), client }));
  expect({ begin, check, confirm, login, update, revoke }).toEqual(expected);
});
