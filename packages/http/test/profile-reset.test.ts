import { serviceId } from '@pwreset/core';
import { describe, expect, test } from 'vitest';
import { profileResetUrl } from '../src/index.js';
import { bodyOf, createWorld, email, newPassword, resetPasswordUrl, shown, type World } from './service-fixture.js';

const resetOf = (world: World, id: string, fields: Readonly<Record<string, unknown>> = {}) =>
  world.post(`/api/1/profile/${id}/reset_password`, { accessTokenId: world.key, resetPasswordUrl, ...fields });

describe('the seed', () => {
  const id = '59284659d4c650213cc2f3fc';
  const accessTokenId = 'e8f5170c-877b-416f-b70f-4b09772f8e2d';
  const printed = `accessTokenId=${accessTokenId}&resetPasswordUrl=http://example.com`;
  const create = async () => {
    const world = await createWorld({
      core: {
        allowInsecureLinks: true,
        service: {
          name: 'Acme',
          url: 'https://app.example',
          links: {
            reset: 'https://app.example/#{{token}}',
            resetNotice: 'https://app.example/#{{token}}',
            updateNotice: 'https://app.example/#{{token}}',
            emailChangeNotice: 'https://app.example/#{{token}}',
          },
          resetUrls: [profileResetUrl('http://example.com')],
        },
      },
      profile: {
        serviceOf: async (key) => (key === accessTokenId ? serviceId('default') : null),
        describe: async () => ({ username: 'john.doe', tenant: 'sample-tenant', roles: ['APP_TEST', 'APP_REPORT'] }),
      },
    });
    await world.addUserWithId(id, 'john.doe@example.com');
    return world;
  };

  test.each([
    ['a form', { form: printed }],
    ['a query', { query: printed }],
    ['JSON', { json: { accessTokenId, resetPasswordUrl: 'http://example.com' } }],
  ])('works as printed, as %s', async (_, given) => {
    const world = await create();
    const answer = await world.call('POST', `/api/1/profile/${id}/reset_password`, given);
    expect(answer.status).toBe(200);
    expect(answer.body).toBe(
      JSON.stringify({
        username: 'john.doe',
        email: 'john.doe@example.com',
        verified: false,
        enabled: true,
        createdOn: world.clock.now(),
        lastModified: world.clock.now(),
        tenant: 'sample-tenant',
        roles: ['APP_TEST', 'APP_REPORT'],
        attributes: {},
        id,
      }),
    );
    await world.pwreset.idle();
    expect(world.mailer.lastLink('john.doe@example.com', 'reset')).toMatch(/^http:\/\/example\.com\?tokenId=\w{50}$/);
  });
});

