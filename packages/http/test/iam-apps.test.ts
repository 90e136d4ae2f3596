import { type ServiceId, serviceId } from '@pwreset/core';
import { describe, expect, test, vi } from 'vitest';
import { type IamOptions, iam, securityLinks } from '../src/index.js';
import {
  ann,
  badInput,
  confirmCode,
  createOpenWorld,
  newPassword,
  ownPassword,
  password,
  requestCode,
  resetPasswordUrl,
  shownOf,
  wrongCode,
} from './open-fixture.js';

const shopUrl = 'https://shop.example/new-password?code={{code}}';
const notAllowed = badInput({ field: 'resetPasswordUrl', problem: 'not_allowed' });
const app = (name: string | readonly string[]) => ({ headers: { 'x-app-name': name } });

/** A world with a second service; `apps` is filled once its id is known. */
async function withShop(options: IamOptions = {}, apps: Record<string, ServiceId> = {}) {
  const world = await createOpenWorld({ dialects: [iam(options)] });
  const { service } = await world.pwreset.services.createWithKey({
    name: 'Shop',
    url: 'https://shop.example',
    links: securityLinks('shop.example'),
    resetUrls: [shopUrl],
  });
  apps['shop'] = service.id;
  const begin = (name: string | readonly string[], email: string = ann, url: string = shopUrl) =>
    world.post(requestCode, { email, resetPasswordUrl: url }, app(name));
  return { ...world, shop: service.id, begin };
}

describe('X-App-Name', () => {
  test('is the id of a service', async () => {
    const world = await withShop();
    await world.createUser();
    expect((await world.begin(world.shop)).body).toBe('{}');
    await world.pwreset.idle();
    expect(world.mailer.lastMail(ann)).toMatchObject({ kind: 'reset_code', service: { name: 'Shop' } });
    expect(world.mailer.lastLink(ann)).toMatch(/^https:\/\/shop\.example\/new-password\?code=/);
  });

  test('is one of the names that `apps` knows, and then no id', async () => {
    const apps: Record<string, ServiceId> = {};
    const world = await withShop({ apps }, apps);
    await world.createUser();
    expect((await world.begin(' shop ')).body).toBe('{}');
    await world.pwreset.idle();
    expect(world.mailer.lastMail(ann)).toMatchObject({ service: { name: 'Shop' } });
    for (const name of [world.shop, 'default', 'Shop', 'toString', '__proto__', 'constructor', 'shop, shop']) {
      expect(shownOf(await world.begin(name))).toEqual(notAllowed);
      expect(shownOf(await world.begin(name, ann, resetPasswordUrl))).toEqual(notAllowed);
    }
  });

  test.each(['', '   '])('where it is %j, and where there is none, it is the default service', async (name) => {
    const world = await withShop();
    await world.createUser();
    expect((await world.begin(name, ann, resetPasswordUrl)).body).toBe('{}');
    await world.pwreset.idle();
    expect(world.mailer.lastMail(ann)).toMatchObject({ service: { name: 'Acme' } });
    expect(shownOf(await world.begin(name, ann, shopUrl))).toEqual(notAllowed);
    expect((await world.mailedCode()).code).toMatch(/^\w{8}$/);
  });

  test("the default service is the mount's, where that names one", async () => {
    const world = await withShop();
    const mounted = await createOpenWorld({ dialects: [iam({ service: serviceId('nobody') })] });
    expect((await world.begin('', ann, resetPasswordUrl)).status).toBe(200);
    const refused = await mounted.post(requestCode, { email: ann, resetPasswordUrl });
    expect(shownOf(refused)).toEqual(notAllowed);
  });

  test.each(['nobody', 'x'.repeat(16_000), 'a\u0000b', '\ud800', ['shop', 'default'], ['', '']])(
    'an unknown one is refused at begin alike for every address (%j)',
    async (name) => {
      const world = await withShop();
      await world.createUser();
      const before = world.kept();
      const asked = vi.spyOn(world.storage, 'findService');
      const known = await world.begin(name);
      expect(shownOf(known)).toEqual(notAllowed);
      expect(await world.begin(name, 'nobody@example.com')).toEqual(known);
      expect(await world.begin(name, ann, resetPasswordUrl)).toEqual(known);
      // What no id can be does not reach the storage; a database may not even take it.
      if (name !== 'nobody') expect(asked.mock.calls).toEqual(Array(3).fill(['']));
      expect(world.kept()).toBe(before);
      expect(world.faults).toEqual([]);
    },
  );

  test('a code is wrong under any other name, known or not, and stays good under its own', async () => {
    const world = await withShop();
    await world.createUser();
    await world.begin(world.shop);
    await world.pwreset.idle();
    const mail = world.mailer.lastMail(ann, 'reset_code');
    const code = mail.kind === 'reset_code' ? mail.code : '';
    const token = world.mailedToken('reset_code');
    const confirm = (verificationCode: string, name: string | readonly string[]) =>
      world.put(confirmCode, { email: ann, verificationCode, newPassword }, app(name));
    const other = await confirm(code, '');
    for (const refused of [other, await confirm(code, 'nobody'), await confirm(token, ['a', 'b'])]) {
      expect(shownOf(refused)).toEqual(wrongCode);
      expect(refused).toEqual(other);
    }
    expect((await confirm(code, world.shop)).body).toBe('{}');
  });

  test('says in whose name a password is updated, and nothing is done in the name of nobody', async () => {
    const people: { id?: Awaited<ReturnType<typeof world.createUser>>['id'] } = {};
    const world = await withShop({ currentUser: async () => people.id ?? null });
    const { id } = await world.createUser();
    people.id = id;
    const update = (currentPassword: string, wanted: string, name: string) =>
      world.put(ownPassword(id), { currentPassword, newPassword: wanted }, app(name));
    expect(shownOf(await update(password, newPassword, 'nobody'))).toEqual({
      status: 400,
      json: { code: 'service_not_found', message: 'There is no such application.' },
    });
    expect(await world.opens(password)).toBe(true);
    expect((await update(password, newPassword, world.shop)).body).toBe('{}');
    await world.pwreset.idle();
    expect(world.mailer.lastMail(ann)).toMatchObject({ kind: 'update_notice', service: { name: 'Shop' } });
    expect(world.mailer.lastLink(ann)).toMatch(/^https:\/\/shop\.example\//);
  });
});
