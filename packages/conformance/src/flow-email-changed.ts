import assert from 'node:assert/strict';
import { serviceId, userId } from '@pwreset/core';
import { canLogIn, refuses, rowOf, stateOf } from './flow-checks.js';
import { overtaken } from './flow-faults.js';
import type { FlowTest } from './flow-parts.js';
import { ann, minute, newPassword, oldPassword, tokenIn, type World, worldOf } from './flow-world.js';

const moved = 'ann@new.example.com';

const move = ({ application, ann: { id } }: World): Promise<void> => application.editUser(id, { email: moved });

export function testEmailChanged(test: FlowTest): void {
  test('P5: a revoke that a change of address overtakes tells the address that is stored at its commit', async (parts) => {
    const world = await worldOf(parts);
    const token = await world.revokeToken();
    const slow = world.another(
      {},
      overtaken(world.storage, 'disableUser', () => move(world)),
    );
    await slow.revoke({ token });
    await world.pwreset.idle();
    assert.equal(world.mailer.lastMail(moved).kind, 'revoke_notice');
    assert.equal((await world.pwreset.users.get(world.ann.id))?.enabled, false);
  });

  test('the old address gets a notice with a link that disables, and what was mailed to it for a reset is closed', async (parts) => {
    const world = await worldOf(parts);
    const token = await world.resetToken();
    await move(world);
    await world.pwreset.emailChanged({ userId: world.ann.id, oldEmail: ann });
    await world.pwreset.idle();
    assert.equal((await rowOf(world, token)).closedAt, world.clock.now());
    await refuses(world.pwreset.confirmReset({ token, password: newPassword }), 'invalid_token');
    assert.equal(world.mailer.lastMail(ann).kind, 'email_change_notice');
    await world.pwreset.revoke({ token: tokenIn(world.mailer.lastLink(ann, 'email_change_notice')) });
    assert.equal((await world.pwreset.users.get(world.ann.id))?.enabled, false);
  });

  test('P7: a reset token dies with the address it was mailed to, a revoke token does not', async (parts) => {
    const world = await worldOf(parts);
    const revoke = await world.revokeToken();
    await world.clock.advance(10 * minute);
    const reset = await world.resetToken();
    await move(world);
    assert.equal((await world.pwreset.checkToken({ token: reset })).valid, false);
    await refuses(world.pwreset.confirmReset({ token: reset, password: oldPassword }), 'invalid_token');
    assert.equal(world.eventsOf('token_refused').at(-1)?.reason, 'credential_changed');
    assert.equal(await canLogIn(world, newPassword, moved), true);
    await world.pwreset.revoke({ token: revoke });
    assert.equal((await world.pwreset.users.get(world.ann.id))?.enabled, false);
  });

  test('P7: an address that changes while a confirm is under way takes its token', async (parts) => {
    const world = await worldOf(parts);
    const token = await world.resetToken();
    const change = () => move(world);
    const slow = world.another({}, overtaken(world.storage, 'setPassword', change));
    await refuses(slow.confirmReset({ token, password: newPassword }), 'invalid_token');
    assert.equal(await canLogIn(world, oldPassword, moved), true);
  });

  test('P5: a notice that is pending when the address changes goes to the old one, a reset mail to neither', async (parts) => {
    const world = await worldOf(parts);
    world.mailer.failNext(new Error('down'), 2);
    await world.pwreset.updatePassword({ email: ann, password: oldPassword, newPassword });
    await world.pwreset.beginReset({ email: ann });
    await world.pwreset.idle();
    assert.equal(world.eventsOf('job_retried').length, 2);
    await move(world);
    await world.clock.advance(minute);
    await world.pwreset.idle();
    assert.deepEqual(
      world.mailer.mails.map((mail) => [mail.kind, mail.to]),
      [['update_notice', ann]],
    );
    assert.deepEqual(
      world.eventsOf('mail_dropped').map((event) => [event.mail, event.reason]),
      [['reset', 'credential_changed']],
    );
  });

  test('P5: an address that changes while the worker looks into a begin is sent nothing', async (parts) => {
    const world = await worldOf(parts);
    await world.pwreset.beginReset({ email: ann });
    const change = () => move(world);
    await world.another({}, overtaken(world.storage, 'issueToken', change)).idle();
    assert.deepEqual(world.mailer.mails, []);
    assert.deepEqual(
      world.eventsOf('begin_ignored').map((event) => event.reason),
      ['unknown_address'],
    );
  });

  for (const how of ['beginReset', 'beginProfileReset'] as const) {
    test(`P5: a password that changes in the middle of ${how} leaves a mail whose link works`, async (parts) => {
      const world = await worldOf(parts);
      const change = async () =>
        world.application.editUser(world.ann.id, { hash: await world.hasher.hash(newPassword) });
      const slow = world.another({}, overtaken(world.storage, 'issueToken', change));
      if (how === 'beginReset') await slow.beginReset({ email: ann });
      else assert.equal((await slow.beginProfileReset({ userId: world.ann.id })).begun, true);
      await slow.idle();
      const token = tokenIn(world.mailer.lastLink(ann, 'reset'));
      await world.pwreset.confirmReset({ token, password: oldPassword });
    });
  }

  test('an unknown user and what is no address are refused', async (parts) => {
    const world = await worldOf(parts);
    const { emailChanged } = world.pwreset;
    await refuses(emailChanged({ userId: userId('nobody'), oldEmail: ann }), 'user_not_found');
    await refuses(emailChanged({ userId: world.ann.id, oldEmail: 'nothing' }), 'invalid_input');
  });

  test('a service that is not there is refused before anything changes', async (parts) => {
    const world = await worldOf(parts);
    const token = await world.resetToken();
    const state = await stateOf(world);
    const unknown = { userId: world.ann.id, oldEmail: ann, service: serviceId('nobody') };
    await refuses(world.pwreset.emailChanged(unknown), 'service_not_found');
    assert.deepEqual(await stateOf(world), state);
    assert.equal((await rowOf(world, token)).closedAt, null);
  });
}
