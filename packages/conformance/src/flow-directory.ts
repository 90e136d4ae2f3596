import assert from 'node:assert/strict';
import { keyId, userId } from '@pwreset/core';
import { canLogIn, refuses } from './flow-checks.js';
import { keyFor, links } from './flow-directory-parts.js';
import type { DirectoryFlowParts, FlowTest } from './flow-parts.js';
import { ann, newPassword, oldPassword, directoryWorldOf as worldOf } from './flow-world.js';

export function testUsersAndKeys(test: FlowTest<DirectoryFlowParts>): void {
  test('a user is created as asked, with both password flags false where there is no password', async (parts) => {
    const world = await worldOf(parts);
    const { users } = world.pwreset;
    const fields = { name: 'Bo', locale: 'de-AT', timezone: 'Europe/Vienna', passwordAllowReset: true };
    const { user } = await users.create({ email: 'Bo@Example.com', ...fields, passwordRequireUpdate: true });
    assert.deepEqual(await users.get(user.id), user);
    assert.deepEqual(
      { ...user, id: '' },
      {
        ...fields,
        id: '',
        realm: '',
        email: 'Bo@Example.com',
        enabled: true,
        credentialState: 'none',
        passwordAllowReset: false,
        passwordRequireUpdate: false,
        createdAt: world.clock.now(),
        updatedAt: world.clock.now(),
      },
    );
  });

  test('an address is taken once, however it is written and however many ask at once', async (parts) => {
    const world = await worldOf(parts);
    const { users } = world.pwreset;
    await refuses(users.create({ email: 'ANN@EXAMPLE.COM' }), 'email_taken');
    const results = await Promise.allSettled([1, 2, 3].map(() => users.create({ email: 'cy@example.com' })));
    assert.equal(results.filter((result) => result.status === 'fulfilled').length, 1);
  });

  test('bad fields are refused before anything is written', async (parts) => {
    const world = await worldOf(parts);
    const commits = world.storage.calls.commit;
    const bad = [
      { name: 'x'.repeat(101) },
      { name: 'a\u0000b' },
      { locale: 'not a locale' },
      { timezone: 'Mars/Olympus' },
      { email: 'nothing' },
    ];
    for (const fields of bad)
      await refuses(world.pwreset.users.create({ email: 'd@example.com', ...fields }), 'invalid_input');
    await refuses(world.pwreset.users.create({ email: 'd@example.com', password: 'short' }), 'password_refused');
    await refuses(
      world.pwreset.users.create({ email: 'd@example.com', password: 'D@example.com' }),
      'password_refused',
    );
    assert.equal(world.storage.calls.commit, commits);
  });

  test('the policy of the application speaks for a new user too', async (parts) => {
    const world = await worldOf(parts);
    const strict = world.another({ policy: (_, { user }) => [`not for ${user.email}`] });
    await refuses(strict.users.create({ email: 'd@example.com', password: newPassword }), 'password_refused');
    await strict.users.create({ email: 'd@example.com' });
    const careless = world.another({ policy: () => JSON.parse('true') });
    await assert.rejects(careless.users.create({ email: 'e@example.com', password: newPassword }), TypeError);
  });

  test('a patch writes the named fields only', async (parts) => {
    const world = await worldOf(parts);
    const { users } = world.pwreset;
    const before = await users.get(world.ann.id);
    const after = await users.patch(world.ann.id, { name: 'Ann B.', timezone: 'Asia/Tokyo' });
    assert.deepEqual(after, { ...before, name: 'Ann B.', timezone: 'Asia/Tokyo', updatedAt: world.clock.now() });
    assert.equal((await users.patch(world.ann.id, { enabled: false })).enabled, false);
    assert.equal((await users.patch(world.ann.id, { name: 'Ann' })).enabled, false);
    assert.equal((await users.patch(world.ann.id, { enabled: true })).enabled, true);
    await refuses(users.patch(userId('nobody'), { name: 'x' }), 'user_not_found');
  });

  test('invalidatePassword ends the password and the sessions; a reset is the way back', async (parts) => {
    const world = await worldOf(parts);
    const user = await world.pwreset.users.invalidatePassword(world.ann.id);
    await world.pwreset.idle();
    assert.equal(user.credentialState, 'unusable');
    assert.equal(world.ended.length, 1);
    assert.equal(await canLogIn(world, oldPassword), false);
    await world.pwreset.confirmReset({ token: await world.resetToken(), password: newPassword });
    assert.equal(await canLogIn(world, newPassword), true);
  });

  test('a deleted user is gone, with the keys and the address free again', async (parts) => {
    const world = await worldOf(parts);
    const key = await keyFor(world);
    await world.pwreset.users.delete(world.ann.id);
    assert.equal(await world.pwreset.users.get(world.ann.id), null);
    await refuses(world.pwreset.keys.verify(key.value), 'invalid_key');
    await refuses(world.pwreset.users.delete(world.ann.id), 'user_not_found');
    await world.pwreset.users.create({ email: ann, password: newPassword });
  });

  test('a key is shown once, verifies for its own service only and not when it or its user is disabled', async (parts) => {
    const world = await worldOf(parts);
    const { keys, services, users } = world.pwreset;
    const { id, value } = await keyFor(world);
    assert.match(value, /^[0-9a-z]{32}$/);
    const other = await services.createWithKey({ name: 'B', url: 'https://b.example', links });
    const verified = await keys.verify(value);
    assert.equal(verified.key.id, id);
    assert.equal(verified.user.id, world.ann.id);
    assert.deepEqual(await keys.get(id), verified.key);
    assert.deepEqual(await keys.list(world.ann.id), [verified.key]);
    assert.equal('digest' in verified.key, false);
    await refuses(keys.verify(value, { service: other.service.id }), 'invalid_key');
    await refuses(keys.verify(other.value, { service: other.service.id }), 'invalid_key');
    for (const bad of ['', value.slice(1), 'x'.repeat(10_000)]) await refuses(keys.verify(bad), 'invalid_key');
    await users.disable(world.ann.id);
    await refuses(keys.verify(value), 'invalid_key');
    assert.equal(await keys.get(keyId('nothing')), null);
    await refuses(keys.create({ type: 'TOKEN', name: 'x', userId: userId('nobody') }), 'user_not_found');
  });

  test('a service is authenticated by its key and by nothing else', async (parts) => {
    const world = await worldOf(parts);
    const { services } = world.pwreset;
    const { service, value } = await services.createWithKey({ name: 'B', url: 'https://b.example', links });
    assert.deepEqual(await services.authenticate(value), service);
    assert.deepEqual(await services.get(service.id), service);
    const user = await keyFor(world);
    for (const bad of ['', value.toUpperCase(), `${value} `, user.value])
      await refuses(services.authenticate(bad), 'invalid_key');
  });

  test('a service that is configured is disabled where the directory says so', async (parts) => {
    const world = await worldOf(parts);
    const { service, value } = await world.pwreset.services.createWithKey({
      name: 'B',
      url: 'https://b.example',
      links,
    });
    const disabled = { ...service, enabled: false };
    const storage = { ...world.storage, findService: async () => disabled };
    const other = world.another({ service: { id: service.id, name: 'B', url: service.url, links } }, storage);
    await refuses(other.services.authenticate(value), 'invalid_key');
  });
}
