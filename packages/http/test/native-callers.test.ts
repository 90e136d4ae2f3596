import { userId } from '@pwreset/core';
import { describe, expect, test } from 'vitest';
import { bytes, createWorld, email, newPassword, password, problemOf, shown } from './service-fixture.js';

const challenge = 'Bearer realm="pwreset"';

describe('a service with its key', () => {
  test('begins in its own name, and only it can confirm', async () => {
    const world = await createWorld();
    await world.addUser(email);
    await world.post('/password-resets', { email }, { key: world.key });
    const fields = { token: await world.mailed('reset'), password: newPassword };
    expect(world.mailer.lastMail(email, 'reset').service.name).toBe('Portal');
    expect(problemOf(await world.post('/password-resets/confirm', fields))).toEqual(['400 invalid_token']);
    expect((await world.post('/password-resets/confirm', fields, { key: world.key })).status).toBe(200);
  });

  test.each([
    'Bearer wrong',
    'bearer',
    'Bearer ',
    'Bearer a b',
    'BEARER wrong',
    'Bearer KEYx',
    `Bearer ${'x'.repeat(9_000)}`,
  ])('%j is refused on every row, and never ignored', async (authorization) => {
    const world = await createWorld();
    const before = world.memory.dump();
    const headers = { 'content-type': 'application/json', authorization: authorization.replace('KEY', world.key) };
    for (const path of [
      '/password-resets',
      '/password-resets/check',
      '/password-resets/confirm',
      '/password-codes',
      '/password-codes/confirm',
      '/password-changes',
      '/revocations',
      '/users/1/password-resets',
    ]) {
      const refused = await world.post(path, { email, token: 'x', password, newPassword, code: 'x' }, { headers });
      expect([problemOf(refused), refused.headers['WWW-Authenticate']]).toEqual([['401 unauthenticated'], challenge]);
    }
    expect(world.memory.dump()).toBe(before);
  });

  test('credentials of another scheme are none of ours', async () => {
    const world = await createWorld();
    const headers = { 'content-type': 'application/json', authorization: 'Basic YTpi' };
    expect((await world.post('/password-resets', { email }, { headers })).status).toBe(202);
    expect((await world.post('/users/1/password-resets', {}, { headers })).status).toBe(401);
  });

  test('is counted by itself, and anyone by address', async () => {
    const core = { limits: { service: { capacity: 2, refillMs: 1_500 }, ip: { capacity: 1, refillMs: 1_500 } } };
    const tries = async (keyed: boolean, clientForwarded = false) => {
      const world = await createWorld({ core, native: { clientForwarded } });
      const statuses: number[] = [];
      for (const name of ['a', 'b', 'c']) {
        const given = keyed ? { key: world.key } : {};
        const answer = await world.post('/password-resets', { email: `${name}@example.com` }, given);
        if (answer.status === 429) {
          expect([problemOf(answer), answer.headers['Retry-After']]).toEqual([['429 too_many_requests'], '2']);
        }
        statuses.push(answer.status);
      }
      return statuses;
    };
    expect(await tries(false)).toEqual([202, 429, 429]);
    expect(await tries(true)).toEqual([202, 202, 429]);
    expect(await tries(true, true)).toEqual([202, 429, 429]);
  });

  test('the dialects beside each other share one budget', async () => {
    const world = await createWorld({ core: { limits: { service: { capacity: 2, refillMs: 60_000 } } } });
    await world.pwreset.beginProfileReset({ userId: await world.addUser(email), service: world.caller.id });
    const token = await world.mailed('reset');
    for (const path of ['/password-resets/check', '/password-resets/check']) {
      expect((await world.post(path, { token }, { key: world.key })).status).toBe(200);
    }
    const change = { accessTokenId: world.key, resetTokenId: token, newPassword };
    expect((await world.post('/api/1/profile/change_password', change)).status).toBe(429);
    // Anyone else is counted apart.
    expect((await world.post('/password-resets/check', { token })).status).toBe(200);
  });
});

