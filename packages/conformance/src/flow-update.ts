import assert from 'node:assert/strict';
import { serviceId, userId } from '@pwreset/core';
import { canLogIn, refuses, stateOf } from './flow-checks.js';
import type { FlowTest } from './flow-parts.js';
import { ann, newPassword, oldPassword, second, tokenIn, worldOf } from './flow-world.js';

export function testUpdate(test: FlowTest): void {
  test('the current password sets a new one, ends sessions and sends the notice with a revoke link', async (parts) => {
    const world = await worldOf(parts);
    const result = await world.pwreset.updatePassword({ email: ann, password: oldPassword, newPassword });
    await world.pwreset.idle();
    assert.equal(await canLogIn(world, newPassword), true);
    assert.equal(await canLogIn(world, oldPassword), false);
    const notice = world.mailer.lastMail(ann);
    assert.equal(notice.kind, 'update_notice');
    assert.deepEqual(world.ended, [{ userId: world.ann.id, startedBefore: result.authenticatedAt }]);
    await world.pwreset.revoke({ token: tokenIn(world.mailer.lastLink(ann)) });
    assert.equal((await world.pwreset.users.get(world.ann.id))?.enabled, false);
  });

  test('it works by id', async (parts) => {
    const world = await worldOf(parts);
    const { user } = await world.pwreset.updatePassword({ userId: world.ann.id, password: oldPassword, newPassword });
    assert.equal(user.id, world.ann.id);
    assert.equal(await canLogIn(world, newPassword), true);
  });

  test('unknown and disabled users, one whose password is unusable and a wrong password get one answer at one cost', async (parts) => {
    const world = await worldOf(parts);
    const unusable = await world.addUser('unusable@example.com', { password: oldPassword });
    await world.pwreset.users.invalidatePassword(unusable.id);
    await world.addUser('disabled@example.com', { password: oldPassword, enabled: false });
    const costs: number[] = [];
    const tries = [
      { email: 'unknown@example.com', password: oldPassword },
      { email: 'unusable@example.com', password: oldPassword },
      { email: 'disabled@example.com', password: oldPassword },
      { email: ann, password: 'a wrong password' },
      { userId: userId('nobody'), password: oldPassword },
    ];
    for (const selected of tries) {
      const verified = world.hasher.verified;
      await refuses(world.pwreset.updatePassword({ ...selected, newPassword }), 'invalid_credentials');
      costs.push(world.hasher.verified - verified);
    }
    assert.deepEqual(costs, [1, 1, 1, 1, 1]);
    assert.deepEqual(
      world.eventsOf('login_refused').map((event) => event.reason),
      ['unknown_user', 'no_usable_password', 'user_disabled', 'wrong_password', 'unknown_user'],
    );
  });

  test('whatever refuses it changes nothing', async (parts) => {
    const world = await worldOf(parts, {
      secondFactor: { verify: async (_, factor) => (factor ? 'passed' : 'required') },
    });
    const state = await stateOf(world);
    const update = (next: string, factor?: string) =>
      world.pwreset.updatePassword({ email: ann, password: oldPassword, newPassword: next, factor });
    await refuses(update('short'), 'password_refused');
    await refuses(update('ANN@example.com', '123'), 'password_refused');
    await refuses(update(oldPassword, '123'), 'password_refused');
    await refuses(update(newPassword), 'second_factor_required');
    world.hasher.failNext(new Error('out of memory'));
    await assert.rejects(update(newPassword, '123'), /out of memory/);
    world.storage.failNext('commit');
    await refuses(update(newPassword, '123'), 'unavailable');
    assert.deepEqual(await stateOf(world), state);
    await update(newPassword, '123');
  });

  test('a password that changes while the new one is hashed is not overwritten', async (parts) => {
    const world = await worldOf(parts);
    const other = world.another({
      policy: async () => {
        await world.pwreset.updatePassword({ email: ann, password: oldPassword, newPassword });
        return [];
      },
    });
    const late = other.updatePassword({ email: ann, password: oldPassword, newPassword: 'the late password' });
    await refuses(late, 'invalid_credentials');
    assert.equal(await canLogIn(world, newPassword), true);
  });

  test('P9: wrong passwords are counted by network, and a right one takes the charges back', async (parts) => {
    const world = await worldOf(parts, { limits: { login_by_network: { capacity: 3, refillMs: 30 * second } } });
    const from = (ip: string, password: string) =>
      world.pwreset.updatePassword({ email: ann, password, newPassword: `${password}!`, client: { ip } });
    for (let count = 0; count < 3; count += 1)
      await refuses(from('192.0.2.1', 'a wrong password'), 'invalid_credentials');
    await refuses(from('192.0.2.1', oldPassword), 'too_many_requests');
    await from('198.51.100.9', oldPassword);
    await world.clock.advance(30 * second);
    await from('192.0.2.1', `${oldPassword}!`);
    for (let count = 0; count < 3; count += 1)
      await refuses(from('192.0.2.1', 'a wrong password'), 'invalid_credentials');
  });

  test('a service that is not there is refused before anything changes', async (parts) => {
    const world = await worldOf(parts);
    const state = await stateOf(world);
    const unknown = { email: ann, password: oldPassword, newPassword, service: serviceId('nobody') };
    await refuses(world.pwreset.updatePassword(unknown), 'service_not_found');
    assert.deepEqual(await stateOf(world), state);
    assert.equal(await canLogIn(world, oldPassword), true);
  });

  test('a lost answer is settled as what happened', async (parts) => {
    const world = await worldOf(parts);
    world.storage.loseNextAnswer();
    await world.pwreset.updatePassword({ email: ann, password: oldPassword, newPassword });
    assert.equal(await canLogIn(world, newPassword), true);
  });
}
