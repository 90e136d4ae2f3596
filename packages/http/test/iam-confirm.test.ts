import type { SecondFactor } from '@pwreset/core';
import { describe, expect, test } from 'vitest';
import { bodyOf } from './fixture.js';
import {
  ann,
  badInput,
  confirmCode,
  createOpenWorld,
  newPassword,
  type OpenWorld,
  requestCode,
  reset,
  resetPasswordUrl,
  shownOf,
  wrongCode,
} from './open-fixture.js';

const confirm = (world: OpenWorld, verificationCode: unknown, fields: Readonly<Record<string, unknown>> = {}) =>
  world.put(confirmCode, { email: ann, verificationCode, newPassword, ...fields });

/** A code of the right form that is not this one. */
const otherThan = (code: string) => `${code.startsWith('0') ? '1' : '0'}${code.slice(1)}`;

describe('confirm', () => {
  test.each(['code', 'token'] as const)('takes the %s of the mail, once', async (which) => {
    const world = await createOpenWorld();
    await world.createUser();
    const { [which]: given } = await world.mailedCode();
    const done = await confirm(world, given);
    expect([done.status, done.body]).toEqual([200, '{}']);
    expect(await world.opens(newPassword)).toBe(true);
    expect(shownOf(await confirm(world, given, { newPassword: 'another good password' }))).toEqual(wrongCode);
    expect(await world.opens(newPassword)).toBe(true);
  });

  test('takes a code as people type it, for an address as they type that', async () => {
    const world = await createOpenWorld();
    await world.createUser();
    const { code } = await world.mailedCode();
    const typed = ` ${code.slice(0, 4).toLowerCase()}-${code.slice(4)} `;
    expect((await confirm(world, typed, { email: 'Ann@EXAMPLE.com' })).status).toBe(200);
  });

  test('a wrong code, an expired one and an unknown address have one answer, byte for byte', async () => {
    const world = await createOpenWorld();
    await world.createUser();
    const disabled = await world.createUser('disabled@example.com');
    await world.createUser('none@example.com', { password: undefined });
    const { code } = await world.mailedCode();
    const { code: closed } = await world.mailedCode('disabled@example.com');
    await world.pwreset.users.disable(disabled.id);
    const answers = [
      await confirm(world, otherThan(code)),
      await confirm(world, code, { email: 'nobody@example.com' }),
      await confirm(world, code, { email: 'none@example.com' }),
      await confirm(world, closed, { email: 'disabled@example.com' }),
      await confirm(world, 'XSR89TU'),
      await confirm(world, '0'.repeat(50)),
    ];
    await world.clock.advance(10 * 60 * 1_000);
    answers.push(await confirm(world, code));
    for (const answer of answers) {
      expect(answer).toEqual(answers[0]);
      expect(shownOf(answer)).toEqual(wrongCode);
    }
    expect(await world.opens(newPassword)).toBe(false);
  });

  test("a link's token is good for its own address alone", async () => {
    const world = await createOpenWorld();
    await world.createUser();
    await world.createUser('bob@example.com');
    const { token } = await world.mailedCode();
    expect(shownOf(await confirm(world, token, { email: 'bob@example.com' }))).toEqual(wrongCode);
    expect((await confirm(world, token)).status).toBe(200);
  });

  test('a refused password says why, and the code stays good (P3)', async () => {
    const world = await createOpenWorld({
      core: { policy: (given) => (given.includes('leaked') ? ['breached'] : []) },
    });
    await world.createUser();
    const { code } = await world.mailedCode();
    const refusal = { code: 'password_refused', message: 'The new password is not acceptable.' };
    for (const [given, reason] of [
      ['short', 'too_short'],
      [ann, 'context_word'],
      ['a leaked password', 'breached'],
    ] as const) {
      expect(shownOf(await confirm(world, code, { newPassword: given }))).toEqual({
        status: 400,
        json: { ...refusal, reasons: [reason] },
      });
    }
    expect((await confirm(world, code)).status).toBe(200);
  });

  test('a second factor is asked for, and taken', async () => {
    const secondFactor: SecondFactor = {
      verify: async (_, factor) => (factor === '123456' ? 'passed' : 'required'),
    };
    const world = await createOpenWorld({ core: { secondFactor } });
    await world.createUser();
    const { code } = await world.mailedCode();
    for (const factor of [undefined, null, '000000']) {
      const refused = await confirm(world, code, { factor });
      expect([refused.status, bodyOf(refused)]).toEqual([
        403,
        { code: 'second_factor_required', message: 'A second factor is required.' },
      ]);
    }
    expect((await confirm(world, code, { factor: '123456' })).status).toBe(200);
  });

  test('guesses are counted by address, whether anyone has it or not, and a link still works (P8, P9)', async () => {
    const world = await createOpenWorld();
    await world.createUser();
    const { code, token } = await world.mailedCode();
    const guessAt = async (email: string) => {
      const answers: unknown[] = [];
      for (let guess = 1; guess <= 6; guess += 1) {
        const given = { email, verificationCode: otherThan(code), newPassword };
        const answer = await world.put(confirmCode, given, { ip: `192.0.2.${guess}` });
        answers.push([answer.status, answer.body, answer.headers['Retry-After']]);
      }
      return answers;
    };
    const known = await guessAt(ann);
    expect(await guessAt('nobody@example.com')).toEqual(known);
    expect(known[4]).toEqual([400, JSON.stringify(wrongCode.json), undefined]);
    expect(known[5]).toEqual([
      429,
      '{"code":"too_many_requests","message":"Too many requests; try again later."}',
      '300',
    ]);
    expect((await confirm(world, code)).status).toBe(429);
    expect((await confirm(world, token)).status).toBe(200);
  });

  test('what is not of the right form is named as it is called here, before any guess is charged', async () => {
    const world = await createOpenWorld();
    await world.createUser();
    const before = world.memory.dump();
    expect(shownOf(await world.put(confirmCode, { email: [ann], verificationCode: '' }))).toEqual(
      badInput(
        { field: 'email', problem: 'malformed' },
        { field: 'verificationCode', problem: 'missing' },
        { field: 'newPassword', problem: 'missing' },
      ),
    );
    for (const [fields, field, problem] of [
      [{ email: 'ann@' }, 'email', 'malformed'],
      [{ verificationCode: 'x'.repeat(1_001) }, 'verificationCode', 'too_long'],
      [{ verificationCode: ['K7QM2X9D'] }, 'verificationCode', 'malformed'],
      [{ newPassword: { length: 9 } }, 'newPassword', 'malformed'],
      [{ factor: 1 }, 'factor', 'malformed'],
    ] as const) {
      expect(shownOf(await confirm(world, 'K7QM2X9D', fields))).toEqual(badInput({ field, problem }));
    }
    expect(world.memory.dump()).toBe(before);
  });

  test('what core finds wrong is named in the words of the wire', async () => {
    const world = await createOpenWorld();
    expect(shownOf(await confirm(world, ' \t'))).toEqual(badInput({ field: 'verificationCode', problem: 'missing' }));
  });
});

