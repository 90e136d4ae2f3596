import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import pg from 'pg';
import { describe, expect, inject, onTestFinished, test } from 'vitest';
import { type Demo, startDemo } from '../src/demo.js';
import { type DemoDatabase, frameworks, settingsFrom, sqliteAt } from '../src/settings.js';
import { curl } from './curl.js';
import { call, freshDatabase, linkIn, mailsOf, settingsOf } from './support.js';

/** A database of its own on the server of this run, which goes with the test. */
async function freshPostgres(): Promise<DemoDatabase> {
  const server = inject('postgresServerUrl');
  const name = `pwreset_demo_${randomBytes(6).toString('hex')}`;
  const administer = async (statement: string): Promise<void> => {
    const client = new pg.Client({ connectionString: server });
    await client.connect();
    await client.query(statement).finally(() => client.end());
  };
  await administer(`create database ${name}`);
  onTestFinished(() => administer(`drop database ${name} with (force)`));
  const url = new URL(server);
  url.pathname = `/${name}`;
  const database = settingsFrom({ PWRESET_DB: url.href, INIT_CWD: freshDatabase().replace(/\/[^/]*$/, '') }).database;
  onTestFinished(() => rmSync(database.secretsFile, { force: true }));
  return database;
}

const databases = { sqlite: async () => sqliteAt(freshDatabase()), postgres: freshPostgres };

const json = 'Content-Type: application/json';
const password = 'the old password';

