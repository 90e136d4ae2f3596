import assert from 'node:assert/strict';
import { InvalidInput, serviceLinks } from '@pwreset/core';
import { costOf, pendingJobs } from './flow-checks.js';
import type { FlowTest } from './flow-parts.js';
import { ann, newPassword, tokenIn, type World, worldOf } from './flow-world.js';

const german = 'https://acme.example/forgot?lang=de&code={{code}}';
/** The service of the world, without the pages that callers may name. */
const acme = {
  name: 'Acme',
  url: 'https://acme.example',
  links: serviceLinks({
    reset: 'https://acme.example/forgot?code={{token}}',
    revoke: 'https://acme.example/no?t={{token}}',
  }),
};
const hostile = [
  'https://evil.example/forgot?lang=&code={{code}}',
  '//acme.example/forgot?lang=&code={{code}}',
  'https:\\\\acme.example/forgot?lang=&code={{code}}',
  'https://acme.example@evil.example/forgot?lang=&code={{code}}',
  'https://acme.example.evil.example/forgot?lang=&code={{code}}',
  'https://acme.example/forgot?lang=\r\n&code={{code}}',
  'https://acme.example/forgot?lang={{code}}&code=',
  'https://acme.example/forgot?lang=&code=&next={{code}}',
  'https://acme.example/x/../forgot?lang=&code={{code}}',
  'http://acme.example/forgot?lang=&code={{code}}',
  'javascript:alert(1)//{{code}}',
  'https://acme.example/reset?email={{email}}&token={{token}}',
  'x'.repeat(100_000),
];

/** The refusal of a reset URL, and what it cost. */
async function notAllowed(world: World, begin: () => Promise<unknown>, problem = 'not_allowed'): Promise<void> {
  const refusal = async () =>
    assert.rejects(begin, (error) => {
      assert.ok(error instanceof InvalidInput);
      assert.deepEqual([error.field, error.problem], ['resetUrl', problem]);
      return true;
    });
  assert.deepEqual(await costOf(world, refusal), {}, 'it was settled before storage was asked');
}

/** Where a caller may have the link of a reset mail lead. */
export function testResetUrls(test: FlowTest): void {
  test('P11: the link leads where the caller says, if its service permits that, and carries the token of the link', async (parts) => {
    const world = await worldOf(parts);
    const { code, token } = await world.codeMail(ann, { resetUrl: german });
    const mail = world.mailer.lastMail(ann);
    assert.ok(mail.kind === 'reset_code');
    assert.equal(mail.url, `https://acme.example/forgot?lang=de&code=${token}`);
    assert.match(token, /^[0-9a-hjkmnp-tv-z]{50}$/);
    assert.ok(!mail.url.includes(code));
    await world.pwreset.confirmReset({ token, password: newPassword });
  });

  test('P11: a page that reads its address from the fragment is one of them', async (parts) => {
    const world = await worldOf(parts);
    const resetUrl = 'https://acme.example/app#/reset?t={{code}}';
    const { token } = await world.codeMail(ann, { resetUrl });
    assert.equal(world.mailer.lastLink(ann), `https://acme.example/app#/reset?t=${token}`);
    await world.pwreset.confirmCodeReset({ email: ann, code: token, newPassword });
  });

  test('P11: the same where no code is asked for', async (parts) => {
    const world = await worldOf(parts);
    await world.pwreset.beginReset({ email: ann, resetUrl: german });
    await world.pwreset.idle();
    const link = world.mailer.lastLink(ann, 'reset');
    assert.match(link, /^https:\/\/acme\.example\/forgot\?lang=de&code=[0-9a-hjkmnp-tv-z]{50}$/);
    await world.pwreset.confirmReset({ token: tokenIn(link), password: newPassword });
  });

  for (const who of ['known', 'unknown'] as const) {
    test(`P10, P11: any other is refused before anything is charged or looked up, for ${who} addresses`, async (parts) => {
      const world = await worldOf(parts);
      const email = who === 'known' ? ann : 'unknown@example.com';
      const client = { ip: '192.0.2.1' };
      for (const resetUrl of hostile) {
        await notAllowed(world, () => world.pwreset.beginCodeReset({ email, resetUrl, client }));
        await notAllowed(world, () => world.pwreset.beginReset({ email, resetUrl, client }));
      }
      await notAllowed(world, () => world.pwreset.beginCodeReset({ email, resetUrl: '', client }), 'missing');
      assert.deepEqual(await pendingJobs(world), []);
      assert.deepEqual(world.events, []);
    });
  }

  test('P11: a service that lists none permits none', async (parts) => {
    const world = await worldOf(parts);
    const closed = world.another({ service: acme });
    await notAllowed(world, () => closed.beginCodeReset({ email: ann, resetUrl: german }));
  });

  test("P11, P5: what a job says is permitted no longer than the service permits it; then the mail leads to the service's own page", async (parts) => {
    const world = await worldOf(parts);
    const closed = world.another({ service: { ...acme, resetUrls: ['https://acme.example/new?code={{code}}'] } });
    await world.pwreset.beginCodeReset({ email: ann, resetUrl: german });
    await closed.idle();
    const link = world.mailer.lastLink(ann, 'reset_code');
    assert.match(link, /^https:\/\/acme\.example\/forgot\?code=/);
    await world.pwreset.confirmReset({ token: tokenIn(link), password: newPassword });
  });
}