describe('across dialects', () => {
  test("the link of a code's mail serves the security dialect, and the code is dead then", async () => {
    const world = await createOpenWorld();
    await world.createUser();
    const { code, token } = await world.mailedCode();
    expect((await world.post(reset, { token, password: newPassword })).status).toBe(200);
    expect(shownOf(await confirm(world, code))).toEqual(wrongCode);
  });

  test("the security dialect's token serves the confirm of this one, and the code is dead then", async () => {
    const world = await createOpenWorld();
    await world.createUser();
    const { code } = await world.mailedCode();
    const token = await world.resetToken();
    expect((await confirm(world, token)).status).toBe(200);
    expect(shownOf(await confirm(world, code))).toEqual(wrongCode);
  });

  test('a new code supersedes the old code and no link', async () => {
    const world = await createOpenWorld();
    await world.createUser();
    const first = await world.mailedCode();
    await world.clock.advance(1_000);
    const second = await world.mailedCode();
    expect(second.code).not.toBe(first.code);
    expect(shownOf(await confirm(world, first.code))).toEqual(wrongCode);
    expect((await confirm(world, first.token)).status).toBe(200);
  });

  test('the mails that one address can ask for are counted over both', async () => {
    const world = await createOpenWorld();
    await world.createUser();
    await world.resetToken();
    await world.mailedCode();
    await world.resetToken();
    const mails = world.mailer.mails.length;
    expect(mails).toBe(3);
    expect((await world.post(requestCode, { email: ann, resetPasswordUrl })).body).toBe('{}');
    await world.pwreset.idle();
    expect(world.mailer.mails.length).toBe(mails);
  });
});
