import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { accountPage } from '../src/pages.js';
import { freshDemo } from './support.js';
import { wire } from './wire.js';

const paths = [
  '/',
  '/mailbox',
  '/MAILBOX/',
  '/mailbox.json',
  '/account?type=reset_password&token=abc',
  '/security/reset-password/reset?token=abc',
];

test('pages are not stored, sniffed, framed or run, and tell nobody where one was', async () => {
  const demo = await freshDemo();
  for (const path of paths) {
    const { headers } = await fetch(demo.url + path, { redirect: 'manual' });
    expect(Object.fromEntries(headers)).toMatchObject({
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    });
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toMatch(/^default-src 'none'; style-src 'sha256-[\w+/]{43}='; .*frame-ancestors 'none'$/);
  }
  const page = await fetch(demo.mailbox);
  const style = /<style>(.*)<\/style>/s.exec(await page.text())?.[1] ?? '';
  const hash = createHash('sha256').update(style).digest('base64');
  expect(page.headers.get('content-security-policy')).toContain(`'sha256-${hash}'`);
});

test('only who asks under a name of this machine sees them (DNS rebinding)', async () => {
  const demo = await freshDemo();
  const foreign = ['evil.example', 'evil.example:8042', '127.0.0.1.evil.example', 'localhost.evil.example', '0.0.0.0'];
  for (const path of paths) {
    for (const host of foreign) {
      const { status, body } = await wire(demo, path, { host });
      expect([path, host, status, body]).toEqual([
        path,
        host,
        421,
        '{"error":"MisdirectedRequest","code":3,"message":"MisdirectedRequest"}',
      ]);
    }
  }
  for (const host of ['127.0.0.1', 'localhost', 'LOCALHOST:1', '[::1]', '[::1]:8042']) {
    expect((await wire(demo, '/mailbox', { host })).status).toBe(200);
  }
});

const url = 'http://127.0.0.1:8042';

test('the account page shows the call that a link stands for', () => {
  expect(accountPage(url, new URLSearchParams('type=reset_password&token=abc'))).toContain(
    'http://127.0.0.1:8042/v1/auth/provider/local/reset-password/confirm',
  );
  expect(accountPage(url, new URLSearchParams('type=update_password&token=abc'))).toContain('update-password/revoke');
});

test.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', ''])(
  'the account page knows no type %j',
  (type) => {
    const query = new URLSearchParams({ type, token: 'abc' });
    expect(accountPage(url, query)).toContain('This page is where the links of the mails lead.');
  },
);

test('without a type it shows the call for the link of any dialect', () => {
  expect(accountPage(url, new URLSearchParams({ token: 'abc' }))).toContain(`${url}/password-resets/confirm`);
});

test('the account page puts nothing into its markup that is no token', () => {
  for (const token of ['<b>', 'a"b', '', "a'b"]) {
    const query = new URLSearchParams({ type: 'reset_password', token });
    expect(accountPage(url, query)).toContain('where the links of the mails lead');
  }
  expect(accountPage(url, new URLSearchParams('type=reset_password'))).toContain('where the links of the mails lead');
});

test('a type that every object has is no fault', async () => {
  const demo = await freshDemo();
  for (const type of ['__proto__', 'constructor']) {
    expect((await fetch(`${demo.url}/account?type=${type}&token=abc`)).status).toBe(200);
  }
});
