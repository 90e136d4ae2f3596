import { createPwreset, type SecondFactor, type Storage, serviceId } from '@pwreset/core';
import { memoryMailer, memoryStorage, testHasher } from '@pwreset/memory';
import { describe, expect, test } from 'vitest';
import { createHandler, profile } from '../src/index.js';
import {
  bytes,
  createWorld,
  email,
  formType,
  jsonType,
  newPassword,
  password,
  resetPasswordUrl,
  shown,
  type World,
} from './service-fixture.js';

const change = '/api/1/profile/change_password';
const other = (status: number, message: unknown = expect.any(String)) => ({
  status,
  json: { errorCode: 'OTHER', message },
});
const denied = {
  status: 403,
  json: { errorCode: 'ACCESS_DENIED', message: 'The access token ID is missing, unknown or disabled' },
};
const noToken = {
  status: 404,
  json: { errorCode: 'NO_SUCH_VERIFICATION_TOKEN', message: 'No verification token found for ID "…"' },
};

const changeWith = (world: World, fields: Readonly<Record<string, unknown>>) =>
  world.post(change, { accessTokenId: world.key, resetTokenId: 'x', newPassword, ...fields });

async function begun(options: Parameters<typeof createWorld>[0] = {}) {
  const world = await createWorld(options);
  const id = await world.addUser(email);
  await world.pwreset.beginProfileReset({ userId: id, service: world.caller.id });
  return { world, id, token: await world.mailed('reset') };
}

describe('who calls', () => {
  test.each([undefined, null, '', ' ', 'wrong', 1, true, {}, [], 'x'.repeat(60_000)])(
    'nobody has the key %j',
    async (accessTokenId) => {
      const world = await createWorld();
      const before = world.memory.dump();
      for (const path of ['/api/1/profile/x/reset_password', change]) {
        const refused = await world.post(path, { accessTokenId, resetPasswordUrl, resetTokenId: 'x', newPassword });
        expect(shown(refused)).toEqual(denied);
        expect(refused.headers['WWW-Authenticate']).toBeUndefined();
      }
      expect(world.memory.dump()).toBe(before);
    },
  );

  test('a list with a key in it is no key', async () => {
    const world = await createWorld();
    expect(shown(await changeWith(world, { accessTokenId: [world.key] }))).toEqual(denied);
  });

  test('a key may come again, in the query or the body, and two keys are none', async () => {
    const world = await createWorld();
    const { value: otherKey } = await world.pwreset.services.createWithKey({ ...world.caller, name: 'Other' });
    const query = `accessTokenId=${world.key}`;
    const read = (given: string) => world.call('GET', '/api/1/profile/x', { query: given });
    expect((await read(`${query}&${query}`)).status).toBe(404);
    expect(shown(await read(`${query}&accessTokenId=${otherKey}`))).toEqual(denied);
    expect(shown(await changeWith(world, {}))).toEqual(noToken);
    const changeAs = (accessTokenId: unknown) =>
      world.post(change, { accessTokenId, resetTokenId: 'x', newPassword }, { query });
    expect(shown(await changeAs(world.key))).toEqual(noToken);
    for (const key of [otherKey, '', null, [world.key]]) expect(shown(await changeAs(key))).toEqual(denied);
  });

  test("a user's key is no service's", async () => {
    const world = await createWorld();
    const userId = await world.addUser(email);
    const { value } = await world.pwreset.keys.create({ type: 'KEY', name: 'k', userId, service: world.caller.id });
    const query = `accessTokenId=${value}`;
    expect(shown(await world.call('GET', `/api/1/profile/${userId}`, { query }))).toEqual(denied);
  });

  test('without a Directory the application says whose a key is', async () => {
    const { findService: _, ...plain } = memoryStorage();
    const storage: Storage = plain;
    const links = { resetNotice: 'https://a.example/#{{token}}', updateNotice: 'https://a.example/#{{token}}' };
    const reset = { reset: 'https://a.example/#{{token}}', emailChangeNotice: 'https://a.example/#{{token}}' };
    const pwreset = createPwreset({
      storage,
      hasher: testHasher(),
      mailer: memoryMailer(),
      secret: 'a secret of thirty-two bytes or more',
      delivery: 'manual',
      service: { name: 'A', url: 'https://a.example', links: { ...links, ...reset } },
    });
    const serviceOf = async (key: string) => (key === 'right' ? serviceId('default') : null);
    const handle = createHandler({ pwreset, dialects: [profile({ serviceOf })] });
    const read = (key: string) =>
      handle({
        method: 'GET',
        path: '/api/1/profile/1',
        query: `accessTokenId=${key}`,
        headers: {},
        body: bytes(''),
        ip: null,
      });
    expect(shown(await read('right'))).toMatchObject({ status: 404, json: { errorCode: 'NO_SUCH_PROFILE' } });
    expect(shown(await read('wrong'))).toEqual(denied);
  });
});

