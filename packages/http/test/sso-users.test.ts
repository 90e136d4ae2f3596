import { realm, userId } from '@pwreset/core';
import { describe, expect, test } from 'vitest';
import { bodyOf, createWorld, dataOf, errorBody, problemsOf, shown, validationError } from './fixture.js';

const userNotFound = errorBody(404, 5, 'UserNotFound');

describe('POST /v1/user', () => {
  test('takes the least that the original takes, with its defaults, and null for what is left out', async () => {
    const { post } = await createWorld();
    const made = dataOf(
      await post('/v1/user', { name: 'Ann', email: 'ann@example.com', locale: null, password: null }),
    );
    expect(made).toMatchObject({
      is_enabled: true,
      locale: 'en',
      timezone: 'Etc/UTC',
      password_allow_reset: false,
      password_require_update: false,
    });
  });

  test('takes both password flags only with a password', async () => {
    const { post } = await createWorld();
    const flags = { password_allow_reset: true, password_require_update: true };
    const without = dataOf(await post('/v1/user', { name: 'Ann', email: 'ann@example.com', ...flags }));
    expect(without).toMatchObject({ password_allow_reset: false, password_require_update: false });
    const body = { name: 'Bob', email: 'bob@example.com', password: 'correct horse battery', ...flags };
    expect(dataOf(await post('/v1/user', body))).toMatchObject(flags);
    const named = { ...body, email: 'cy@example.com', password_allow_reset: undefined };
    expect(dataOf(await post('/v1/user', named))).toMatchObject({ password_allow_reset: false });
  });

  test('keeps what it is given, disabled users included', async () => {
    const { post } = await createWorld();
    const fields = {
      name: 'Änne 🔑',
      email: 'anne@bücher.example',
      locale: 'de-CH',
      timezone: 'Europe/Zurich',
      is_enabled: false,
    };
    expect(dataOf(await post('/v1/user', fields))).toMatchObject(fields);
  });

  test('shows the strength where an estimator is set, zero included', async () => {
    const { post } = await createWorld({ core: { strength: () => 0 } });
    const made = await post('/v1/user', { name: 'Ann', email: 'ann@example.com', password: 'correct horse battery' });
    expect(bodyOf(made)).toMatchObject({ meta: { password_strength: 0 } });
  });

  test('names a taken address', async () => {
    const { post, createUser } = await createWorld();
    await createUser('ann@example.com');
    const again = await post('/v1/user', { name: 'Ann', email: 'ANN@example.com' });
    expect(shown(again)).toEqual(errorBody(400, 3, 'UserEmailConstraint'));
  });

  test('says why a password was refused', async () => {
    const { post } = await createWorld();
    const refused = await post('/v1/user', { name: 'Ann', email: 'ann@example.com', password: 'short' });
    expect(shown(refused)).toEqual(validationError);
    expect(problemsOf(refused)).toEqual(['password: too_short']);
    expect(refused.body).not.toContain('"short"');
  });

  test.each([
    [{ name: '' }, 'name: missing'],
    [{ name: 'x'.repeat(101) }, 'name: too_long'],
    [{ name: 'Ann\r\nBcc: eve@example.com' }, 'name: malformed'],
    [{ name: 'nul\0' }, 'name: malformed'],
    [{ name: ['Ann'] }, 'name: malformed'],
    [{ email: '' }, 'email: missing'],
    [{ email: null }, 'email: missing'],
    [{ email: 'nobody' }, 'email: malformed'],
    [{ email: 'ann@example.com, eve@example.com' }, 'email: malformed'],
    [{ email: 'ann@example.com\r\nBcc: eve@example.com' }, 'email: malformed'],
    [{ email: ['ann@example.com', 'eve@example.com'] }, 'email: malformed'],
    [{ email: { address: 'ann@example.com' } }, 'email: malformed'],
    [{ email: `${'x'.repeat(60)}@${'x.'.repeat(100)}example` }, 'email: too_long'],
    [{ locale: 'en_US' }, 'locale: malformed'],
    [{ locale: 'en-u-ca-gregory' }, 'locale: too_long'],
    [{ timezone: 'Mars/Olympus' }, 'timezone: malformed'],
    [{ timezone: '+01:00' }, 'timezone: malformed'],
    [{ timezone: 'x'.repeat(51) }, 'timezone: too_long'],
    [{ is_enabled: 'true' }, 'is_enabled: malformed'],
    [{ is_enabled: 1 }, 'is_enabled: malformed'],
    [{ password: 12_345_678 }, 'password: malformed'],
    [{ password_allow_reset: 'yes' }, 'password_allow_reset: malformed'],
    [{ password_require_update: {} }, 'password_require_update: malformed'],
  ])('refuses %j', async (fields, problem) => {
    const { post, kept } = await createWorld();
    const before = kept();
    const refused = await post('/v1/user', { name: 'Ann', email: 'ann@example.com', ...fields });
    expect(shown(refused)).toEqual(validationError);
    expect(problemsOf(refused)).toContain(problem);
    expect(kept()).toBe(before);
  });

  test('names every field that is missing', async () => {
    const { post } = await createWorld();
    expect(problemsOf(await post('/v1/user', {}))).toEqual(['name: missing', 'email: missing']);
  });
});

