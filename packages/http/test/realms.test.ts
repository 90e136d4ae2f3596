import { createPwreset, realm, type UserId } from '@pwreset/core';
import { manualClock, memoryMailer, memoryStorage, testHasher } from '@pwreset/memory';
import { expect, test } from 'vitest';
import { createHandler, native, profile, profileResetUrl, ssoLinks } from '../src/index.js';

const url = 'https://app.example/reset';

/** Two tenants, each with dialects of its own, and a service whose key works at both. */
async function twoTenants() {
  const mailer = memoryMailer();
  const pwreset = createPwreset({
    storage: memoryStorage(),
    clock: manualClock(),
    mailer,
    hasher: testHasher(),
    secret: 'a secret of thirty-two bytes or more',
    delivery: 'manual',
  });
  const { value } = await pwreset.services.createWithKey({
    name: 'Acme',
    url: 'https://app.example',
    links: ssoLinks('https://app.example/local'),
    resetUrls: [profileResetUrl(url)],
  });
  const tenant = realm('tenant');
  const handle = createHandler({
    pwreset,
    dialects: [
      profile(),
      native(),
      profile({ prefix: '/tenant', realm: tenant }),
      native({ prefix: '/tenant', realm: tenant }),
    ],
  });
  const { id: service } = await pwreset.services.authenticate(value);
  const { user: here } = await pwreset.users.create({
    service,
    email: 'ann@example.com',
    password: 'the old password',
    passwordAllowReset: true,
  });
  const { user: there } = await pwreset.users.create({
    service,
    realm: tenant,
    email: 'ann@example.com',
    password: 'the old password',
    passwordAllowReset: true,
  });
  const call = async (method: string, path: string, query = ''): Promise<number> => {
    const headers = { authorization: `Bearer ${value}` };
    const body = { kind: 'bytes', bytes: new Uint8Array() } as const;
    return (await handle({ method, path, query, headers, body, ip: '192.0.2.1' })).status;
  };
  const asked = async (prefix: string, id: UserId): Promise<readonly number[]> => {
    const key = `accessTokenId=${value}`;
    return [
      await call('GET', `${prefix}/api/1/profile/${id}`, key),
      await call('POST', `${prefix}/api/1/profile/${id}/reset_password`, `${key}&resetPasswordUrl=${url}`),
      await call('POST', `${prefix}/users/${id}/password-resets`),
    ];
  };
  return { asked, here: here.id, there: there.id, pwreset, mailer };
}

test('a service reaches the users of the tenant that a dialect is mounted for, and no others by their ids', async () => {
  const { asked, here, there, pwreset, mailer } = await twoTenants();
  expect(await asked('', there)).toEqual([404, 404, 404]);
  expect(await asked('/tenant', here)).toEqual([404, 404, 404]);
  await pwreset.idle();
  expect(mailer.mails).toEqual([]);
  expect(await asked('', here)).toEqual([200, 200, 202]);
  expect(await asked('/tenant', there)).toEqual([200, 200, 202]);
  await pwreset.idle();
  expect(mailer.mails).toHaveLength(4);
});
