import type { SecondFactor } from '@pwreset/core';
import { describe, expect, test } from 'vitest';
import {
  ann,
  begin,
  createOpenWorld,
  invalidLink,
  newPassword,
  password,
  reset,
  revoke,
  rulesBroken,
  shownOf,
} from './open-fixture.js';

const lacking = (rule: string, text: string) => rulesBroken({ password: { [rule]: `The password ${text}.` } });

describe('reset', () => {
  test('sets the password once', async () => {
    const world = await createOpenWorld();
    await world.createUser();
    const token = await world.resetToken();
    const done = await world.post(reset, { token, password: newPassword });
    expect([done.status, done.body]).toEqual([200, '{"message":"OK"}']);
    expect(await world.opens(newPassword)).toBe(true);
    expect(shownOf(await world.post(reset, { token, password: 'another good password' }))).toEqual(invalidLink);
    expect(await world.opens(newPassword)).toBe(true);
  });

  test('every bad token has the printed answer, and changes nothing', async () => {
    const world = await createOpenWorld();
    const user = await world.createUser();
    const spent = await world.resetToken();
    await world.post(reset, { token: spent, password });
    await world.pwreset.idle();
    const notice = world.mailedToken('reset_notice');
    const closed = await world.resetToken();
    await world.pwreset.users.disable(user.id);
    const disabled = await world.post(reset, { token: closed, password: newPassword });
    await world.pwreset.users.enable(user.id);
    const expired = await world.resetToken();
    await world.clock.advance(60 * 60 * 1_000);
    const { code, token: linkOfCode } = await world.mailedCode();
    const before = world.kept();
    for (const token of [spent, notice, closed, expired, code, ' ', 'x', '0'.repeat(50), 'x'.repeat(1_000)]) {
      const refused = await world.post(reset, { token, password: newPassword });
      expect(shownOf(refused)).toEqual(invalidLink);
      expect(refused).toEqual(disabled);
    }
    expect(world.kept()).toBe(before);
    expect((await world.post(reset, { token: linkOfCode, password: newPassword })).status).toBe(200);
  });

  test('a refused password breaks a rule, and the token stays good (P3)', async () => {
    const world = await createOpenWorld({
      core: { policy: (given) => (given.includes('leaked') ? ['breached', 'too_common'] : []) },
    });
    await world.createUser();
    const token = await world.resetToken();
    const answerTo = async (given: string) => shownOf(await world.post(reset, { token, password: given }));
    expect(await answerTo('short')).toEqual(lacking('min', 'is too short'));
    expect(await answerTo('x'.repeat(1_025))).toEqual(lacking('max', 'is too long'));
    expect(await answerTo(ann)).toEqual(
      lacking('context_word', 'is a word that others would try first, such as the name or the address'),
    );
    expect(await answerTo('a leaked password')).toEqual(
      rulesBroken({
        password: {
          breached: 'The password is refused by the password policy: breached.',
          too_common: 'The password is refused by the password policy: too_common.',
        },
      }),
    );
    expect((await world.post(reset, { token, password: newPassword })).status).toBe(200);
  });

  test('a second factor is asked for, and taken', async () => {
    const secondFactor: SecondFactor = {
      verify: async (_, factor) => (factor === undefined ? 'required' : factor === '123456' ? 'passed' : 'failed'),
    };
    const world = await createOpenWorld({ core: { secondFactor } });
    await world.createUser();
    const token = await world.resetToken();
    for (const factor of [undefined, null, '', '000000']) {
      expect(shownOf(await world.post(reset, { token, password: newPassword, factor }))).toEqual({
        status: 403,
        json: { message: 'A second factor is required.' },
      });
    }
    expect((await world.post(reset, { token, password: newPassword, factor: '123456' })).status).toBe(200);
  });

  test('what is no text, missing or too long is named, and the flow is not asked', async () => {
    const world = await createOpenWorld();
    const before = world.memory.dump();
    expect(shownOf(await world.post(reset, { token: ['x'], factor: 1 }))).toEqual(
      rulesBroken({
        token: { malformed: 'The token is not of the right form.' },
        password: { required: 'The password is missing.' },
        factor: { malformed: 'The factor is not of the right form.' },
      }),
    );
    expect(shownOf(await world.post(reset, { token: 'x'.repeat(1_001), password }))).toEqual(
      rulesBroken({ token: { max: 'The token is too long.' } }),
    );
    expect(world.memory.dump()).toBe(before);
    expect(world.hasher.hashed + world.hasher.verified).toBe(0);
  });
});

describe('revoke', () => {
  test('is what the link of a notice leads to', async () => {
    const world = await createOpenWorld();
    const user = await world.createUser();
    await world.post(reset, { token: await world.resetToken(), password: newPassword });
    await world.pwreset.idle();
    expect(world.mailer.lastLink(ann, 'reset_notice')).toMatch(
      /^https:\/\/app\.example\/security\/reset-password\/revoke\?token=\w+$/,
    );
    const token = world.mailedToken('reset_notice');
    for (const method of ['GET', 'HEAD']) {
      expect((await world.call(method, `${revoke}?token=${token}`)).status).toBe(405);
    }
    const done = await world.post(revoke, { token });
    expect([done.status, done.body]).toEqual([200, '{"message":"OK"}']);
    expect((await world.pwreset.users.get(user.id))?.enabled).toBe(false);
    expect(shownOf(await world.post(revoke, { token }))).toEqual(invalidLink);
  });

  test('takes no token of a reset', async () => {
    const world = await createOpenWorld();
    const user = await world.createUser();
    const token = await world.resetToken();
    expect(shownOf(await world.post(revoke, { token }))).toEqual(invalidLink);
    expect((await world.pwreset.users.get(user.id))?.enabled).toBe(true);
  });
});

describe('begin', () => {
  test.each([
    ['a@b', 'min', 'is too short'],
    [`${'x'.repeat(250)}@example.com`, 'max', 'is too long'],
    ['ann@', 'email', 'is not of the right form'],
    ['ann@example.com, eve@example.com', 'email', 'is not of the right form'],
    ['ann@exa mple.com', 'email', 'is not of the right form'],
    ['', 'required', 'is missing'],
    [null, 'required', 'is missing'],
    [[ann, 'eve@example.com'], 'email', 'is not of the right form'],
    [{ $ne: null }, 'email', 'is not of the right form'],
  ])('the email %j is refused before any look-up', async (email, rule, text) => {
    const world = await createOpenWorld();
    await world.createUser();
    const before = world.memory.dump();
    expect(shownOf(await world.post(begin, { email }))).toEqual(
      rulesBroken({ email: { [rule]: `The email ${text}.` } }),
    );
    expect(world.memory.dump()).toBe(before);
  });
});