describe('/v1/user/{id}', () => {
  test('GET and HEAD read', async () => {
    const { call, createUser } = await createWorld();
    const id = await createUser('ann@example.com');
    const read = await call('GET', `/v1/user/${id}`);
    expect(read.status).toBe(200);
    expect(dataOf(read)).toMatchObject({ id, email: 'ann@example.com' });
    const head = await call('HEAD', `/v1/user/${id}`);
    expect(head).toEqual({ ...read, body: '' });
  });

  test('PATCH writes the named fields and no other', async () => {
    const { call, clock, createUser } = await createWorld();
    const id = await createUser('ann@example.com');
    const before = dataOf(await call('GET', `/v1/user/${id}`));
    await clock.advance(1_500);
    const patched = await call('PATCH', `/v1/user/${id}`, { name: 'Anna', locale: null, email: 'eve@example.com' });
    expect(patched.status).toBe(200);
    expect(bodyOf(patched)).toEqual({ data: { ...before, name: 'Anna', updated_at: '2026-01-01T00:00:01.500Z' } });
    const changes = {
      locale: 'fr',
      timezone: 'Europe/Paris',
      is_enabled: false,
      password_allow_reset: false,
      password_require_update: true,
    };
    expect(dataOf(await call('PATCH', `/v1/user/${id}`, changes))).toMatchObject({ name: 'Anna', ...changes });
    expect(dataOf(await call('PATCH', `/v1/user/${id}`, {}))).toMatchObject({ name: 'Anna', ...changes });
  });

  test.each([[{ name: '' }], [{ locale: '!' }], [{ timezone: 'x' }], [{ is_enabled: 'no' }]])(
    'PATCH refuses %j',
    async (fields) => {
      const { call, createUser, kept } = await createWorld();
      const id = await createUser('ann@example.com');
      const before = kept();
      expect(shown(await call('PATCH', `/v1/user/${id}`, fields))).toEqual(validationError);
      expect(kept()).toBe(before);
    },
  );

  test('DELETE answers with the user that is no more', async () => {
    const { call, createUser } = await createWorld();
    const id = await createUser('ann@example.com');
    const before = await call('GET', `/v1/user/${id}`);
    const deleted = await call('DELETE', `/v1/user/${id}`);
    expect([deleted.status, deleted.body]).toEqual([200, before.body]);
    expect(shown(await call('GET', `/v1/user/${id}`))).toEqual(userNotFound);
    expect(shown(await call('DELETE', `/v1/user/${id}`))).toEqual(userNotFound);
    expect(shown(await call('PATCH', `/v1/user/${id}`, { name: 'Anna' }))).toEqual(userNotFound);
  });

  test('a user of another realm is absent', async () => {
    const { call, pwreset, service, post } = await createWorld();
    const { id: serviceId } = await pwreset.services.authenticate(service.key);
    const { user } = await pwreset.users.create({
      email: 'ann@example.com',
      realm: realm('other'),
      name: 'Ann',
      service: serviceId,
    });
    for (const method of ['GET', 'PATCH', 'DELETE']) {
      expect(
        shown(await call(method, `/v1/user/${user.id}`, method === 'PATCH' ? { name: 'Eve' } : undefined)),
      ).toEqual(userNotFound);
    }
    expect(shown(await post('/v1/key', { name: 'k', user_id: user.id }))).toEqual(errorBody(400, 3, 'UserNotFound'));
    expect(await pwreset.users.get(userId(user.id))).toMatchObject({ name: 'Ann' });
  });

  test.each(['nobody', '%00', '%E0%A4%A', '%zz', '%ff', '', 'a%2Fb', '..', 'x'.repeat(201), '1/2'])(
    'there is no user %j',
    async (id) => {
      const { call } = await createWorld();
      expect((await call('GET', `/v1/user/${id}`)).status).toBe(404);
    },
  );
});
