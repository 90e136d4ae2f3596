import assert from 'node:assert/strict';
import { InvalidInput, serviceId, userId } from '@pwreset/core';
import { auditOf, canLogIn, costOf, pendingJobs, recipients, refuses, rowOf } from './flow-checks.js';
import { overtaken } from './flow-faults.js';
import type { FlowTest } from './flow-parts.js';
import { ann, hour, minute, newPassword, oldPassword, tokenIn, worldOf } from './flow-world.js';

/** Resets that a service begins for a user whom it names by id. */
export function testProfile(test: FlowTest): void {
  test('a link goes to the stored address, and the service never sees it', async (parts) => {
    const world = await worldOf(parts);
    const client = { ip: '192.0.2.7', userAgent: 'curl' };
    const begun = await world.pwreset.beginProfileReset({ userId: world.ann.id, client });
    assert.equal(begun.begun, true);
    assert.deepEqual(begun.user, await world.pwreset.users.get(world.ann.id));
    await world.pwreset.idle();
    assert.deepEqual(recipients(world), [ann]);
    const mail = world.mailer.lastMail(ann);
    assert.ok(mail.kind === 'reset');
    assert.deepEqual([mail.at, mail.expiresAt, mail.client], [world.clock.now(), world.clock.now() + hour, client]);
    const token = tokenIn(mail.url);
    assert.ok(!JSON.stringify(begun).includes(token) && !('credential' in begun.user));
    assert.deepEqual(
      (await auditOf(world, world.ann.id)).map(({ event, ip, serviceId }) => [event, ip, serviceId]),
      [['reset_begun', '192.0.2.7', 'default']],
    );
    await world.pwreset.confirmReset({ token, password: newPassword });
    assert.equal(await canLogIn(world, newPassword), true);
  });

  test('P9: it changes nothing: the password, an earlier link and an earlier code go on working', async (parts) => {
    const world = await worldOf(parts);
    const { code, token } = await world.codeMail();
    await world.pwreset.beginProfileReset({ userId: world.ann.id });
    await world.pwreset.idle();
    assert.equal((await rowOf(world, token)).closedAt, null);
    await world.pwreset.login({ email: ann, password: oldPassword });
    await world.pwreset.confirmCodeReset({ email: ann, code, newPassword });
  });

  test('a disabled user is mailed nothing, and the service hears so', async (parts) => {
    const world = await worldOf(parts);
    const { id } = await world.addUser('disabled@example.com', { enabled: false });
    const { user, begun, reason } = await world.pwreset.beginProfileReset({ userId: id });
    assert.deepEqual([user.id, user.enabled, begun, reason], [id, false, false, 'user_disabled']);
    await world.pwreset.idle();
    assert.deepEqual(world.mailer.mails, []);
    assert.deepEqual(
      world.eventsOf('begin_ignored').map((event) => [event.reason, event.userId]),
      [['user_disabled', id]],
    );
    assert.deepEqual(world.eventsOf('reset_requested'), []);
    assert.deepEqual(await auditOf(world, id), []);
  });

  test('an unknown user is user_not_found', async (parts) => {
    const world = await worldOf(parts);
    for (const id of [world.application.userId(999), userId('no id of any form'), userId('')]) {
      await refuses(world.pwreset.beginProfileReset({ userId: id }), 'user_not_found');
    }
    assert.deepEqual(await pendingJobs(world), []);
  });

  test('a service that is not there begins nothing, and hears nothing of the user', async (parts) => {
    const world = await worldOf(parts);
    const service = serviceId('nobody');
    await refuses(world.pwreset.beginProfileReset({ userId: world.ann.id, service }), 'service_not_found');
    assert.equal(world.storage.calls.findUserById, 0);
  });

  test('P6: a user who is disabled while it is begun is mailed nothing, enabled again or not', async (parts) => {
    const world = await worldOf(parts);
    const { id } = world.ann;
    const disable = () => world.application.editUser(id, { enabled: false });
    const slow = world.another({}, overtaken(world.storage, 'issueToken', disable));
    assert.equal((await slow.beginProfileReset({ userId: id })).begun, false);
    assert.equal(world.eventsOf('begin_ignored')[0]?.reason, 'user_disabled');
    await world.pwreset.users.enable(id);
    await world.pwreset.idle();
    assert.deepEqual(world.mailer.mails, []);
  });

  test('P3: a lost answer is settled as what happened, and a storage that is down begins nothing', async (parts) => {
    const world = await worldOf(parts);
    const begin = () => world.pwreset.beginProfileReset({ userId: world.ann.id });
    world.storage.loseNextAnswer();
    assert.equal((await begin()).begun, true);
    world.storage.loseNextCommit();
    await refuses(begin(), 'unavailable');
    for (const method of ['charge', 'findUserById', 'commit'] as const) {
      world.storage.failNext(method);
      await refuses(world.pwreset.beginProfileReset({ userId: world.ann.id }), 'unavailable');
    }
    await world.pwreset.idle();
    assert.equal(world.mailer.mails.length, 1);
    assert.equal((await auditOf(world, world.ann.id)).length, 1);
  });

  test('P4: a mail that fails is tried again, and its token dies with the password meanwhile', async (parts) => {
    const world = await worldOf(parts);
    world.mailer.failNext(new Error('down'));
    await world.pwreset.beginProfileReset({ userId: world.ann.id });
    await world.pwreset.idle();
    await world.clock.advance(minute);
    await world.pwreset.idle();
    assert.deepEqual(recipients(world), [ann]);
    await world.pwreset.updatePassword({ email: ann, password: oldPassword, newPassword });
    const token = tokenIn(world.mailer.lastLink(ann, 'reset'));
    await refuses(world.pwreset.confirmReset({ token, password: oldPassword }), 'invalid_token');
  });

  test('it counts the service unless it is told otherwise', async (parts) => {
    const rule = { capacity: 2, refillMs: minute };
    const world = await worldOf(parts, { limits: { service: rule, ip: rule } });
    const begin = (more = {}) =>
      world.pwreset.beginProfileReset({ userId: world.ann.id, client: { ip: '192.0.2.1' }, ...more });
    await begin();
    await begin({ client: { ip: '192.0.2.2' } });
    await refuses(begin({ client: { ip: '192.0.2.3' } }), 'too_many_requests');
    assert.equal(world.eventsOf('limit_reached').at(-1)?.limit, 'service');
    await begin({ limitBy: 'client' });
    await begin({ limitBy: 'client' });
    await refuses(begin({ limitBy: 'client' }), 'too_many_requests');
    assert.equal(world.eventsOf('limit_reached').at(-1)?.limit, 'ip');
    await world.clock.advance(minute);
    await begin();
  });

  test('P11: the link leads where the service permits, and a URL that it does not is refused before any look-up', async (parts) => {
    const world = await worldOf(parts);
    const { id } = world.ann;
    const refusal = async () => {
      for (const who of [id, world.application.userId(999)]) {
        const resetUrl = 'https://evil.example/forgot?lang=&code={{code}}';
        await assert.rejects(world.pwreset.beginProfileReset({ userId: who, resetUrl }), InvalidInput);
      }
    };
    assert.deepEqual(await costOf(world, refusal), {});
    const resetUrl = 'https://acme.example/forgot?lang=de&code={{code}}';
    await world.pwreset.beginProfileReset({ userId: id, resetUrl });
    await world.pwreset.idle();
    const link = world.mailer.lastLink(ann, 'reset');
    assert.match(link, /^https:\/\/acme\.example\/forgot\?lang=de&code=[0-9a-hjkmnp-tv-z]{50}$/);
    await world.pwreset.confirmReset({ token: tokenIn(link), password: newPassword });
  });
}
