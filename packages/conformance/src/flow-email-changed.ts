import assert from 'node:assert/strict';
import { userId } from '@pwreset/core';
import { ann, type FlowTest, minute, newPassword, refuses, tokenIn, worldOf } from './flow-world.js';

export function testEmailChanged(test: FlowTest): void {
  test('the old address gets a notice with a link that disables, and what was mailed to it for a reset dies', async (parts) => {
    const world = await worldOf(parts);
    const token = await world.resetToken();
    await world.pwreset.emailChanged({ userId: world.ann.id, oldEmail: 'old@example.com' });
    await world.pwreset.idle();
    await refuses(world.pwreset.confirmReset({ token, password: newPassword }), 'invalid_token');
    assert.equal(world.mailer.lastMail('old@example.com').kind, 'email_change_notice');
    await world.pwreset.revoke({ token: tokenIn(world.mailer.lastLink('old@example.com')) });
    assert.equal((await world.pwreset.users.get(world.ann.id))?.enabled, false);
  });

  test('P5: a notice goes to the address that was stored at the commit; a reset mail that is pending dies with it', async (parts) => {
    const world = await worldOf(parts);
    await world.pwreset.confirmReset({ token: await world.resetToken(), password: newPassword });
    await world.clock.advance(10 * minute);
    world.mailer.failNext(new Error('down'), 2);
    await world.pwreset.beginReset({ email: ann });
    await world.pwreset.idle();
    await world.pwreset.emailChanged({ userId: world.ann.id, oldEmail: ann });
    await world.clock.advance(minute);
    await world.pwreset.idle();
    const kinds = world.mailer.mails.map((mail) => mail.kind).sort();
    assert.deepEqual(kinds, ['email_change_notice', 'reset', 'reset_notice']);
    assert.deepEqual(
      world.eventsOf('mail_dropped').map((event) => event.reason),
      ['closed'],
    );
  });

  test('an unknown user and what is no address are refused', async (parts) => {
    const world = await worldOf(parts);
    const { emailChanged } = world.pwreset;
    await refuses(emailChanged({ userId: userId('nobody'), oldEmail: ann }), 'user_not_found');
    await refuses(emailChanged({ userId: world.ann.id, oldEmail: 'nothing' }), 'invalid_input');
  });
}