describe('reset_password', () => {
  test('the link carries the token behind the own query, and the token sets a password', async () => {
    const world = await createWorld();
    const id = await world.addUser(email);
    expect((await resetOf(world, id)).status).toBe(200);
    const resetTokenId = await world.mailed('reset', 'tokenId');
    expect(world.mailer.lastLink(email, 'reset')).toBe(`${resetPasswordUrl}&tokenId=${resetTokenId}`);
    const fields = { accessTokenId: world.key, resetTokenId, newPassword };
    const changed = await world.post('/api/1/profile/change_password', fields);
    expect(shown(changed)).toMatchObject({ status: 200, json: { id, email, enabled: true, tenant: 'default' } });
    expect(await world.worksNow(newPassword)).toBe(true);
  });

  test('answers a disabled profile and mails nothing', async () => {
    const world = await createWorld();
    const id = await world.addUser(email, { enabled: false });
    expect(shown(await resetOf(world, id))).toMatchObject({ status: 200, json: { id, enabled: false } });
    await world.pwreset.idle();
    expect(world.mailer.mails).toEqual([]);
  });

  test('an unknown profile is named', async () => {
    const world = await createWorld();
    expect(shown(await resetOf(world, '%22%3Cb%3E'))).toEqual({
      status: 404,
      json: { errorCode: 'NO_SUCH_PROFILE', message: 'No profile with ID ""<b>" found' },
    });
  });

  test.each([
    'https://evil.example/reset?lang=en',
    'https://app.example.evil.example/reset?lang=en',
    'https://app.example@evil.example/reset?lang=en',
    'https:\\\\app.example/reset?lang=en',
    '//app.example/reset?lang=en',
    'http://app.example/reset?lang=en',
    'https://app.example/reset',
    'https://app.example/reset?lang=de',
    'https://app.example/reset?lang=en&tokenId=x',
    'https://app.example/reset?lang=en#x',
    'https://app.example/reset?lang=en&x={{token}}',
    'https://app.example/{{email}}?lang=en',
    'https://app.example/reset?lang=en\r\nBcc: x@evil.example',
    'javascript:alert(1)',
    'x'.repeat(2_001),
  ])('refuses to link to %j, whoever is named, before anything is looked up (P11)', async (url) => {
    const world = await createWorld();
    const id = await world.addUser(email);
    const reads = world.storage.calls.findUserById;
    const before = world.memory.dump();
    const known = await resetOf(world, id, { resetPasswordUrl: url });
    expect(shown(known)).toMatchObject({ status: 400, json: { errorCode: 'OTHER' } });
    expect(known.body).toContain('resetPasswordUrl');
    expect(await resetOf(world, 'nobody', { resetPasswordUrl: url })).toEqual(known);
    expect(world.memory.dump()).toBe(before);
    expect(world.storage.calls.findUserById).toBe(reads);
  });

  test('is counted by service, and by client only where that is forwarded', async () => {
    const core = { limits: { service: { capacity: 2, refillMs: 1_500 }, ip: { capacity: 1, refillMs: 1_500 } } };
    const tries = async (clientForwarded: boolean) => {
      const world = await createWorld({ core, profile: { clientForwarded } });
      const id = await world.addUser(email);
      const answers = [await resetOf(world, id), await resetOf(world, id), await resetOf(world, id)];
      for (const limited of answers.filter(({ status }) => status !== 200)) {
        const json = { errorCode: 'OTHER', message: 'Too many requests' };
        expect([shown(limited), limited.headers['Retry-After']]).toEqual([{ status: 429, json }, '2']);
      }
      return answers.map(({ status }) => status);
    };
    expect(await tries(false)).toEqual([200, 200, 429]);
    expect(await tries(true)).toEqual([200, 429, 429]);
  });
});

describe('profileResetUrl', () => {
  test.each([
    ['https://a.example', 'https://a.example?tokenId={{token}}'],
    ['https://a.example/x', 'https://a.example/x?tokenId={{token}}'],
    ['https://a.example/x?', 'https://a.example/x?tokenId={{token}}'],
    ['https://a.example/x?y=1', 'https://a.example/x?y=1&tokenId={{token}}'],
    ['https://a.example/x?y=1#z?a', 'https://a.example/x?y=1&tokenId={{token}}#z?a'],
    ['https://a.example/#/x?y', 'https://a.example/?tokenId={{token}}#/x?y'],
  ])('%s', (url, template) => {
    expect(profileResetUrl(url)).toBe(template);
  });

  test('refuses a placeholder of the caller', () => {
    expect(() => profileResetUrl('https://a.example/?x={{token}}')).toThrow(TypeError);
  });
});

test('a profile can be read, and reading changes nothing', async () => {
  const world = await createWorld();
  const id = await world.addUser(email);
  const before = world.memory.dump();
  const query = `accessTokenId=${world.key}`;
  const answer = await world.call('GET', `/api/1/profile/${id}`, { query });
  expect(bodyOf(answer)).toMatchObject({ username: email, email, id, roles: [], attributes: {} });
  expect((await world.call('HEAD', `/api/1/profile/${id}`, { query })).body).toBe('');
  expect((await world.call('GET', '/api/1/profile/nobody', { query })).status).toBe(404);
  const further = `&resetPasswordUrl=${encodeURIComponent(resetPasswordUrl)}&resetTokenId=x&newPassword=${newPassword}`;
  for (const method of ['GET', 'HEAD']) {
    const reset = await world.call(method, `/api/1/profile/${id}/reset_password`, { query: query + further });
    // Its path is that of a profile with a strange id.
    const change = await world.call(method, '/api/1/profile/change_password', { query: query + further });
    expect([reset.status, change.status]).toEqual([405, 404]);
  }
  expect(world.memory.dump()).toBe(before);
});
