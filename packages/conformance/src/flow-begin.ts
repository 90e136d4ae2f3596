import assert from 'node:assert/strict';
import { StorageUnavailable } from '@pwreset/core';
import { costsOfBegin, pendingJobs, recipients, refuses } from './flow-checks.js';
import type { FlowTest } from './flow-parts.js';
import { ann, minute, newPassword, oldPassword, second, tokenIn, worldOf } from './flow-world.js';

export function testBegin(test: FlowTest): void {
  test('a reset mail goes to the stored address with a link that works', async (parts) => {
    const world = await worldOf(parts);
    await world.pwreset.beginReset({ email: 'ANN@EXAMPLE.COM', client: { ip: '192.0.2.7', userAgent: 'curl' } });
    await world.pwreset.idle();
    const mail = world.mailer.lastMail(ann);
    assert.equal(mail.kind, 'reset');
    assert.equal(mail.to, ann);
    assert.deepEqual(mail.client, { ip: '192.0.2.7', userAgent: 'curl' });
    assert.match(mail.url, /^https:\/\/acme\.example\/reset\?email=ann%40example\.com&token=[0-9a-hjkmnp-tv-z]{50}$/);
    assert.equal(mail.expiresAt, mail.at + 60 * minute);
    assert.equal((await world.pwreset.checkToken({ token: tokenIn(mail.url) })).valid, true);
  });

  test('P1: known, unknown and disabled addresses cost the same calls and read no user', async (parts) => {
    const world = await worldOf(parts);
    await world.addUser('disabled@example.com', { enabled: false });
    const emails = [ann, 'unknown@example.com', 'disabled@example.com'];
    for (const cost of await costsOfBegin(world, emails)) assert.deepEqual(cost, { commit: 1 });
    await world.pwreset.idle();
    assert.deepEqual(recipients(world), [ann]);
    const reasons = world.eventsOf('begin_ignored').map((event) => event.reason);
    assert.deepEqual(reasons.sort(), ['unknown_address', 'user_disabled']);
  });

  test('P1: the calls do not depend on who exists when a caller is over the address limit either', async (parts) => {
    const world = await worldOf(parts);
    for (const email of [ann, 'unknown@example.com']) {
      for (let count = 0; count < 10; count += 1) await world.pwreset.beginReset({ email });
    }
    await world.pwreset.idle();
    assert.equal(world.mailer.mails.length, 1);
    assert.equal(world.eventsOf('limit_reached').length, 14);
  });

  test('one begin is pending per address and service, and a later one is heard again', async (parts) => {
    const world = await worldOf(parts);
    await Promise.all([1, 2, 3].map(() => world.pwreset.beginReset({ email: ann })));
    await world.pwreset.idle();
    assert.equal(world.mailer.mails.length, 1);
    await world.clock.advance(10 * minute);
    await world.pwreset.beginReset({ email: ann });
    await world.pwreset.idle();
    assert.equal(world.mailer.mails.length, 2);
  });

  test('a limit by ip answers too_many_requests with the time to wait', async (parts) => {
    const world = await worldOf(parts, { limits: { ip: { capacity: 2, refillMs: 10 * second } } });
    const client = { ip: '192.0.2.1' };
    await world.pwreset.beginReset({ email: 'a@example.com', client });
    await world.pwreset.beginReset({ email: 'b@example.com', client });
    await assert.rejects(world.pwreset.beginReset({ email: 'c@example.com', client }), { retryAfterMs: 10 * second });
    await world.pwreset.beginReset({ email: 'c@example.com', client: { ip: '192.0.2.2' } });
    await world.clock.advance(10 * second);
    await world.pwreset.beginReset({ email: 'c@example.com', client });
  });

  test('IPv6 is counted by /64, mapped IPv4 as IPv4', async (parts) => {
    const world = await worldOf(parts, { limits: { ip: { capacity: 1, refillMs: minute } } });
    const begin = (ip: string) => world.pwreset.beginReset({ email: ann, client: { ip } });
    await begin('2001:db8:0:1::1');
    await refuses(begin('2001:db8:0:1:ffff::2'), 'too_many_requests');
    await begin('2001:db8:0:2::1');
    await begin('::ffff:192.0.2.1');
    await refuses(begin('192.0.2.1'), 'too_many_requests');
  });

  test('what is no address is refused before anything is written', async (parts) => {
    const world = await worldOf(parts);
    const before = world.storage.calls.commit;
    const bad = ['', 'ann', 'ann@', '@example.com', 'a@b@c', 'ann@example.com, eve@example.com', 'a b@example.com'];
    for (const email of [
      ...bad,
      'ann@exa mple.com',
      'ann\r\n@example.com',
      `${'a'.repeat(65)}@example.com`,
      'a@1.2.3.4',
    ]) {
      await refuses(world.pwreset.beginReset({ email }), 'invalid_input');
    }
    assert.equal(world.storage.calls.commit, before);
  });

  test('expiry counts from the request, and a begin that waited too long sends nothing', async (parts) => {
    const world = await worldOf(parts);
    await world.pwreset.beginReset({ email: ann });
    const requestedAt = world.clock.now();
    await world.clock.advance(59 * minute);
    await world.pwreset.idle();
    const mail = world.mailer.lastMail(ann, 'reset');
    assert.ok(mail.kind === 'reset' && mail.expiresAt === requestedAt + 60 * minute);
    await world.pwreset.beginReset({ email: ann });
    await world.clock.advance(60 * minute);
    await world.pwreset.idle();
    assert.equal(world.mailer.mails.length, 1);
    assert.equal(world.eventsOf('begin_ignored')[0]?.reason, 'too_old');
  });

  test('a begin that was left lying does not swallow a fresh one', async (parts) => {
    const world = await worldOf(parts);
    await world.pwreset.beginReset({ email: ann });
    await world.clock.advance(59 * minute);
    const requestedAt = world.clock.now();
    await world.pwreset.beginReset({ email: ann });
    await world.clock.advance(minute);
    await world.pwreset.idle();
    assert.deepEqual(
      world.mailer.mails.map((mail) => mail.kind === 'reset' && mail.expiresAt),
      [requestedAt + 60 * minute],
    );
    assert.deepEqual(
      world.eventsOf('begin_ignored').map((event) => event.reason),
      ['too_old'],
    );
  });

  test('a begin that storage cannot look into is given up with its link, and not tried without a pause', async (parts) => {
    const world = await worldOf(parts);
    let looked = 0;
    const blind = {
      ...world.storage,
      findUsersByEmail() {
        looked += 1;
        return looked > 100 ? Promise.resolve([]) : Promise.reject(new StorageUnavailable());
      },
    };
    const server = world.another({}, blind);
    await server.beginReset({ email: ann });
    for (let minutes = 0; minutes < 70; minutes += 5) {
      await server.idle();
      await world.clock.advance(5 * minute);
    }
    assert.ok(looked < 50, `looked ${looked} times`);
    assert.ok(looked > 5);
    assert.deepEqual(await pendingJobs(world), []);
  });

  test('a begin whose answer was lost is queued once', async (parts) => {
    const world = await worldOf(parts);
    world.storage.loseNextAnswer();
    await world.pwreset.beginReset({ email: ann });
    world.storage.loseNextCommit();
    await world.pwreset.beginReset({ email: 'unknown@example.com' });
    await world.pwreset.idle();
    assert.equal(world.mailer.mails.length, 1);
    assert.equal(world.eventsOf('begin_ignored').length, 1);
  });

  test('asking changes nothing: the old password and an earlier link go on working', async (parts) => {
    const world = await worldOf(parts);
    const token = await world.resetToken();
    for (let count = 0; count < 20; count += 1) await world.pwreset.beginReset({ email: ann });
    await world.pwreset.idle();
    await world.pwreset.login({ email: ann, password: oldPassword });
    await world.pwreset.confirmReset({ token, password: newPassword });
  });
}
