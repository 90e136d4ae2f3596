import type { SecondFactor } from '@pwreset/core';
import { describe, expect, test } from 'vitest';
import { bodyOf, createWorld, email, newPassword, password, problemOf, shown } from './service-fixture.js';

const begins = ['/password-resets', '/password-codes'] as const;
const audit = expect.stringMatching(/^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/);

describe.each(begins)('POST %s', (path) => {
  test('the answer is the same, byte for byte, whoever has the address and however often (P1)', async () => {
    const world = await createWorld();
    await world.addUser(email);
    await world.addUser('disabled@example.com', { enabled: false });
    await world.addUser('fixed@example.com', { passwordAllowReset: false });
    await world.addUser('none@example.com', { password: undefined });
    const reads = { ...world.storage.calls };
    const known = await world.post(path, { email });
    expect([known.status, known.body]).toEqual([202, '{}']);
    for (const other of ['disabled@example.com', 'fixed@example.com', 'none@example.com', 'nobody@example.com']) {
      expect(await world.post(path, { email: other })).toEqual(known);
    }
    for (let count = 0; count < 10; count += 1) expect(await world.post(path, { email })).toEqual(known);
    const after = world.storage.calls;
    expect([after.findUsersByEmail, after.findCodes]).toEqual([reads.findUsersByEmail, reads.findCodes]);
    await world.pwreset.idle();
    expect(world.mailer.mails.map(({ to }) => to)).toEqual([email]);
  });

  test('takes a form as well', async () => {
    const world = await createWorld();
    await world.addUser(email);
    expect((await world.call('POST', path, { form: 'email=ann%40example.com' })).status).toBe(202);
    await world.pwreset.idle();
    expect(world.mailer.mails).toHaveLength(1);
  });

  test.each([
    [['ann@example.com', 'eve@example.com'], 'malformed'],
    [{ email }, 'malformed'],
    [1, 'malformed'],
    [null, 'missing'],
    [undefined, 'missing'],
    ['', 'missing'],
    ['ann@', 'malformed'],
    ['ann@exa mple.com', 'malformed'],
    ['x'.repeat(300), 'too_long'],
  ])('the address %j is refused before any look-up', async (given, problem) => {
    const world = await createWorld();
    const before = world.memory.dump();
    const refused = await world.post(path, { email: given });
    expect(problemOf(refused)).toEqual(['400 invalid_input', `#/email ${problem}`]);
    expect(world.memory.dump()).toBe(before);
  });

  test('an address that comes twice in a form is refused', async () => {
    const world = await createWorld();
    const refused = await world.call('POST', path, { form: 'email=ann%40example.com&email=eve%40example.com' });
    expect(problemOf(refused)).toEqual(['400 invalid_input', '#/email malformed']);
  });

  test('hostile headers do not reach the link (P11)', async () => {
    const world = await createWorld();
    await world.addUser(email);
    const headers = { host: 'evil.example', 'x-forwarded-host': 'evil.example', origin: 'https://evil.example' };
    await world.post(path, { email }, { headers: { 'content-type': 'application/json', ...headers } });
    await world.pwreset.idle();
    expect(world.mailer.mails).toHaveLength(1);
    expect(JSON.stringify(world.mailer.mails)).not.toContain('evil');
  });
});

describe('a link', () => {
  test('is checked without being used, and sets one password', async () => {
    const world = await createWorld({ core: { strength: () => 3 } });
    await world.addUser(email);
    await world.post('/password-resets', { email });
    const token = await world.mailed('reset');
    const expiresAt = new Date(world.clock.now() + 3_600_000).toISOString();
    for (let count = 0; count < 3; count += 1) {
      const check = await world.post('/password-resets/check', { token });
      expect(shown(check)).toEqual({ status: 200, json: { valid: true, purpose: 'reset', expiresAt } });
    }
    const done = await world.post('/password-resets/confirm', { token, password: newPassword });
    const authenticatedAt = expect.stringMatching(/^2026-01-01T00:00:00\.\d{3}Z$/);
    expect(shown(done)).toEqual({ status: 200, json: { passwordStrength: 3, authenticatedAt, audit } });
    expect(JSON.stringify(done)).not.toMatch(/ann|cookie/i);
    expect(await world.worksNow(newPassword)).toBe(true);
    const check = await world.post('/password-resets/check', { token });
    expect(shown(check)).toEqual({ status: 200, json: { valid: false } });
    const again = await world.post('/password-resets/confirm', { token, password: newPassword });
    expect(problemOf(again)).toEqual(['400 invalid_token']);
  });

  test('GET and HEAD do nothing with it', async () => {
    const world = await createWorld();
    await world.addUser(email);
    await world.post('/password-resets', { email });
    const token = await world.mailed('reset');
    const before = world.memory.dump();
    for (const path of ['/password-resets/confirm', '/password-resets/check', '/revocations', '/password-resets']) {
      const query = `token=${token}&password=${newPassword}&email=${email}`;
      const refused = await world.call('GET', path, { query });
      expect([problemOf(refused), refused.headers['Allow']]).toEqual([['405 method_not_allowed'], 'POST, OPTIONS']);
      expect((await world.call('HEAD', path, { query })).body).toBe('');
    }
    expect(world.memory.dump()).toBe(before);
  });

  test('a refused password names the reason, and the link stays good (P3)', async () => {
    const world = await createWorld();
    await world.addUser(email);
    await world.post('/password-resets', { email });
    const token = await world.mailed('reset');
    const refused = await world.post('/password-resets/confirm', { token, password: 'short' });
    expect(problemOf(refused)).toEqual(['422 password_refused', '#/password too_short']);
    expect((await world.post('/password-resets/confirm', { token, password: newPassword })).status).toBe(200);
  });

  test('a second factor is asked for', async () => {
    const secondFactor: SecondFactor = { verify: async (_, factor) => (factor === '123456' ? 'passed' : 'required') };
    const world = await createWorld({ core: { secondFactor } });
    await world.addUser(email);
    await world.post('/password-resets', { email });
    const fields = { token: await world.mailed('reset'), password: newPassword };
    const refused = await world.post('/password-resets/confirm', fields);
    expect(problemOf(refused)).toEqual(['403 second_factor_required']);
    expect((await world.post('/password-resets/confirm', { ...fields, factor: '123456' })).status).toBe(200);
  });

  test.each(['/password-resets/confirm', '/revocations'])('%s: a token of another purpose is invalid', async (path) => {
    const world = await createWorld();
    await world.addUser(email);
    await world.post('/password-resets', { email });
    const reset = await world.mailed('reset');
    await world.post('/password-changes', { email, password, newPassword });
    const revoke = await world.mailed('update_notice');
    const token = path === '/revocations' ? reset : revoke;
    const before = world.kept();
    expect(problemOf(await world.post(path, { token, password }))).toEqual(['400 invalid_token']);
    expect(world.kept()).toBe(before);
  });
});