describe('change_password', () => {
  test('a token that does not work has one answer, which does not quote it', async () => {
    const { world, id, token } = await begun();
    const before = world.kept();
    for (const resetTokenId of [' ', 'x', '0'.repeat(50), token.slice(0, -1), `${token}x`]) {
      expect(shown(await changeWith(world, { resetTokenId }))).toEqual(noToken);
    }
    expect(world.kept()).toBe(before);
    const { value } = await world.pwreset.services.createWithKey({ ...world.caller, name: 'Other' });
    const elsewhere = await changeWith(world, { accessTokenId: value, resetTokenId: token });
    expect(shown(elsewhere)).toEqual(noToken);
    expect(elsewhere.body).not.toContain(token);
    expect(await world.worksNow(password)).toBe(true);

    expect((await changeWith(world, { resetTokenId: token })).status).toBe(200);
    expect(shown(await changeWith(world, { resetTokenId: token }))).toEqual(noToken);
    const revoke = await world.mailed('reset_notice');
    expect(shown(await changeWith(world, { resetTokenId: revoke }))).toEqual(noToken);
    await world.pwreset.beginProfileReset({ userId: id, service: world.caller.id });
    const late = await world.mailed('reset');
    await world.clock.advance(60 * 60 * 1_000);
    expect(shown(await changeWith(world, { resetTokenId: late }))).toEqual(noToken);
  });

  test.each([
    ['short', 'it is too short'],
    [email, 'it is a word that others would try first, such as the name or the address'],
    ['common password', 'it is refused by the password policy: common'],
  ])('the password %j is refused with the reason, and the token stays good (P3)', async (tried, reason) => {
    const policy = (wanted: string) => (wanted.startsWith('common') ? ['common'] : []);
    const { world, token } = await begun({ core: { policy } });
    const refused = await changeWith(world, { resetTokenId: token, newPassword: tried });
    expect(shown(refused)).toEqual(other(400, `The new password was refused: ${reason}`));
    expect((await changeWith(world, { resetTokenId: token })).status).toBe(200);
  });

  test('a second factor is asked for, and passed on', async () => {
    const secondFactor: SecondFactor = { verify: async (_, factor) => (factor === '123456' ? 'passed' : 'required') };
    const { world, token } = await begun({ core: { secondFactor } });
    const refused = await changeWith(world, { resetTokenId: token });
    expect(shown(refused)).toEqual(other(403, 'A second factor is required'));
    expect((await changeWith(world, { resetTokenId: token, factor: '123456' })).status).toBe(200);
  });

  test('a link that the native dialect mailed works here, in the name of its service', async () => {
    const world = await createWorld();
    await world.addUser(email);
    await world.post('/password-resets', { email }, { key: world.key });
    expect((await changeWith(world, { resetTokenId: await world.mailed('reset') })).status).toBe(200);
  });
});

