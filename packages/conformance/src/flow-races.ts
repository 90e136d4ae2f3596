import assert from 'node:assert/strict';
import { keyId, type Pwreset, type Step } from '@pwreset/core';
import { canLogIn, pendingJobs, refuses } from './flow-checks.js';
import { overtaken } from './flow-faults.js';
import type { FlowTest } from './flow-parts.js';
import { ann, newPassword, oldPassword, second, type World, worldOf } from './flow-world.js';

const thirdPassword = 'a third password, of the application';

/** What an application may do to a user past every flow. */
const disabledPastUs = ({ application, ann: { id } }: World) => application.editUser(id, { enabled: false });
const changedPastUs = async ({ application, hasher, ann: { id } }: World) =>
  application.editUser(id, { hash: await hasher.hash(thirdPassword) });

/** A server whose first commit with such a step is overtaken. */
const slowServer = (world: World, type: Step['type'], first: () => Promise<unknown>): Pwreset =>
  world.another({}, overtaken(world.storage, type, first));

export function testRaces(test: FlowTest): void {
  test('P6: a user who is disabled while a confirm is under way is given no new password', async (parts) => {
    const world = await worldOf(parts);
    const token = await world.resetToken();
    const slow = slowServer(world, 'setPassword', () => disabledPastUs(world));
    await refuses(slow.confirmReset({ token, password: newPassword }), 'invalid_token');
    assert.equal(world.eventsOf('token_refused').at(-1)?.reason, 'user_disabled');
    await world.pwreset.users.enable(world.ann.id);
    assert.equal(await canLogIn(world, oldPassword), true);
  });

  test('P6: disabling that overtakes a confirm takes its token too', async (parts) => {
    const world = await worldOf(parts);
    const token = await world.resetToken();
    const slow = slowServer(world, 'setPassword', () => world.pwreset.users.disable(world.ann.id));
    await refuses(slow.confirmReset({ token, password: newPassword }), 'invalid_token');
    await world.pwreset.users.enable(world.ann.id);
    await refuses(world.pwreset.confirmReset({ token, password: newPassword }), 'invalid_token');
    assert.equal(await canLogIn(world, oldPassword), true);
  });

  test('P7: a password that the application changes while a confirm is under way stays', async (parts) => {
    const world = await worldOf(parts);
    const token = await world.resetToken();
    const slow = slowServer(world, 'setPassword', () => changedPastUs(world));
    await refuses(slow.confirmReset({ token, password: newPassword }), 'invalid_token');
    assert.equal(world.eventsOf('token_refused').at(-1)?.reason, 'credential_changed');
    assert.equal(await canLogIn(world, thirdPassword), true);
  });

  test('P6: a user who is disabled, or whose password changes, while an update is under way keeps what there is', async (parts) => {
    const world = await worldOf(parts);
    const update = { email: ann, password: oldPassword, newPassword };
    const disabled = slowServer(world, 'setPassword', () => disabledPastUs(world));
    await refuses(disabled.updatePassword(update), 'invalid_credentials');
    await world.pwreset.users.enable(world.ann.id);
    assert.equal(await canLogIn(world, oldPassword), true);
    const changed = slowServer(world, 'setPassword', () => changedPastUs(world));
    await refuses(changed.updatePassword(update), 'invalid_credentials');
    assert.equal(await canLogIn(world, thirdPassword), true);
  });

  test('renewing the stored form overwrites no newer password', async (parts) => {
    const world = await worldOf(parts);
    const storage = overtaken(world.storage, 'rehashPassword', () => changedPastUs(world));
    const renewing = world.another({ hasher: { ...world.hasher, verify: async () => 'outdated' } }, storage);
    await renewing.login({ email: ann, password: oldPassword });
    assert.equal(await canLogIn(world, thirdPassword), true);
    assert.equal(await canLogIn(world, oldPassword), false);
  });

  test('P6: a user who is disabled while the worker looks into a begin is sent nothing, enabled again or not', async (parts) => {
    const world = await worldOf(parts);
    await world.pwreset.beginReset({ email: ann });
    await slowServer(world, 'issueToken', () => disabledPastUs(world)).idle();
    assert.deepEqual(
      world.eventsOf('begin_ignored').map((event) => [event.reason, event.userId]),
      [['user_disabled', world.ann.id]],
    );
    await world.pwreset.users.enable(world.ann.id);
    await world.pwreset.idle();
    assert.deepEqual(world.mailer.mails, []);
    assert.deepEqual(await pendingJobs(world), []);
  });

  test('P6: a key that is made while a revoke is under way is revoked, also once the user is enabled again', async (parts) => {
    const world = await worldOf(parts);
    const { application, clock, pwreset } = world;
    const userId = world.ann.id;
    const token = await world.revokeToken();
    const late = { id: keyId('late'), userId, createdAt: clock.now() };
    const slow = slowServer(world, 'disableUser', () => application.addKey(late));
    await slow.revoke({ token });
    await pwreset.users.enable(userId);
    assert.deepEqual(await application.keys(userId), [{ id: late.id, enabled: false, revoked: true }]);
  });

  const meanwhile: Readonly<Record<string, (world: World) => Promise<() => Promise<unknown>>>> = {
    'a revoke': async (world) => {
      const token = await world.revokeToken();
      return () => world.pwreset.revoke({ token });
    },
    disabling: async (world) => () => world.pwreset.users.disable(world.ann.id),
    'disabling past us': async (world) => () => disabledPastUs(world),
    'a reset': async (world) => {
      const token = await world.resetToken();
      return () => world.pwreset.confirmReset({ token, password: thirdPassword });
    },
    'a change past us': async (world) => () => changedPastUs(world),
  };
  for (const [what, prepare] of Object.entries(meanwhile)) {
    test(`P6: ${what} that comes while the password of a login is verified refuses the login`, async (parts) => {
      const world = await worldOf(parts);
      const change = await prepare(world);
      const password = (await canLogIn(world, oldPassword)) ? oldPassword : newPassword;
      const { hasher } = world;
      const slow = world.another({
        hasher: {
          ...hasher,
          async verify(presented, stored) {
            const outcome = await hasher.verify(presented, stored);
            assert.equal(outcome, 'matched');
            await change();
            return outcome;
          },
        },
      });
      const loggedIn = world.eventsOf('logged_in').length;
      await refuses(slow.login({ email: ann, password }), 'invalid_credentials');
      assert.equal(world.eventsOf('logged_in').length, loggedIn);
    });
  }

  const changes: Readonly<
    Record<string, readonly [Step['type'], (world: World) => Promise<(server: Pwreset) => Promise<unknown>>]>
  > = {
    'a reset': [
      'setPassword',
      async (world) => {
        const token = await world.resetToken();
        return (server) => server.confirmReset({ token, password: thirdPassword });
      },
    ],
    'an update': [
      'setPassword',
      async () => (server) => server.updatePassword({ email: ann, password: oldPassword, newPassword: thirdPassword }),
    ],
    'a revoke': [
      'invalidatePassword',
      async (world) => {
        const token = await world.revokeToken();
        return (server) => server.revoke({ token });
      },
    ],
    disabling: ['disableUser', async (world) => (server) => server.users.disable(world.ann.id)],
    invalidatePassword: [
      'invalidatePassword',
      async (world) => (server) => server.users.invalidatePassword(world.ann.id),
    ],
  };
  for (const [what, [type, prepare]] of Object.entries(changes)) {
    for (const waitMs of [0, 3 * second]) {
      const when = waitMs === 0 ? 'at the same millisecond' : 'while the change waits for its locks';
      test(`P6: ${what} ends every session that the old password began, ${when} too`, async (parts) => {
        const world = await worldOf(parts);
        const change = await prepare(world);
        const password = (await canLogIn(world, oldPassword)) ? oldPassword : newPassword;
        const endedBefore = world.ended.length;
        let begun = Number.NaN;
        const slow = slowServer(world, type, async () => {
          await world.clock.advance(waitMs);
          begun = (await world.pwreset.login({ email: ann, password })).authenticatedAt;
          await world.clock.advance(waitMs);
        });
        const result = await change(slow);
        await world.pwreset.idle();
        const ended = world.ended.slice(endedBefore).map((one) => one.startedBefore);
        const last = Math.max(...ended);
        assert.ok(last > begun, `${last} is not after ${begun}`);
        assert.equal(ended.length, waitMs === 0 ? 1 : 2);
        assert.equal(last, world.clock.now() + 1);
        if (typeof result === 'object' && result !== null && 'authenticatedAt' in result) {
          assert.equal(result.authenticatedAt, last);
        }
      });
    }
  }

  test('a session that began after the change is not ended', async (parts) => {
    const world = await worldOf(parts);
    await world.pwreset.updatePassword({ email: ann, password: oldPassword, newPassword });
    await world.clock.advance(1);
    const { authenticatedAt } = await world.pwreset.login({ email: ann, password: newPassword });
    await world.clock.advance(second);
    await world.pwreset.idle();
    assert.deepEqual(
      world.ended.map((one) => one.startedBefore <= authenticatedAt),
      [true],
    );
  });
}
