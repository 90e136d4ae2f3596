import type { SecondFactor } from '@pwreset/core';
import { describe, expect, test } from 'vitest';
import { confirm, email, login, newPassword } from './ann.js';
import { bodyOf, createWorld, errorBody, local, problemsOf, redactedError, shown, validationError } from './fixture.js';

describe('reset-password/confirm', () => {
  test('sets the password once, and says how strong it is', async () => {
    const world = await createWorld({ core: { strength: () => 4 } });
    await world.createUser(email);
    const token = await world.resetToken(email);
    const done = await confirm(world, token);
    expect([done.status, done.body]).toEqual([200, '{"meta":{"password_strength":4}}']);
    expect((await login(world, newPassword)).status).toBe(200);
    const before = world.kept();
    const hashed = world.hasher.hashed;
    expect(shown(await confirm(world, token, 'another good password'))).toEqual(redactedError);
    expect(world.kept()).toBe(before);
    expect(world.hasher.hashed).toBe(hashed);
  });

  test.each([' ', '\t\n', 'x', '0'.repeat(50), 'ab'.repeat(25), '..', 'null', 'x'.repeat(1_000)])(
    'the token %j matches nothing',
    async (token) => {
      const world = await createWorld();
      await world.createUser(email);
      await world.resetToken(email);
      const before = world.kept();
      expect(shown(await confirm(world, token))).toEqual(redactedError);
      expect(world.kept()).toBe(before);
    },
  );

  test('a token or password that is far too long is refused before any look-up or hash', async () => {
    const world = await createWorld();
    const before = world.memory.dump();
    const longToken = await confirm(world, 'x'.repeat(1_001));
    expect(shown(longToken)).toEqual(validationError);
    expect(problemsOf(longToken)).toEqual(['token: too_long']);
    const longPassword = await confirm(world, 'x', 'x'.repeat(60_000));
    expect(longPassword.status).toBe(400);
    expect(world.memory.dump()).toBe(before);
    expect(world.storage.calls.findToken + world.hasher.hashed + world.hasher.verified).toBe(0);
  });

  test('every token that does not work has one answer, and changes nothing', async () => {
    const world = await createWorld();
    const id = await world.createUser(email);
    const other = await world.createService('Other');
    const token = await world.resetToken(email);
    await world.call('PATCH', `/v1/user/${id}`, { password_allow_reset: false });
    const notAllowed = await confirm(world, token);
    await world.call('PATCH', `/v1/user/${id}`, { password_allow_reset: true });
    const otherService = await world.post(
      `${local}/reset-password/confirm`,
      { token, password: newPassword },
      { authorization: other.key },
    );
    await world.clock.advance(60 * 60 * 1_000);
    const expired = await confirm(world, token);
    const second = await world.resetToken(email);
    await world.call('PATCH', `/v1/user/${id}`, { is_enabled: false });
    const disabled = await confirm(world, second);
    await world.call('PATCH', `/v1/user/${id}`, { is_enabled: true });
    const enabledAgain = await confirm(world, second);
    for (const refused of [notAllowed, otherService, expired, disabled, enabledAgain]) {
      expect(shown(refused)).toEqual(redactedError);
      expect(refused).toEqual(notAllowed);
    }
    expect((await login(world)).status).toBe(200);
  });

  test('a token of one purpose does not serve another', async () => {
    const world = await createWorld();
    await world.createUser(email);
    const token = await world.resetToken(email);
    for (const path of ['reset-password/revoke', 'update-password/revoke']) {
      expect(shown(await world.post(`${local}/${path}`, { token }))).toEqual(redactedError);
    }
    await confirm(world, token);
    await world.pwreset.idle();
    const revokeToken = world.mailedToken(email, 'reset_notice');
    const before = world.kept();
    expect(shown(await confirm(world, revokeToken, 'another good password'))).toEqual(redactedError);
    expect(world.kept()).toBe(before);
  });

  test('a refused password says why and leaves the token (P3)', async () => {
    const world = await createWorld({ core: { policy: (text) => (text === 'hunter2hunter2' ? ['breached'] : []) } });
    await world.createUser(email);
    const token = await world.resetToken(email);
    const reasons: string[] = [];
    for (const refusedPassword of ['pa$$', 'x'.repeat(1_025), email, 'hunter2hunter2']) {
      const refused = await confirm(world, token, refusedPassword);
      expect(shown(refused)).toEqual(validationError);
      expect(refused.body).not.toContain(refusedPassword);
      reasons.push(...problemsOf(refused));
    }
    expect(reasons).toEqual([
      'password: too_short',
      'password: too_long',
      'password: context_word',
      'password: breached',
    ]);
    expect((await confirm(world, token)).status).toBe(200);
  });

  test('a second factor is asked for and leaves the token', async () => {
    const secondFactor: SecondFactor = {
      verify: async (_, factor) => (factor === '123456' ? 'passed' : 'required'),
    };
    const world = await createWorld({ core: { secondFactor } });
    await world.createUser(email);
    const token = await world.resetToken(email);
    expect(shown(await confirm(world, token))).toEqual(errorBody(403, 7, 'RedactedError'));
    const body = { token, password: newPassword, factor: '123456' };
    expect((await world.post(`${local}/reset-password/confirm`, body)).status).toBe(200);
  });

  test('clears the flag that keeps a user from logging in', async () => {
    const world = await createWorld();
    await world.createUser(email, { password_require_update: true });
    expect(shown(await login(world))).toEqual(errorBody(403, 7, 'RedactedError'));
    expect(shown(await login(world, 'wrong password'))).toEqual(redactedError);
    await confirm(world, await world.resetToken(email));
    const done = await login(world, newPassword);
    expect(bodyOf(done)).toMatchObject({ user: { password_require_update: false } });
  });

  test('many at once, one succeeds (P3)', async () => {
    const world = await createWorld();
    await world.createUser(email);
    const token = await world.resetToken(email);
    const answers = await Promise.all(Array.from({ length: 20 }, () => confirm(world, token)));
    expect(answers.filter(({ status }) => status === 200).length).toBe(1);
    expect(answers.filter(({ status }) => status === 400).length).toBe(19);
  });
});