describe('a code', () => {
  test('sets a password, and so does the link of its mail', async () => {
    const world = await createWorld();
    await world.addUser(email);
    await world.post('/password-codes', { email });
    const code = (await world.mailedCode()).toLowerCase().replace(/^..../, '$&-');
    const done = await world.post('/password-codes/confirm', { email, code, password: newPassword });
    expect(bodyOf(done)).toEqual({ passwordStrength: null, authenticatedAt: expect.any(String), audit });
    expect(await world.worksNow(newPassword)).toBe(true);
    await world.clock.advance(60_000);

    await world.post('/password-codes', { email, resetUrl: 'https://app.example/typed?code={{code}}' });
    const token = await world.mailed('reset_code', 'code');
    expect((await world.post('/password-codes/confirm', { email, code: token, password })).status).toBe(200);
    expect(await world.worksNow(password)).toBe(true);
  });

  test('has one answer for wrong, expired, unknown', async () => {
    const world = await createWorld();
    await world.addUser(email);
    await world.post('/password-codes', { email });
    const code = await world.mailedCode();
    const wrong = code === 'AAAAAAAA' ? 'BBBBBBBB' : 'AAAAAAAA';
    const first = await world.post('/password-codes/confirm', { email, code: wrong, password: newPassword });
    expect(problemOf(first)).toEqual(['400 invalid_token']);
    const unknown = { email: 'nobody@example.com', code, password: newPassword };
    expect(await world.post('/password-codes/confirm', unknown)).toEqual(first);
    await world.clock.advance(600_000);
    expect(await world.post('/password-codes/confirm', { email, code, password: newPassword })).toEqual(first);
    expect(await world.worksNow(password)).toBe(true);
  });

  test('a flood of guesses meets the limit of the address, from everywhere (P8)', async () => {
    const world = await createWorld();
    for (const address of [email, 'nobody@example.com']) {
      const guess = (ip: string) =>
        world.post('/password-codes/confirm', { email: address, code: 'AAAAAAAA', password: newPassword }, { ip });
      const answers: number[] = [];
      for (let count = 1; count <= 6; count += 1) answers.push((await guess(`192.0.2.${count}`)).status);
      expect(answers).toEqual([400, 400, 400, 400, 400, 429]);
    }
  });

  test('a refused password is told in the words of this wire', async () => {
    const world = await createWorld();
    const short = await world.post('/password-codes/confirm', { email, code: 'AAAAAAAA', password: 'short' });
    expect(problemOf(short)).toEqual(['422 password_refused', '#/password too_short']);
  });

  test('a reset URL that is on no list is refused, the same for everybody, before any look-up', async () => {
    const world = await createWorld();
    await world.addUser(email);
    const before = world.memory.dump();
    const resetUrl = 'https://evil.example/typed?code={{code}}';
    const known = await world.post('/password-codes', { email, resetUrl });
    expect(problemOf(known)).toEqual(['400 invalid_input', '#/resetUrl not_allowed']);
    expect(await world.post('/password-codes', { email: 'nobody@example.com', resetUrl })).toEqual(known);
    expect(world.memory.dump()).toBe(before);
  });
});

describe('a revocation', () => {
  test('disables the user, once', async () => {
    const world = await createWorld();
    const id = await world.addUser(email);
    await world.post('/password-changes', { email, password, newPassword });
    const token = await world.mailed('update_notice');
    const done = await world.post('/revocations', { token });
    expect(shown(done)).toEqual({ status: 200, json: { audit } });
    expect((await world.pwreset.users.get(id))?.enabled).toBe(false);
    expect(problemOf(await world.post('/revocations', { token }))).toEqual(['400 invalid_token']);
  });
});