describe('POST /users/{id}/password-resets', () => {
  test('mails a link to a user whom the service names', async () => {
    const world = await createWorld();
    const id = await world.addUser(email);
    const begun = await world.call('POST', `/users/${id}/password-resets`, { key: world.key });
    expect(shown(begun)).toEqual({ status: 202, json: { begun: true, reason: null, userId: id } });
    const resetTokenId = await world.mailed('reset');
    const fields = { accessTokenId: world.key, resetTokenId, newPassword };
    expect((await world.post('/api/1/profile/change_password', fields)).status).toBe(200);
  });

  test.each([
    ['user_disabled', { enabled: false }],
    ['reset_not_allowed', { passwordAllowReset: false }],
  ])('says why no mail goes out: %s', async (reason, fields) => {
    const world = await createWorld();
    const id = await world.addUser(email, fields);
    const begun = await world.post(`/users/${id}/password-resets`, { resetUrl: null }, { key: world.key });
    expect(shown(begun)).toEqual({ status: 202, json: { begun: false, reason, userId: id } });
    await world.pwreset.idle();
    expect(world.mailer.mails).toEqual([]);
  });

  test('says of an unknown user that there is none', async () => {
    const world = await createWorld();
    const unknown = await world.post('/users/nobody/password-resets', {}, { key: world.key });
    expect(problemOf(unknown)).toEqual(['404 user_not_found']);
  });

  test('links to a page of the list and to no other', async () => {
    const world = await createWorld();
    const id = await world.addUser(email);
    const path = `/users/${id}/password-resets`;
    const evil = await world.post(path, { resetUrl: 'https://evil.example/?t={{token}}' }, { key: world.key });
    expect(problemOf(evil)).toEqual(['400 invalid_input', '#/resetUrl not_allowed']);
    const resetUrl = 'https://app.example/typed?code={{token}}';
    expect((await world.post(path, { resetUrl }, { key: world.key })).status).toBe(202);
    expect(await world.mailed('reset', 'code')).toMatch(/^\w{50}$/);
  });

  test('is for services alone', async () => {
    const world = await createWorld();
    const id = await world.addUser(email);
    const refused = await world.post(`/users/${id}/password-resets`, {});
    expect([problemOf(refused), refused.headers['WWW-Authenticate']]).toEqual([['401 unauthenticated'], challenge]);
  });
});

describe('POST /password-changes', () => {
  const cookie = (value: string) => ({ 'content-type': 'application/json', cookie: `user=${value}` });

  test('changes a password by the current one', async () => {
    const world = await createWorld();
    await world.addUser(email);
    const wrong = await world.post('/password-changes', { email, password: 'wrong password', newPassword });
    expect(problemOf(wrong)).toEqual(['403 invalid_credentials']);
    const unknown = await world.post('/password-changes', { email: 'nobody@example.com', password, newPassword });
    expect(unknown).toEqual(wrong);
    const short = await world.post('/password-changes', { email, password, newPassword: 'short' });
    expect(problemOf(short)).toEqual(['422 password_refused', '#/newPassword too_short']);
    const same = await world.post('/password-changes', { email, password, newPassword: password });
    expect(problemOf(same)).toEqual(['422 password_refused', '#/newPassword same_as_before']);
    const none = await world.post('/password-changes', { password, newPassword });
    expect(problemOf(none)).toEqual(['400 invalid_input', '#/email missing']);
    const form = `email=${email}&password=${password}&newPassword=${newPassword}`;
    expect((await world.call('POST', '/password-changes', { form })).status).toBe(200);
    expect(await world.worksNow(newPassword)).toBe(true);
  });

  test('whoever is signed in may leave the address out', async () => {
    const world = await createWorld({
      native: {
        currentUser: async ({ headers }) => {
          const id = String(headers['cookie'] ?? '').replace('user=', '');
          return id === '' ? null : userId(id);
        },
      },
    });
    const id = await world.addUser(email);
    const fields = { password, newPassword };
    for (const body of [fields, { ...fields, email: null }, { ...fields, email: '' }]) {
      const nobody = await world.post('/password-changes', body);
      expect(problemOf(nobody)).toEqual(['400 invalid_input', '#/email missing']);
    }
    const form = `password=${password}&newPassword=${newPassword}`;
    const headers = { 'content-type': 'application/x-www-form-urlencoded', cookie: `user=${id}` };
    const crossSite = await world.call('POST', '/password-changes', { headers, body: bytes(form) });
    expect(problemOf(crossSite)).toEqual(['415 unsupported_media_type']);
    const wrong = await world.post('/password-changes', { ...fields, password: 'x' }, { headers: cookie(id) });
    expect(problemOf(wrong)).toEqual(['403 invalid_credentials']);
    // The application's own bearer token is no key of a service.
    const own = { ...cookie(id), authorization: 'Bearer a.session.token' };
    expect((await world.post('/password-changes', fields, { headers: own })).status).toBe(200);
    expect(await world.worksNow(newPassword)).toBe(true);
    const byService = await world.post(
      '/password-changes',
      { email, password: newPassword, newPassword: password },
      { key: world.key },
    );
    expect(byService.status).toBe(200);
  });
});
