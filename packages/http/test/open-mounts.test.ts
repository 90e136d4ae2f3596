import { realm } from '@pwreset/core';
import { expect, test } from 'vitest';
import { iam, security, securityLinks } from '../src/index.js';
import {
  ann,
  begin,
  confirmCode,
  createOpenWorld,
  invalidLink,
  newPassword,
  password,
  requestCode,
  reset,
  revoke,
  shownOf,
  wrongCode,
} from './open-fixture.js';

const shopUrl = 'https://shop.example/new-password?code={{code}}';

/** Both dialects for the configured service, and below `/shop` once more for a second one and a realm of its own. */
async function twoMounts() {
  const world = await createOpenWorld();
  const { service } = await world.pwreset.services.createWithKey({
    name: 'Shop',
    url: 'https://shop.example',
    links: securityLinks('https://shop.example'),
    resetUrls: [shopUrl],
  });
  const mount = { service: service.id, realm: realm('shop'), prefix: '/shop' };
  world.mount([security(), iam(), { ...security(mount), name: 'shop security' }, { ...iam(mount), name: 'shop iam' }]);
  await world.createUser(ann);
  await world.createUser(ann, { realm: mount.realm, name: 'Ann of the shop' });
  return world;
}

test('a mount serves its own service and realm: mails, links and tokens', async () => {
  const world = await twoMounts();
  await world.post(`/shop${begin}`, { email: ann });
  await world.pwreset.idle();
  expect(world.mailer.lastMail(ann)).toMatchObject({ name: 'Ann of the shop', service: { name: 'Shop' } });
  expect(world.mailer.lastLink(ann)).toMatch(/^https:\/\/shop\.example\/security\/reset-password\/reset\?token=/);
  const token = world.mailedToken('reset');
  expect(shownOf(await world.post(reset, { token, password: newPassword }))).toEqual(invalidLink);
  expect((await world.post(`/shop${reset}`, { token, password: newPassword })).status).toBe(200);
  await world.pwreset.idle();
  const notice = world.mailedToken('reset_notice');
  expect(shownOf(await world.post(revoke, { token: notice }))).toEqual(invalidLink);
  expect((await world.post(`/shop${revoke}`, { token: notice })).status).toBe(200);
  expect(await world.opens(password)).toBe(true);
});

test('and codes', async () => {
  const world = await twoMounts();
  await world.post(`/shop${requestCode}`, { email: ann, resetPasswordUrl: shopUrl });
  await world.pwreset.idle();
  const mail = world.mailer.lastMail(ann, 'reset_code');
  expect(mail).toMatchObject({ name: 'Ann of the shop', service: { name: 'Shop' } });
  const verificationCode = mail.kind === 'reset_code' ? mail.code : '';
  const given = { email: ann, verificationCode, newPassword };
  expect(shownOf(await world.put(confirmCode, given))).toEqual(wrongCode);
  expect((await world.put(`/shop${confirmCode}`, given)).status).toBe(200);
  expect(await world.opens(password)).toBe(true);
});

test('what lies below a prefix is told of in the words of its dialect', async () => {
  const world = await createOpenWorld({ dialects: [security({ prefix: '/one' }), iam({ prefix: '/two' })] });
  for (const [path, json] of [
    ['/one/x', { message: 'There is nothing here.' }],
    ['/two/x', { code: 'not_found', message: 'There is nothing here.' }],
  ] as const) {
    expect(shownOf(await world.post(path, {}))).toEqual({ status: 404, json });
  }
  expect((await world.post(`/one${begin}`, { email: ann })).status).toBe(200);
});

test("the security dialect's mails lead where its resetUrl says, as far as the service permits", async () => {
  const page = 'https://app.example/new-password?token={{token}}';
  const links = securityLinks('app.example');
  const service = { name: 'Acme', url: 'https://app.example', links, resetUrls: [page] };
  const world = await createOpenWorld({ core: { service }, dialects: [security({ resetUrl: page })] });
  await world.createUser();
  expect(await world.resetToken()).toMatch(/^\w{50}$/);
  expect(world.mailer.lastLink(ann)).toMatch(/^https:\/\/app\.example\/new-password\?token=/);

  world.mount([security({ resetUrl: 'https://app.example/other?token={{token}}' })]);
  const refused = await world.post(begin, { email: ann });
  expect(shownOf(refused)).toEqual({
    status: 500,
    json: { message: 'Something went wrong. Please try again later.' },
  });
  expect(await world.post(begin, { email: 'nobody@example.com' })).toEqual(refused);
  expect(world.faults.map(({ fault }) => fault.name)).toEqual(['TypeError', 'TypeError']);
});
