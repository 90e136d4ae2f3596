import assert from 'node:assert/strict';
import { keyId, serviceId } from '@pwreset/core';
import { canLogIn, refuses, rowOf, stateOf } from './flow-checks.js';
import type { FlowTest } from './flow-parts.js';
import { ann, day, minute, newPassword, oldPassword, tokenIn, type World, worldOf } from './flow-world.js';

/** Two keys of Ann's, and what should have become of them. */
async function keysOf({ application, clock, ann: { id: userId } }: World) {
  const ids = [keyId('phone'), keyId('laptop')];
  for (const id of ids) await application.addKey({ id, userId, createdAt: clock.now() });
  const all = async () => [...(await application.keys(userId))].sort((one, other) => (one.id < other.id ? 1 : -1));
  const inState = (enabled: boolean) => ids.map((id) => ({ id, enabled, revoked: !enabled }));
  assert.deepEqual(await all(), inState(true));
  return { all, revoked: inState(false) };
}

export function testRevoke(test: FlowTest): void {
  test('P6: it disables the user, makes the password unusable, revokes the keys, ends sessions and says so', async (parts) => {
    const world = await worldOf(parts);
    const keys = await keysOf(world);
    const token = await world.revokeToken();
    await world.clock.advance(minute);
    const { userId } = await world.pwreset.revoke({ token });
    await world.pwreset.idle();
    assert.equal(userId, world.ann.id);
    const user = await world.pwreset.users.get(world.ann.id);
    assert.equal(user?.enabled, false);
    assert.equal(user.credentialState, 'unusable');
    assert.deepEqual(await keys.all(), keys.revoked);
    assert.deepEqual(world.ended.at(-1), { userId, startedBefore: world.clock.now() + 1 });
    assert.equal(world.mailer.lastMail(ann).kind, 'revoke_notice');
    for (const password of [oldPassword, newPassword]) assert.equal(await canLogIn(world, password), false);
  });

  test('P6: a disabled user cannot begin, update, log in or come back; enabled again, only a reset leads back', async (parts) => {
    const world = await worldOf(parts);
    await world.pwreset.revoke({ token: await world.revokeToken() });
    await world.pwreset.idle();
    const mails = world.mailer.mails.length;
    await world.clock.advance(10 * minute);
    await world.pwreset.beginReset({ email: ann });
    await world.pwreset.idle();
    assert.equal(world.mailer.mails.length, mails);
    const update = { email: ann, password: newPassword, newPassword: oldPassword };
    await refuses(world.pwreset.updatePassword(update), 'invalid_credentials');
    await world.pwreset.users.enable(world.ann.id);
    assert.equal(await canLogIn(world, newPassword), false);
    await world.pwreset.confirmReset({ token: await world.resetToken(), password: oldPassword });
    assert.equal(await canLogIn(world, oldPassword), true);
  });

  test('P6: it works once, and the second use changes nothing', async (parts) => {
    const world = await worldOf(parts);
    const token = await world.revokeToken();
    await world.pwreset.revoke({ token });
    await world.pwreset.users.enable(world.ann.id);
    const state = await stateOf(world);
    await refuses(world.pwreset.revoke({ token }), 'invalid_token');
    assert.deepEqual(await stateOf(world), state);
  });

  test('P6: of many at once one succeeds', async (parts) => {
    const world = await worldOf(parts);
    const token = await world.revokeToken();
    const servers = [world.pwreset, world.another()];
    const results = await Promise.allSettled(Array.from({ length: 10 }, (_, n) => servers[n % 2]?.revoke({ token })));
    assert.equal(results.filter((result) => result.status === 'fulfilled').length, 1);
  });

  test('P6: it outlives any later change of password and works for a user who is disabled already', async (parts) => {
    const world = await worldOf(parts);
    const token = await world.revokeToken();
    await world.pwreset.updatePassword({ email: ann, password: newPassword, newPassword: oldPassword });
    await world.clock.advance(6 * day);
    await world.pwreset.users.disable(world.ann.id);
    await world.pwreset.revoke({ token });
    await world.pwreset.users.enable(world.ann.id);
    assert.equal(await canLogIn(world, oldPassword), false);
  });

  test('P6: it closes every token, resets and other revokes alike', async (parts) => {
    const world = await worldOf(parts);
    const first = await world.revokeToken();
    await world.clock.advance(10 * minute);
    await world.pwreset.updatePassword({ email: ann, password: newPassword, newPassword: oldPassword });
    await world.pwreset.idle();
    const second = tokenIn(world.mailer.lastLink(ann, 'update_notice'));
    const reset = await world.resetToken();
    await world.pwreset.revoke({ token: first });
    for (const token of [second, reset]) assert.equal((await rowOf(world, token)).closedAt, world.clock.now());
    await world.pwreset.users.enable(world.ann.id);
    await refuses(world.pwreset.revoke({ token: second }), 'invalid_token');
    await refuses(world.pwreset.confirmReset({ token: reset, password: newPassword }), 'invalid_token');
  });

  test('P6: it expires after 7 days, to the millisecond', async (parts) => {
    const world = await worldOf(parts);
    const token = await world.revokeToken();
    await world.clock.advance(7 * day - 1);
    assert.equal((await world.pwreset.checkToken({ token })).valid, true);
    await world.clock.advance(1);
    await refuses(world.pwreset.revoke({ token }), 'invalid_token');
    assert.equal(await canLogIn(world, newPassword), true);
  });

  test('a service that is not there is another service', async (parts) => {
    const world = await worldOf(parts);
    const token = await world.revokeToken();
    const state = await stateOf(world);
    await refuses(world.pwreset.revoke({ token, service: serviceId('nobody') }), 'invalid_token');
    assert.deepEqual(await stateOf(world), state);
    await world.pwreset.revoke({ token });
  });

  test('P6: a faulty storage changes nothing, a lost answer is settled', async (parts) => {
    const world = await worldOf(parts);
    const token = await world.revokeToken();
    const state = await stateOf(world);
    world.storage.failNext('commit');
    await refuses(world.pwreset.revoke({ token }), 'unavailable');
    assert.deepEqual(await stateOf(world), state);
    world.storage.loseNextAnswer();
    await world.pwreset.revoke({ token });
    assert.equal((await world.pwreset.users.get(world.ann.id))?.enabled, false);
  });

  test('a token of a user whose row is gone is refused', async (parts) => {
    const world = await worldOf(parts);
    const token = await world.revokeToken();
    await world.application.deleteUser(world.ann.id);
    await refuses(world.pwreset.revoke({ token }), 'invalid_token');
    assert.equal(world.eventsOf('token_refused').at(-1)?.reason, 'user_gone');
  });

  test('forget closes every token and revokes every key, so that a reused id inherits nothing', async (parts) => {
    const world = await worldOf(parts);
    const keys = await keysOf(world);
    const revoke = await world.revokeToken();
    await world.clock.advance(10 * minute);
    const reset = await world.resetToken();
    await world.pwreset.users.forget(world.ann.id);
    for (const token of [revoke, reset]) assert.equal((await rowOf(world, token)).closedAt, world.clock.now());
    await refuses(world.pwreset.revoke({ token: revoke }), 'invalid_token');
    await refuses(world.pwreset.confirmReset({ token: reset, password: oldPassword }), 'invalid_token');
    assert.deepEqual(await keys.all(), keys.revoked);
    await world.pwreset.idle();
    assert.equal(world.ended.at(-1)?.startedBefore, world.clock.now() + 1);
  });
}
