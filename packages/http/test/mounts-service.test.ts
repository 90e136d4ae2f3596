import { createPwreset } from '@pwreset/core';
import { memoryMailer, memoryStorage, testHasher } from '@pwreset/memory';
import { expect, test } from 'vitest';
import { createHandler, iam, native, security, ssoLinks } from '../src/index.js';

/** Services that the storage keeps, and none that is configured. */
async function withoutService() {
  const pwreset = createPwreset({
    storage: memoryStorage(),
    hasher: testHasher(),
    mailer: memoryMailer(),
    secret: 'a secret of thirty-two bytes or more',
    delivery: 'manual',
  });
  const made = await pwreset.services.createWithKey({
    name: 'Acme',
    url: 'https://app.example',
    links: ssoLinks('https://app.example/local'),
  });
  const ask = (path: string, body: unknown, headers: Readonly<Record<string, string>> = {}) => ({
    method: 'POST',
    path,
    query: '',
    headers: { 'content-type': 'application/json', ...headers },
    body: { kind: 'bytes', bytes: new TextEncoder().encode(JSON.stringify(body)) } as const,
    ip: '192.0.2.1',
  });
  return { pwreset, key: made.value, id: made.service.id, ask };
}

const email = 'ann@example.com';

test('native without a service serves those with a key', async () => {
  const { pwreset, key, ask } = await withoutService();
  const handle = createHandler({ pwreset, dialects: [native()] });
  const refused = await handle(ask('/password-resets', { email }));
  expect([refused.status, refused.headers['WWW-Authenticate']]).toEqual([401, 'Bearer realm="pwreset"']);
  expect((await handle(ask('/password-resets', { email }, { authorization: `Bearer ${key}` }))).status).toBe(202);
});

test('security without a service is refused when it is mounted', async () => {
  const { pwreset, id, ask } = await withoutService();
  expect(() => createHandler({ pwreset, dialects: [security()] })).toThrow(TypeError);
  const handle = createHandler({ pwreset, dialects: [security({ service: id })] });
  expect((await handle(ask('/security/reset-password/begin', { email }))).status).toBe(200);
});

test('iam without a service serves those that the header names', async () => {
  const { pwreset, id, ask } = await withoutService();
  const handle = createHandler({ pwreset, dialects: [iam()] });
  const confirmation = { email, verificationCode: 'K7QM2X9D', newPassword: 'a brand new password' };
  const confirm = (headers: Readonly<Record<string, string>>) =>
    handle({ ...ask('/v1/authentication/users/password', confirmation, headers), method: 'PUT' });
  const answers = [await confirm({}), await confirm({ 'x-app-name': id }), await confirm({ 'x-app-name': 'nobody' })];
  expect(answers.map(({ status }) => status)).toEqual([400, 400, 400]);
  expect(new Set(answers.map(({ body }) => body)).size).toBe(1);
});
