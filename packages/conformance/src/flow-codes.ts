import assert from 'node:assert/strict';
import type { Mailer } from '@pwreset/core';
import { auditOf, canLogIn, costsOfBegin, pendingJobs, recipients, refuses, rowOf } from './flow-checks.js';
import { guessed, openCode } from './flow-code-parts.js';
import type { FlowTest } from './flow-parts.js';
import { ann, hour, minute, newPassword, oldPassword, tokenIn, type World, worldOf } from './flow-world.js';

const otherPassword = 'yet another password';
const kinds = ({ mailer }: World): readonly string[] => mailer.mails.map((mail) => mail.kind);

/** Resets by a mail that shows a code beside its link: what is mailed, when, to whom, and what becomes of it. */
export function testCodes(test: FlowTest): void {
  test('a mail goes to the stored address with a link and a code, and says until when each works', async (parts) => {
    const world = await worldOf(parts);
    const client = { ip: '192.0.2.7', userAgent: 'curl' };
    await world.pwreset.beginCodeReset({ email: 'ANN@EXAMPLE.COM', client });
    await world.pwreset.idle();
    const mail = world.mailer.lastMail(ann);
    assert.ok(mail.kind === 'reset_code');
    assert.deepEqual([mail.to, mail.client], [ann, client]);
    assert.match(mail.url, /^https:\/\/acme\.example\/reset\?email=ann%40example\.com&token=[0-9a-hjkmnp-tv-z]{50}$/);
    assert.match(mail.code, /^[0-9A-HJKMNP-TV-Z]{8}$/);
    assert.deepEqual([mail.codeExpiresAt - mail.at, mail.expiresAt - mail.at], [10 * minute, hour]);
    assert.equal((await world.pwreset.checkToken({ token: tokenIn(mail.url) })).valid, true);
    assert.deepEqual(kinds(world), ['reset_code']);
  });

  test('a code sets the password, ends sessions and sends the notice', async (parts) => {
    const world = await worldOf(parts);
    const { code } = await world.codeMail();
    const { user, authenticatedAt, audit } = await world.pwreset.confirmCodeReset({ email: ann, code, newPassword });
    await world.pwreset.idle();
    assert.equal(user.id, world.ann.id);
    assert.equal('credential' in user, false);
    assert.equal(await canLogIn(world, newPassword), true);
    assert.equal(await canLogIn(world, oldPassword), false);
    assert.deepEqual(kinds(world), ['reset_code', 'reset_notice']);
    assert.deepEqual(world.ended, [{ userId: world.ann.id, startedBefore: authenticatedAt }]);
    const rows = await auditOf(world, world.ann.id);
    assert.deepEqual(
      rows.filter((row) => row.id === audit).map((row) => row.event),
      ['password_reset'],
    );
    await world.pwreset.revoke({ token: tokenIn(world.mailer.lastLink(ann, 'reset_notice')) });
  });

  for (const used of ['code', 'link by its address', 'link'] as const) {
    test(`P7: once the ${used} was used, neither code nor link works any more`, async (parts) => {
      const world = await worldOf(parts);
      const { pwreset } = world;
      const { code, token } = await world.codeMail();
      if (used === 'link') await pwreset.confirmReset({ token, password: newPassword });
      else await pwreset.confirmCodeReset({ email: ann, code: used === 'code' ? code : token, newPassword });
      for (const either of [code, token]) {
        const again = pwreset.confirmCodeReset({ email: ann, code: either, newPassword: otherPassword });
        await refuses(again, 'invalid_token');
      }
      await refuses(pwreset.confirmReset({ token, password: otherPassword }), 'invalid_token');
      assert.equal(await openCode(world), null);
      assert.equal(await canLogIn(world, newPassword), true);
    });
  }

  test('a code is taken as people type it', async (parts) => {
    const world = await worldOf(parts);
    const { code } = await world.codeMail();
    const loose = code.toLowerCase().replaceAll('0', 'O').replaceAll('1', 'l');
    const typed = ` ${loose.slice(0, 3)}-${loose.slice(3, 5)} ${loose.slice(5)}\n`;
    await world.pwreset.confirmCodeReset({ email: 'ANN@example.com', code: typed, newPassword });
  });

  test('codes look as they are configured to', async (parts) => {
    const world = await worldOf(parts, { codes: { alphabet: 'digits', length: 6 } });
    const { code } = await world.codeMail();
    assert.match(code, /^[0-9]{6}$/);
    await world.pwreset.confirmCodeReset({ email: ann, code: `${code.slice(0, 3)} ${code.slice(3)}`, newPassword });
  });

  test('a new code supersedes the one before it, and no link', async (parts) => {
    const world = await worldOf(parts);
    const confirm = (code: string) => world.pwreset.confirmCodeReset({ email: ann, code, newPassword });
    const first = await world.codeMail();
    const superseded = await openCode(world);
    const second = await world.codeMail();
    await refuses(confirm(first.code), 'invalid_token');
    assert.equal(world.eventsOf('token_refused').at(-1)?.reason, 'mismatched');
    assert.ok(superseded !== null);
    assert.equal((await rowOf(world, superseded.id)).closedAt, world.clock.now());
    assert.equal((await rowOf(world, first.token)).closedAt, null);
    assert.equal((await rowOf(world, second.token)).closedAt, null);
    await confirm(second.code);
  });

  test('a link that was mailed before works on after a new code', async (parts) => {
    const world = await worldOf(parts);
    const first = await world.codeMail();
    const second = await world.codeMail();
    await world.pwreset.confirmCodeReset({ email: ann, code: first.token, newPassword });
    await refuses(
      world.pwreset.confirmCodeReset({ email: ann, code: second.code, newPassword: otherPassword }),
      'invalid_token',
    );
  });

  test('of begins that several workers look into at once one code is open at the end', async (parts) => {
    const limits = { code_guess_by_address: { capacity: 100, refillMs: minute } };
    const world = await worldOf(parts, { limits, policy: () => ['never good enough'] });
    for (const lang of ['de', 'en', 'fr']) {
      const resetUrl = `https://acme.example/forgot?lang=${lang}&code={{code}}`;
      await world.pwreset.beginCodeReset({ email: ann, resetUrl });
    }
    await Promise.all([world.pwreset, world.another(), world.another()].map((server) => server.idle()));
    assert.equal(world.mailer.mails.length, 3);
    const codes = world.mailer.mails.flatMap((mail) => (mail.kind === 'reset_code' ? [mail.code] : []));
    const refusals = await Promise.all(codes.map((code) => guessed(world, { email: ann, code })));
    const right = refusals.filter(([name]) => name === 'PasswordRefused');
    assert.equal(right.length, 1);
  });

  test('a code ends 10 minutes and a link 60 minutes after the request, to the millisecond', async (parts) => {
    const world = await worldOf(parts, { policy: () => ['never good enough'] });
    const { clock, pwreset } = world;
    const good = (code: string) =>
      refuses(pwreset.confirmCodeReset({ email: ann, code, newPassword }), 'password_refused');
    const ended = async (code: string) => {
      await refuses(pwreset.confirmCodeReset({ email: ann, code, newPassword }), 'invalid_token');
      assert.equal(world.eventsOf('token_refused').at(-1)?.reason, 'expired');
    };
    await pwreset.beginCodeReset({ email: ann });
    const requestedAt = clock.now();
    await clock.advance(9 * minute);
    await pwreset.idle();
    const mail = world.mailer.lastMail(ann);
    assert.ok(mail.kind === 'reset_code');
    assert.deepEqual([mail.codeExpiresAt, mail.expiresAt], [requestedAt + 10 * minute, requestedAt + hour]);
    const link = tokenIn(mail.url);
    await clock.advance(minute - 1);
    await good(mail.code);
    await clock.advance(1);
    await ended(mail.code);
    await clock.advance(50 * minute - 1);
    await good(link);
    await clock.advance(1);
    await ended(link);
  });

  test('a code that would have ended before its mail left is not shown, and the link is sent', async (parts) => {
    let isDown = false;
    const send: Mailer['send'] = async (mail, options) => {
      if (isDown) throw new Error('down');
      await parts.mailer.send(mail, options);
    };
    const world = await worldOf(parts, { mailer: { send } });
    await world.pwreset.beginCodeReset({ email: ann });
    await world.clock.advance(10 * minute);
    await world.pwreset.idle();
    assert.deepEqual(kinds(world), ['reset']);
    assert.deepEqual(
      world.eventsOf('code_withheld').map((event) => [event.userId, event.reason]),
      [[world.ann.id, 'too_old']],
    );
    assert.equal(await openCode(world), null);

    isDown = true;
    await world.pwreset.beginCodeReset({ email: ann });
    for (let minutes = 0; minutes < 40; minutes += 1) {
      isDown = minutes < 12;
      await world.pwreset.idle();
      await world.clock.advance(minute);
    }
    assert.deepEqual(kinds(world), ['reset', 'reset']);
    const token = tokenIn(world.mailer.lastLink(ann, 'reset'));
    await world.pwreset.confirmReset({ token, password: newPassword });
  });

  test('P1: known, unknown and disabled addresses cost the same calls and read no user', async (parts) => {
    const world = await worldOf(parts);
    await world.addUser('disabled@example.com', { enabled: false });
    const emails = [ann, 'unknown@example.com', 'disabled@example.com'];
    for (const resetUrl of [undefined, 'https://acme.example/forgot?lang=de&code={{code}}']) {
      const costs = await costsOfBegin(world, emails, (email) => world.pwreset.beginCodeReset({ email, resetUrl }));
      for (const cost of costs) assert.deepEqual(cost, { commit: 1 });
    }
    await world.pwreset.idle();
    assert.deepEqual(recipients(world), [ann, ann]);
    const reasons = world.eventsOf('begin_ignored').map((event) => event.reason);
    assert.deepEqual(reasons.sort(), ['unknown_address', 'unknown_address', 'user_disabled', 'user_disabled']);
  });

  test('P1: over the address limit the answer is the same and nothing is queued, whether code or link was asked for', async (parts) => {
    const world = await worldOf(parts);
    const { pwreset } = world;
    for (const email of [ann, 'unknown@example.com']) {
      await pwreset.beginReset({ email });
      await pwreset.beginCodeReset({ email });
      await pwreset.beginCodeReset({ email, resetUrl: 'https://acme.example/forgot?lang=de&code={{code}}' });
      const before = (await pendingJobs(world)).length;
      const limited = world.eventsOf('limit_reached').length;
      const over = [pwreset.beginCodeReset({ email }), pwreset.beginReset({ email })];
      assert.deepEqual(await Promise.all(over), [undefined, undefined]);
      assert.equal((await pendingJobs(world)).length, before);
      const events = world.eventsOf('limit_reached').slice(limited);
      assert.deepEqual(new Set(events.map((event) => event.limit)), new Set(['begin_by_address']));
      assert.deepEqual(new Set(events.map((event) => event.flow)), new Set(['begin_reset', 'begin_code_reset']));
    }
    await pwreset.idle();
    assert.equal(world.mailer.mails.length, 3);
  });

  test('a begin without a code that is pending swallows none with one, and two of one sort are one', async (parts) => {
    const world = await worldOf(parts, { limits: { begin_by_address: { capacity: 10, refillMs: minute } } });
    for (let count = 0; count < 3; count += 1) {
      await world.pwreset.beginReset({ email: ann });
      await world.pwreset.beginCodeReset({ email: ann });
    }
    await world.pwreset.idle();
    assert.deepEqual([...kinds(world)].sort(), ['reset', 'reset_code']);
  });

  test('P9: asking changes nothing: the old password and an earlier link go on working', async (parts) => {
    const world = await worldOf(parts);
    const token = await world.resetToken();
    for (let count = 0; count < 20; count += 1) await world.pwreset.beginCodeReset({ email: ann });
    await world.pwreset.idle();
    await world.pwreset.login({ email: ann, password: oldPassword });
    await world.pwreset.confirmReset({ token, password: newPassword });
  });

  test('P5: a begin whose answers are lost ends in one mail, whose code is the open one', async (parts) => {
    const world = await worldOf(parts);
    world.storage.loseNextAnswer();
    await world.pwreset.beginCodeReset({ email: ann });
    world.storage.loseNextAnswer();
    await world.pwreset.idle();
    assert.deepEqual(kinds(world), ['reset_code']);
    const mail = world.mailer.lastMail(ann);
    assert.ok(mail.kind === 'reset_code');
    await world.pwreset.confirmCodeReset({ email: ann, code: mail.code, newPassword });
  });
}
