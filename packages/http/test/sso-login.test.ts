import { serviceId, userId as userIdOf } from '@pwreset/core';
import { describe, expect, test } from 'vitest';
import { email, login, newPassword } from './ann.js';
import {
  bodyOf,
  createWorld,
  local,
  password,
  problemsOf,
  redactedError,
  shown,
  validationError,
  type World,
} from './fixture.js';

describe('update-password', () => {
  const update = (world: World, current: string, next = newPassword) =>
    world.post(`${local}/update-password`, { email, password: current, new_password: next });

  test('needs the current password, and has one answer for whoever has none', async () => {
    const world = await createWorld({ core: { strength: (text) => (text === newPassword ? 3 : 1) } });
    await world.createUser(email, { password_require_update: true });
    await world.createUser('disabled@example.com', { is_enabled: false });
    const wrong = await update(world, 'wrong password');
    expect(shown(wrong)).toEqual(redactedError);
    for (const other of ['disabled@example.com', 'nobody@example.com']) {
      const body = { email: other, password, new_password: newPassword };
      expect(await world.post(`${local}/update-password`, body)).toEqual(wrong);
    }
    const done = await update(world, password);
    expect([done.status, done.body]).toEqual([200, '{"meta":{"password_strength":3}}']);
    expect((await login(world, newPassword)).status).toBe(200);
    expect(shown(await login(world))).toEqual(redactedError);
  });

  test('names the field of a refused password', async () => {
    const world = await createWorld();
    await world.createUser(email);
    const refused = await update(world, password, 'short');
    expect(shown(refused)).toEqual(validationError);
    expect(problemsOf(refused)).toEqual(['new_password: too_short']);
    expect(problemsOf(await update(world, 'x'.repeat(2_000)))).toEqual(['password: too_long']);
  });
});

describe('login', () => {
  test('has one answer for an unknown or disabled user and a wrong password', async () => {
    const world = await createWorld();
    await world.createUser(email);
    await world.createUser('disabled@example.com', { is_enabled: false });
    const wrong = await login(world, 'wrong password');
    expect(shown(wrong)).toEqual(redactedError);
    for (const other of ['disabled@example.com', 'nobody@example.com']) {
      expect(await world.post(`${local}/login`, { email: other, password })).toEqual(wrong);
    }
  });

  test('answers with the session that the application begins, and sets no cookie', async () => {
    const world = await createWorld({
      sso: {
        beginSession: async ({ user, authenticatedAt }, { service, client }) => ({
          access: { token: `a-${user.email}-${client.ip}`, expiresAt: authenticatedAt + 3_600_999 },
          refresh: { token: `r-${service.name}`, expiresAt: authenticatedAt + 86_400_000 },
        }),
      },
    });
    await world.createUser(email);
    const answer = await login(world);
    expect(bodyOf(answer)).toMatchObject({
      user: { email },
      access: { token: 'a-ann@example.com-192.0.2.1', token_expires: '1767229200' },
      refresh: { token: 'r-Acme', token_expires: '1767312000' },
    });
    expect(Object.keys(answer.headers).map((name) => name.toLowerCase())).not.toContain('set-cookie');
    expect(answer.body).not.toContain(password);
    expect(answer.body).not.toContain('$test$');
  });
});

describe('key/verify', () => {
  test('answers with user and key, and has one answer for every key that does not work', async () => {
    const world = await createWorld();
    const id = await world.createUser(email);
    const { key, value } = await world.pwreset.keys.create({
      service: serviceId(world.service.id),
      type: 'TOKEN',
      name: 'laptop',
      userId: userIdOf(id),
    });
    const verified = await world.post('/v1/auth/key/verify', { key: value });
    expect(verified.status).toBe(200);
    expect(bodyOf(verified)).toMatchObject({ user: { id, email }, key: { id: key.id, user_id: id } });
    for (const wrong of ['x', `${value}x`, value.toUpperCase(), world.service.key]) {
      expect(shown(await world.post('/v1/auth/key/verify', { key: wrong }))).toEqual(redactedError);
    }
    await world.call('PATCH', `/v1/user/${id}`, { is_enabled: false });
    expect(shown(await world.post('/v1/auth/key/verify', { key: value }))).toEqual(redactedError);
  });
});
