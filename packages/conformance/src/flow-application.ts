import assert from 'node:assert/strict';
import { canLogIn, pendingJobs, refuses } from './flow-checks.js';
import type { FlowTest } from './flow-parts.js';
import { ann, minute, newPassword, oldPassword, worldOf } from './flow-world.js';

const bo = 'bo@example.com';
const otherPassword = 'a password of the application';

/** What an application's own statements do to its users, past every flow. */
export function testApplication(test: FlowTest): void {
  for (const column of ['hash', 'email'] as const) {
    test(`P7: an outstanding reset token dies when the application itself changes the ${column}`, async (parts) => {
      const world = await worldOf(parts);
      const { application, hasher, pwreset } = world;
      const token = await world.resetToken();
      const changed = { email: 'ann@new.example.com', hash: await hasher.hash(otherPassword) };
      await application.editUser(world.ann.id, { [column]: changed[column] });
      const before = await world.storage.findUserById(world.ann.id);
      assert.equal((await pwreset.checkToken({ token })).valid, false);
      await refuses(pwreset.confirmReset({ token, password: newPassword }), 'invalid_token');
      assert.equal(world.eventsOf('token_refused').at(-1)?.reason, 'credential_changed');
      assert.deepEqual(await world.storage.findUserById(world.ann.id), before);
    });
  }

  test('P7: a reset mail is not sent once the application has changed the password', async (parts) => {
    const world = await worldOf(parts);
    world.mailer.failNext(new Error('down'));
    await world.pwreset.beginReset({ email: ann });
    await world.pwreset.idle();
    await world.application.editUser(world.ann.id, { hash: await world.hasher.hash(otherPassword) });
    await world.clock.advance(minute);
    await world.pwreset.idle();
    assert.deepEqual(world.mailer.mails, []);
    assert.deepEqual(
      world.eventsOf('mail_dropped').map((event) => [event.mail, event.reason]),
      [['reset', 'credential_changed']],
    );
    assert.deepEqual(await pendingJobs(world), []);
  });

  test('P6: whom the application disables cannot confirm, and the password stays what it was', async (parts) => {
    const world = await worldOf(parts);
    const token = await world.resetToken();
    await world.application.editUser(world.ann.id, { enabled: false });
    assert.equal((await world.pwreset.checkToken({ token })).valid, false);
    await refuses(world.pwreset.confirmReset({ token, password: newPassword }), 'invalid_token');
    assert.equal(world.eventsOf('token_refused').at(-1)?.reason, 'user_disabled');
    await world.application.editUser(world.ann.id, { enabled: true });
    assert.equal(await canLogIn(world, oldPassword), true);
  });

  test('P7: a user who is given the id of a deleted one inherits no token', async (parts) => {
    const world = await worldOf(parts);
    const { application, clock, hasher, pwreset, storage } = world;
    const { id } = world.ann;
    const revoke = await world.revokeToken();
    await clock.advance(10 * minute);
    const reset = await world.resetToken();
    // Where no time of creation is kept nothing tells the two apart: the application has to say that the first one goes.
    const isTold = (await storage.findUserById(id))?.createdAt === null;
    if (isTold) await pwreset.users.forget(id);
    await application.deleteUser(id);
    await clock.advance(minute);
    const hash = await hasher.hash(otherPassword);
    await application.addUser({ id, email: bo, enabled: true, hash, createdAt: clock.now() });
    const successor = await storage.findUserById(id);
    assert.ok(successor?.enabled);

    for (const token of [revoke, reset]) assert.equal((await pwreset.checkToken({ token })).valid, false);
    await refuses(pwreset.revoke({ token: revoke }), 'invalid_token');
    await refuses(pwreset.confirmReset({ token: reset, password: newPassword }), 'invalid_token');
    const reasons = world.eventsOf('token_refused').map((event) => event.reason);
    assert.deepEqual(new Set(reasons), new Set([isTold ? 'closed' : 'credential_changed']));
    assert.deepEqual(await storage.findUserById(id), successor);
    assert.equal(await canLogIn(world, otherPassword, bo), true);
  });
}