describe.each(['sqlite', 'postgres'] as const)('on %s', (kind) => {
  describe.each(frameworks)('through %s, the requests of the document work as printed:', (framework) => {
    async function started(): Promise<Demo> {
      const demo = await startDemo(settingsOf(await databases[kind](), framework));
      onTestFinished(() => demo.close());
      return demo;
    }

    async function userOf(demo: Demo, email: string): Promise<string> {
      const body = `{"is_enabled":true,"name":"Ann","email":"${email}","locale":"en","timezone":"Etc/UTC","password_allow_reset":true,"password_require_update":false,"password":"${password}"}`;
      const answer = await curl(demo, 'POST', '/v1/user', [json, `Authorization: ${demo.serviceKey}`], body);
      expect(answer.status).toBe(200);
      return String(Object(answer.json['data']).id);
    }

    const logsIn = async (demo: Demo, email: string, candidate: string): Promise<boolean> =>
      (await call(demo, 'POST', '/v1/auth/provider/local/login', JSON.stringify({ email, password: candidate })))
        .status === 200;

    test('sso, a reset that is revoked', async () => {
      const demo = await started();
      const key = [json, `Authorization: ${demo.serviceKey}`];
      const email = 'ann@example.com';
      const id = await userOf(demo, email);
      const local = '/v1/auth/provider/local';
      const made = await curl(
        demo,
        'POST',
        '/v1/key',
        key,
        `{"is_enabled":true,"type":"TOKEN","name":"phone","user_id":"${id}"}`,
      );
      expect(made.status).toBe(200);
      expect(await curl(demo, 'POST', `${local}/reset-password`, key, `{"email":"${email}"}`)).toMatchObject({
        status: 200,
        text: '{}',
      });
      const [mail] = await mailsOf(demo, 1);
      const token = linkIn(mail).searchParams.get('token');
      const confirmed = await curl(
        demo,
        'POST',
        `${local}/reset-password/confirm`,
        key,
        `{"token":"${token}","password":"a brand new password"}`,
      );
      expect(confirmed).toMatchObject({ status: 200, json: { meta: { password_strength: 4 } } });
      expect(await logsIn(demo, email, 'a brand new password')).toBe(true);
      const [, notice] = await mailsOf(demo, 2);
      const revoke = linkIn(notice).searchParams.get('token');
      expect(await curl(demo, 'POST', `${local}/reset-password/revoke`, key, `{"token":"${revoke}"}`)).toMatchObject({
        status: 200,
        text: '{}',
      });
      expect((await call(demo, 'GET', `/v1/user/${id}`)).json['data']).toMatchObject({ is_enabled: false });
      expect(await logsIn(demo, email, 'a brand new password')).toBe(false);
    });

    test('sso, an update that is revoked', async () => {
      const demo = await started();
      const key = [json, `Authorization: ${demo.serviceKey}`];
      const email = 'ann@example.com';
      const id = await userOf(demo, email);
      const local = '/v1/auth/provider/local';
      const update = `{"email":"${email}","password":"${password}","new_password":"a brand new password"}`;
      expect((await curl(demo, 'POST', `${local}/update-password`, key, update)).status).toBe(200);
      const [notice] = await mailsOf(demo, 1);
      const revoke = linkIn(notice).searchParams.get('token');
      expect(await curl(demo, 'POST', `${local}/update-password/revoke`, key, `{"token":"${revoke}"}`)).toMatchObject({
        status: 200,
        text: '{}',
      });
      expect((await call(demo, 'GET', `/v1/user/${id}`)).json['data']).toMatchObject({ is_enabled: false });
    });

    test('security', async () => {
      const demo = await started();
      await userOf(demo, 'test@example.com');
      const header = ['Content-Type: application/json; charset=utf-8'];
      const begin = '/security/reset-password/begin';
      const reset = '/security/reset-password/reset';
      const printed = '{\n  "token": "r8ON0H057qLZbNl5bIfB0CYmLGSEvVri662PWbY2",\n  "password": "!my-NEW-password!"\n}';
      const invalid = {
        status: 400,
        json: { message: 'The reset password link is invalid. Please try to reset your password again.' },
      };
      expect(await curl(demo, 'POST', begin, header, '{\n  "email": "test@example.com"\n}')).toMatchObject({
        status: 200,
        json: { message: 'OK' },
      });
      expect(await curl(demo, 'POST', reset, header, printed)).toEqual({
        ...invalid,
        text: JSON.stringify(invalid.json),
      });
      const [mail] = await mailsOf(demo, 1);
      const link = linkIn(mail);
      expect(link.href.replace(/[^=]*$/, '')).toBe(`${demo.url}${reset}?token=`);
      const token = link.searchParams.get('token') ?? '';
      const good = printed.replace('r8ON0H057qLZbNl5bIfB0CYmLGSEvVri662PWbY2', token);
      expect(await curl(demo, 'POST', reset, header, good)).toMatchObject({ status: 200, json: { message: 'OK' } });
      expect(await logsIn(demo, 'test@example.com', '!my-NEW-password!')).toBe(true);
    });

    test.each(['code', 'link'] as const)('iam, by the %s of the mail', async (by) => {
      const demo = await started();
      await userOf(demo, 'john.doe@example.com');
      const headers = [json, 'X-App-Name: '];
      const begin = '/v1/authentication/users/password/reset-request/email';
      const asked =
        '{\n  "email": "john.doe@example.com",\n  "resetPasswordUrl": "http://iqraa.ai/forgot-password?code={{code}}"\n}';
      expect(await curl(demo, 'POST', begin, headers, asked)).toMatchObject({ status: 200, text: '{}' });
      const printed =
        '{\n  "email": "john.doe@gmail.com",\n  "verificationCode": "XSR89TU",\n  "newPassword": "Secret@slidezAB"\n}';
      expect((await curl(demo, 'PUT', '/v1/authentication/users/password', headers, printed)).status).toBe(400);
      const [mail] = await mailsOf(demo, 1);
      const link = /http:\/\/iqraa\.ai\/forgot-password\?code=([0-9a-z]{50})$/m.exec(mail?.text ?? '')?.[1] ?? '';
      const code = /^[0-9A-Z]{8}$/m.exec(mail?.text ?? '')?.[0] ?? '';
      const good = printed.replace('gmail', 'example').replace('XSR89TU', by === 'code' ? code : link);
      expect(await curl(demo, 'PUT', '/v1/authentication/users/password', headers, good)).toMatchObject({
        status: 200,
        text: '{}',
      });
      expect(await logsIn(demo, 'john.doe@example.com', 'Secret@slidezAB')).toBe(true);
    });

    test.each(['form', 'query'] as const)('profile, its parameters in the %s', async (where) => {
      const demo = await started();
      const id = await userOf(demo, 'john.doe@example.com');
      const path = `/api/1/profile/${id}/reset_password`;
      const parameters = `accessTokenId=${demo.serviceKey}&resetPasswordUrl=http://example.com`;
      const form = ['Content-Type: application/x-www-form-urlencoded'];
      const post = (to: string, given: string) =>
        where === 'form' ? curl(demo, 'POST', to, form, given) : curl(demo, 'POST', `${to}?${given}`, []);
      const answer = await post(path, parameters);
      expect(answer).toMatchObject({
        status: 200,
        json: { id, username: 'john.doe@example.com', enabled: true, roles: [] },
      });
      expect(Object.keys(answer.json)).toEqual([
        'username',
        'email',
        'verified',
        'enabled',
        'createdOn',
        'lastModified',
        'tenant',
        'roles',
        'attributes',
        'id',
      ]);
      const [mail] = await mailsOf(demo, 1);
      const token = /^http:\/\/example\.com\?tokenId=([0-9a-z]{50})$/m.exec(mail?.text ?? '')?.[1] ?? '';
      const change = `accessTokenId=${demo.serviceKey}&resetTokenId=${token}&newPassword=a+brand+new+password`;
      expect(await post('/api/1/profile/change_password', change)).toMatchObject({ status: 200, json: { id } });
      expect(await logsIn(demo, 'john.doe@example.com', 'a brand new password')).toBe(true);
    });
  });
});
