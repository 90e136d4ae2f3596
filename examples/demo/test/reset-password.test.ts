import { expect, test } from 'vitest';
import { call, freshDemo, linkIn, localUrl, mailsOf } from './support.js';

const email = 'ann+test@example.com';
const local = '/v1/auth/provider/local';

/** The requests of the sso documents, as they print them, with the values filled in. */
const createUser = (address = email, more = '') =>
  `{"is_enabled":true,"name":"Ann","email":"${address}","locale":"en","timezone":"Etc/UTC","password_allow_reset":true,"password_require_update":false,"password":"the old password"${more}}`;
const createKey = (userId: string) => `{"is_enabled":true,"type":"TOKEN","name":"phone","user_id":"${userId}"}`;
const login = (password: string) => `{"email":"${email}","password":"${password}"}`;

async function userWithKey(demo: Awaited<ReturnType<typeof freshDemo>>) {
  const user = (await call(demo, 'POST', '/v1/user', createUser())).json['data'];
  if (typeof user !== 'object' || user === null || !('id' in user)) throw new Error('no user');
  const userId = String(user.id);
  const key = (await call(demo, 'POST', '/v1/key', createKey(userId))).json['data'];
  if (typeof key !== 'object' || key === null || !('key' in key) || !('value' in key)) throw new Error('no key');
  const { id } = Object(key.key);
  return { userId, keyId: String(id), keyValue: String(key.value) };
}

async function expectRevoked(
  demo: Awaited<ReturnType<typeof freshDemo>>,
  { userId, keyId, keyValue }: Awaited<ReturnType<typeof userWithKey>>,
  passwords: readonly string[],
): Promise<void> {
  const user = await call(demo, 'GET', `/v1/user/${userId}`);
  expect(user.json['data']).toMatchObject({ id: userId, is_enabled: false });
  const key = await call(demo, 'GET', `/v1/key/${keyId}`);
  expect(key.json['data']).toMatchObject({ is_enabled: false, is_revoked: true });
  expect((await call(demo, 'POST', '/v1/auth/key/verify', `{"key":"${keyValue}"}`)).status).toBe(400);
  for (const password of passwords) {
    expect((await call(demo, 'POST', `${local}/login`, login(password))).status).toBe(400);
  }
}

test('reset password: every request in order, over HTTP, SMTP and a SQLite file', async () => {
  const demo = await freshDemo();
  const made = await userWithKey(demo);
  const begun = await call(demo, 'POST', `${local}/reset-password`, `{"email":"${email}"}`);
  expect(begun).toMatchObject({ status: 200, text: '{}' });

  const [mail] = await mailsOf(demo, 1);
  expect(mail).toMatchObject({ to: email, subject: 'Password Reset Request' });
  expect(mail?.headers['auto-submitted']).toBe('auto-generated');
  const link = linkIn(mail);
  const token = link.searchParams.get('token') ?? '';
  expect(link.href).toBe(`${localUrl}?type=reset_password&email=ann%2Btest%40example.com&token=${token}`);
  expect(mail?.html).toContain(link.href.replaceAll('&', '&amp;'));

  const confirmation = `{"token":"${token}","password":"a brand new password"}`;
  expect(await call(demo, 'POST', `${local}/reset-password/confirm`, confirmation)).toMatchObject({
    status: 200,
    json: { meta: { password_strength: 4 } },
  });
  expect((await call(demo, 'POST', `${local}/login`, login('a brand new password'))).status).toBe(200);
  expect((await call(demo, 'POST', `${local}/login`, login('the old password'))).status).toBe(400);

  const [, notice] = await mailsOf(demo, 2);
  expect(notice).toMatchObject({ to: email, subject: 'Password Reset Confirmed' });
  const revoke = linkIn(notice);
  const revokeToken = revoke.searchParams.get('token') ?? '';
  expect(revoke.href).toBe(
    `${localUrl}?type=reset_password_confirm&email=ann%2Btest%40example.com&token=${revokeToken}`,
  );

  const refused = { status: 400, text: '{"error":"RedactedError","code":3,"message":"RedactedError"}' };
  expect(await call(demo, 'POST', `${local}/reset-password/confirm`, confirmation)).toMatchObject(refused);
  const misused = `{"token":"${revokeToken}","password":"a brand new password"}`;
  expect(await call(demo, 'POST', `${local}/reset-password/confirm`, misused)).toMatchObject(refused);
  expect(await call(demo, 'POST', `${local}/reset-password/revoke`, `{"token":"${token}"}`)).toMatchObject(refused);

  const revocation = `{"token":"${revokeToken}"}`;
  expect(await call(demo, 'POST', `${local}/reset-password/revoke`, revocation)).toMatchObject({
    status: 200,
    text: '{}',
  });
  await expectRevoked(demo, made, ['the old password', 'a brand new password']);
  expect(await call(demo, 'POST', `${local}/reset-password/revoke`, revocation)).toMatchObject(refused);
});

test('update password: every request in order, over HTTP, SMTP and a SQLite file', async () => {
  const demo = await freshDemo();
  const made = await userWithKey(demo);
  const update = `{"email":"${email}","password":"the old password","new_password":"a brand new password"}`;
  expect(await call(demo, 'POST', `${local}/update-password`, update)).toMatchObject({
    status: 200,
    json: { meta: { password_strength: 4 } },
  });
  expect((await call(demo, 'POST', `${local}/login`, login('a brand new password'))).status).toBe(200);
  expect((await call(demo, 'POST', `${local}/login`, login('the old password'))).status).toBe(400);

  const [notice] = await mailsOf(demo, 1);
  expect(notice).toMatchObject({ to: email, subject: 'Password Updated' });
  const link = linkIn(notice);
  const token = link.searchParams.get('token') ?? '';
  expect(link.href).toBe(`${localUrl}?type=update_password&email=ann%2Btest%40example.com&token=${token}`);
  const revocation = `{"token":"${token}","audit":"why"}`;
  const revoked = await call(demo, 'POST', `${local}/update-password/revoke`, revocation);
  expect(revoked.status).toBe(200);
  expect(revoked.json['audit']).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  await expectRevoked(demo, made, ['the old password', 'a brand new password']);
});

test('unknown, disabled and reset-forbidden addresses get the bytes that a known one gets, and no mail', async () => {
  const demo = await freshDemo();
  await call(
    demo,
    'POST',
    '/v1/user',
    createUser('disabled@example.com', ',"is_enabled":false').replace('{"is_enabled":true,', '{'),
  );
  await call(
    demo,
    'POST',
    '/v1/user',
    createUser('forbidden@example.com').replace('allow_reset":true', 'allow_reset":false'),
  );
  const answers = new Set<string>();
  for (const address of ['unknown@example.com', 'disabled@example.com', 'forbidden@example.com', email]) {
    if (address === email) await call(demo, 'POST', '/v1/user', createUser());
    const response = await fetch(`${demo.url}${local}/reset-password`, {
      method: 'POST',
      headers: { authorization: demo.serviceKey, 'content-type': 'application/json' },
      body: `{"email":"${address}"}`,
    });
    const headers = [...response.headers].filter(([name]) => name !== 'date');
    answers.add(JSON.stringify([response.status, headers, await response.text()]));
  }
  expect(answers.size).toBe(1);
  const mails = await mailsOf(demo, 1);
  expect(mails.map((mail) => mail.to)).toEqual([email]);
});
