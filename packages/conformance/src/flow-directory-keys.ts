import assert from 'node:assert/strict';
import { comparableAddress, createUser, deleteUser, setPassword } from '@pwreset/core';
import { canLogIn, refuses } from './flow-checks.js';
import { keyFor } from './flow-directory-parts.js';
import { overtaken } from './flow-faults.js';
import type { DirectoryFlowParts, FlowTest } from './flow-parts.js';
import { ann, minute, newPassword, oldPassword, directoryWorldOf as worldOf } from './flow-world.js';

/** What a revoke, and an id that is used again, do to the users and keys of a Directory. */
export function testDirectoryKeys(test: FlowTest<DirectoryFlowParts>): void {
  test('P6: a key that a revoke has met verifies no more, also once its user is enabled again', async (parts) => {
    const world = await worldOf(parts);
    const { keys, users } = world.pwreset;
    const key = await keyFor(world);
    await keys.verify(key.value);
    await world.pwreset.revoke({ token: await world.revokeToken() });
    const stored = await keys.get(key.id);
    assert.ok(stored !== null && !stored.enabled && stored.revoked);
    await refuses(keys.verify(key.value), 'invalid_key');
    await users.enable(world.ann.id);
    await refuses(keys.verify(key.value), 'invalid_key');
  });

  test('forget revokes every key, so that a reused id inherits none', async (parts) => {
    const world = await worldOf(parts);
    const key = await keyFor(world);
    await world.pwreset.users.forget(world.ann.id);
    await refuses(world.pwreset.keys.verify(key.value), 'invalid_key');
    const kept = await world.pwreset.keys.get(key.id);
    assert.ok(kept?.revoked && !kept.enabled);
  });

  test('P6: a key whose making a revoke overtakes is not made', async (parts) => {
    const world = await worldOf(parts);
    const token = await world.revokeToken();
    const slow = world.another(
      {},
      overtaken(world.storage, 'createKey', () => world.pwreset.revoke({ token })),
    );
    const late = slow.keys.create({ type: 'TOKEN', name: 'late', userId: world.ann.id });
    await refuses(late, 'user_not_found');
    assert.deepEqual(await world.pwreset.keys.list(world.ann.id), []);
  });

  test('P6: a key that is made while a revoke is under way is revoked, also once the user is enabled again', async (parts) => {
    const world = await worldOf(parts);
    const token = await world.revokeToken();
    let value = '';
    const storage = overtaken(world.storage, 'disableUser', async () => {
      value = (await keyFor(world)).value;
      await world.pwreset.keys.verify(value);
    });
    await world.another({}, storage).revoke({ token });
    assert.notEqual(value, '');
    await world.pwreset.users.enable(world.ann.id);
    await refuses(world.pwreset.keys.verify(value), 'invalid_key');
  });

  test('a user who is disabled is given no key', async (parts) => {
    const world = await worldOf(parts);
    await world.pwreset.users.disable(world.ann.id);
    const create = (enabled: boolean) =>
      world.pwreset.keys.create({ type: 'TOKEN', name: 'phone', userId: world.ann.id, enabled });
    for (const enabled of [true, false]) await refuses(create(enabled), 'user_not_found');
    assert.deepEqual(await world.pwreset.keys.list(world.ann.id), []);
  });

  test('a token of a user whose id went to someone else, past us, does nothing to them, a millisecond later too', async (parts) => {
    const world = await worldOf(parts);
    const revoke = await world.revokeToken();
    await world.clock.advance(10 * minute);
    const reset = await world.resetToken();
    const user = await world.storage.findUserById(world.ann.id);
    const address = comparableAddress(ann);
    assert.ok(user !== null && address !== null && user.createdAt !== null);
    const { credential, updatedAt: _, ...columns } = user;
    await world.storage.commit([deleteUser(user.id)]);
    const successor = { ...columns, address, stored: credential.stored, createdAt: user.createdAt + 1 };
    assert.deepEqual(await world.storage.commit([createUser(successor)]), { outcome: 'applied' });
    await refuses(world.pwreset.revoke({ token: revoke }), 'invalid_token');
    assert.equal(world.eventsOf('token_refused').at(-1)?.reason, 'credential_changed');
    assert.equal((await world.pwreset.checkToken({ token: revoke })).valid, false);
    await world.storage.commit([setPassword(user.id, await world.hasher.hash(oldPassword), world.clock.now())]);
    await refuses(world.pwreset.confirmReset({ token: reset, password: newPassword }), 'invalid_token');
    assert.equal(await canLogIn(world, oldPassword), true);
  });
}
