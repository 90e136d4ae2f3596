import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import type { HttpResponse } from '../src/index.js';
import { bodyOf, createWorld, errorBody, problemsOf, shown, validationError } from './fixture.js';

const createdKey = z.object({
  data: z.object({ key: z.looseObject({ id: z.string(), user_id: z.string() }), value: z.string() }),
});

const dataOfKey = (response: HttpResponse) => createdKey.parse(bodyOf(response)).data;

const keyNotFound = errorBody(404, 5, 'KeyNotFound');

describe('keys', () => {
  test('the value is shown once', async () => {
    const { post, call, createUser } = await createWorld();
    const made = await post('/v1/key', {
      name: 'laptop',
      type: 'TOTP',
      is_enabled: false,
      user_id: await createUser('ann@example.com'),
    });
    const { key, value } = dataOfKey(made);
    expect(key).toMatchObject({ type: 'TOTP', is_enabled: false, is_revoked: false });
    const read = await call('GET', `/v1/key/${key.id}`);
    expect(bodyOf(read)).toEqual({ data: key });
    expect(read.body).not.toContain(value);
  });

  test('the type is KEY where it is left out', async () => {
    const { post, createUser } = await createWorld();
    const made = await post('/v1/key', { name: 'laptop', user_id: await createUser('ann@example.com') });
    expect(dataOfKey(made).key).toMatchObject({ type: 'KEY', is_enabled: true });
  });

  test.each([
    [{ user_id: null }, 'user_id: missing'],
    [{ user_id: ['1'] }, 'user_id: malformed'],
    [{ user_id: 'a\0b' }, 'user_id: malformed'],
    [{ type: 'PASSWORD' }, 'type: malformed'],
    [{ type: 0 }, 'type: malformed'],
    [{ name: '' }, 'name: missing'],
    [{ name: 'x'.repeat(101) }, 'name: too_long'],
    [{ is_enabled: 'yes' }, 'is_enabled: malformed'],
  ])('refuses %j', async (fields, problem) => {
    const { post, createUser, kept } = await createWorld();
    const body = { name: 'laptop', type: 'TOKEN', user_id: await createUser('ann@example.com') };
    const before = kept();
    const refused = await post('/v1/key', { ...body, ...fields });
    expect(shown(refused)).toEqual(validationError);
    expect(problemsOf(refused)).toContain(problem);
    expect(kept()).toBe(before);
  });

  test('an unknown user in the body is a bad request', async () => {
    const { post } = await createWorld();
    expect(shown(await post('/v1/key', { name: 'laptop', user_id: 'nobody' }))).toEqual(
      errorBody(400, 3, 'UserNotFound'),
    );
  });

  test('a service sees its own keys only', async () => {
    const { post, call, createUser, createService } = await createWorld();
    const { key, value } = dataOfKey(
      await post('/v1/key', { name: 'laptop', user_id: await createUser('ann@example.com') }),
    );
    const other = await createService('Other');
    const asOther = { authorization: other.key };
    expect(shown(await call('GET', `/v1/key/${key.id}`, undefined, asOther))).toEqual(keyNotFound);
    expect(shown(await call('GET', '/v1/key/nothing'))).toEqual(keyNotFound);
    expect((await post('/v1/auth/key/verify', { key: value }, asOther)).status).toBe(400);
    expect((await call('GET', `/v1/user/${key.user_id}`, undefined, asOther)).status).toBe(200);
  });
});
