import { userId as asUserId } from '@pwreset/core';
import { expect, test } from 'vitest';
import {
  bodyOf,
  bytes,
  createWorld,
  dataOf,
  jsonType,
  local,
  localUrl,
  redactedError,
  shown,
  type World,
} from './fixture.js';

/** A curl of the wire format's documents, with its variables filled in. */
function curl(world: World, path: string, data: string, values: Readonly<Record<string, string>> = {}) {
  const text = data.replace(/\$(\w+)/g, (_, name: string) => values[name] ?? '');
  return world.call('POST', path, undefined, { headers: jsonType, body: bytes(text) });
}

const userData =
  '{"is_enabled":true,"name":"$user_name","email":"$user_email","locale":"en","timezone":"Etc/UTC","password_allow_reset":true,"password_require_update":false,"password":"$user_password"}';
const keyData = '{"is_enabled":true,"type":"TOKEN","name":"$key_name","user_id":"$user_id"}';
const values = {
  user_name: 'Ann',
  user_email: 'ann@example.com',
  user_password: 'correct horse battery',
  new_user_password: 'staple staple staple',
  key_name: 'laptop',
};

async function createUserWithKey(world: World) {
  const created = await curl(world, '/v1/user', userData, values);
  const user = dataOf(created);
  expect(created.status).toBe(200);
  expect(bodyOf(created)).toEqual({
    meta: {},
    data: {
      created_at: '2026-01-01T00:00:00.000Z',
      updated_at: '2026-01-01T00:00:00.000Z',
      id: user.id,
      is_enabled: true,
      name: 'Ann',
      email: 'ann@example.com',
      locale: 'en',
      timezone: 'Etc/UTC',
      password_allow_reset: true,
      password_require_update: false,
    },
  });
  const key = await curl(world, '/v1/key', keyData, { ...values, user_id: user.id });
  expect(key.status).toBe(200);
  expect(bodyOf(key)).toEqual({
    data: {
      key: {
        created_at: '2026-01-01T00:00:00.000Z',
        updated_at: '2026-01-01T00:00:00.000Z',
        id: expect.any(String),
        is_enabled: true,
        is_revoked: false,
        type: 'TOKEN',
        name: 'laptop',
        service_id: world.service.id,
        user_id: user.id,
      },
      value: expect.stringMatching(/^\w{32}$/),
    },
  });
  return user;
}

const linkOf = (type: string, token: string) => `${localUrl}&type=${type}&email=ann%40example.com&token=${token}`;

async function expectRevoked(world: World, userId: string, usedPassword: string): Promise<void> {
  const user = dataOf(await world.call('GET', `/v1/user/${userId}`));
  expect(user).toMatchObject({ is_enabled: false });
  const [key] = await world.pwreset.keys.list(asUserId(userId));
  expect(key).toMatchObject({ enabled: false, revoked: true });
  const login = await curl(world, `${local}/login`, '{"email":"$user_email","password":"$p"}', {
    ...values,
    p: usedPassword,
  });
  expect(shown(login)).toEqual(redactedError);
}

test('the guide to resetting a password works as printed', async () => {
  const world = await createWorld();
  const user = await createUserWithKey(world);

  const begun = await curl(world, `${local}/reset-password`, '{"email":"$user_email"}', values);
  expect([begun.status, begun.body]).toEqual([200, '{}']);
  await world.pwreset.idle();
  const token = world.mailedToken('ann@example.com', 'reset');
  expect(world.mailer.lastLink('ann@example.com', 'reset')).toBe(linkOf('reset_password', token));

  const confirmData = '{"token":"$token","password":"$user_password"}';
  const confirmed = await curl(world, `${local}/reset-password/confirm`, confirmData, {
    token,
    user_password: values.new_user_password,
  });
  expect([confirmed.status, confirmed.body]).toEqual([200, '{"meta":{}}']);

  const login = await curl(world, `${local}/login`, '{"email":"$user_email","password":"$new_user_password"}', values);
  expect(login.status).toBe(200);
  expect(bodyOf(login)).toEqual({ meta: {}, user });

  await world.pwreset.idle();
  const revokeToken = world.mailedToken('ann@example.com', 'reset_notice');
  expect(world.mailer.lastLink('ann@example.com', 'reset_notice')).toBe(linkOf('reset_password_confirm', revokeToken));
  const revoked = await curl(world, `${local}/reset-password/revoke`, '{"token":"$token"}', { token: revokeToken });
  expect([revoked.status, revoked.body]).toEqual([200, '{}']);
  await expectRevoked(world, user.id, values.new_user_password);
});

test('the guide to updating a password works as printed', async () => {
  const world = await createWorld();
  const user = await createUserWithKey(world);

  const updateData = '{"email":"$user_email","password":"$user_password","new_password":"$new_user_password"}';
  const updated = await curl(world, `${local}/update-password`, updateData, values);
  expect([updated.status, updated.body]).toEqual([200, '{"meta":{}}']);

  const login = await curl(world, `${local}/login`, '{"email":"$user_email","password":"$new_user_password"}', values);
  expect(login.status).toBe(200);

  await world.pwreset.idle();
  const token = world.mailedToken('ann@example.com', 'update_notice');
  expect(world.mailer.lastLink('ann@example.com', 'update_notice')).toBe(linkOf('update_password', token));
  const revoked = await curl(world, `${local}/update-password/revoke`, '{"token":"$token"}', { token });
  expect([revoked.status, revoked.body]).toEqual([200, '{}']);
  await expectRevoked(world, user.id, values.new_user_password);
});