describe('malformed requests', () => {
  test('name what is missing or wrong', async () => {
    const world = await createWorld();
    const before = world.memory.dump();
    for (const field of ['resetTokenId', 'newPassword']) {
      for (const value of [undefined, null, '']) {
        const refused = await changeWith(world, { [field]: value });
        expect(shown(refused)).toEqual(other(400, `Bad parameters: "${field}" is missing`));
      }
      for (const value of [1, true, ['x'], { $ne: null }]) {
        const refused = await changeWith(world, { [field]: value });
        expect(shown(refused)).toEqual(other(400, `Bad parameters: "${field}" is not of the right form`));
      }
    }
    const reset = await world.post('/api/1/profile/x/reset_password', { accessTokenId: world.key });
    expect(shown(reset)).toEqual(other(400, 'Bad parameters: "resetPasswordUrl" is missing'));
    const twice = await world.call('POST', change, {
      form: `accessTokenId=${world.key}&resetTokenId=x&newPassword=abcdefghi&newPassword=abcdefghi`,
    });
    expect(shown(twice)).toEqual(other(400, 'Bad parameters: "newPassword" is not of the right form'));
    expect(world.memory.dump()).toBe(before);
    expect(world.hasher.hashed).toBe(0);
  });

  test.each([
    ['not JSON', jsonType, '{'],
    ['a list', jsonType, '[]'],
    ['__proto__', jsonType, '{"__proto__":{"accessTokenId":"x"}}'],
    ['a name twice', jsonType, '{"accessTokenId":"x","accessTokenId":"y"}'],
    ['no UTF-8', formType, 'accessTokenId=%ff'],
  ])('cannot be read: %s, which only a caller with a key hears', async (_, headers, text) => {
    const world = await createWorld();
    const send = (query: string) => world.call('POST', change, { query, headers, body: bytes(text) });
    expect(shown(await send(`accessTokenId=${world.key}`))).toEqual(other(400, 'The request cannot be read'));
    for (const query of ['', 'accessTokenId=x', '%']) expect(shown(await send(query))).toEqual(denied);
  });

  test('the statuses of HTTP come in the same shape', async () => {
    const world = await createWorld();
    const plain = { headers: { 'content-type': 'text/plain' }, body: bytes(`accessTokenId=${world.key}`) };
    const query = `accessTokenId=${world.key}`;
    expect(shown(await world.call('POST', change, { ...plain, query }))).toEqual(other(415));
    expect(shown(await world.call('POST', change, plain))).toEqual(denied);
    expect(shown(await world.call('POST', change, { body: { kind: 'too_large' } }))).toEqual(other(413));
    const put = await world.call('PUT', '/api/1/profile/x/reset_password');
    expect([shown(put), put.headers['Allow']]).toEqual([other(405), 'POST, OPTIONS']);
    world.storage.failNext('findKeyByDigest');
    expect(shown(await changeWith(world, {}))).toEqual(other(503));
  });

  test('a fault says nothing, and a limit of hashes says when', async () => {
    const { world, token } = await begun();
    world.hasher.failNext(new TypeError('secret'));
    const refused = await changeWith(world, { resetTokenId: token });
    expect([refused.status, refused.body]).toEqual([500, '{"message":"Internal server error"}']);
    expect(world.faults).toHaveLength(1);
    expect((await changeWith(world, { resetTokenId: token })).status).toBe(200);
  });

  test('no error quotes a key or a token', async () => {
    const { world, token } = await begun();
    const secrets = [world.key, token];
    const answers = [
      await changeWith(world, { resetTokenId: token, newPassword: 'x' }),
      await changeWith(world, { resetTokenId: `${token}${token}` }),
      await changeWith(world, { accessTokenId: `${world.key}x` }),
      await changeWith(world, { resetTokenId: [token] }),
    ];
    for (const { body } of answers) for (const secret of secrets) expect(body).not.toContain(secret);
  });
});
