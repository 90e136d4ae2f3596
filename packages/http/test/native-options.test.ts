import { realm, serviceId } from '@pwreset/core';
import { describe, expect, test } from 'vitest';
import { createHandler, native } from '../src/index.js';
import { bytes, createWorld, email, newPassword, password, problemOf } from './service-fixture.js';

describe('options', () => {
  test('the well-known page leads where the configuration says, at the root', async () => {
    const url = 'https://app.example/account/paßwort?x=1';
    const world = await createWorld({ native: { prefix: '/auth', changePasswordUrl: url } });
    for (const headers of [{}, { host: 'evil.example', authorization: 'Bearer x' }]) {
      const answer = await world.call('GET', '/.well-known/change-password', { headers });
      expect([answer.status, answer.body]).toEqual([302, '']);
      expect(answer.headers['Location']).toBe('https://app.example/account/pa%C3%9Fwort?x=1');
    }
    expect(problemOf(await world.call('POST', '/.well-known/change-password'))).toEqual(['405 method_not_allowed']);
    expect((await world.post('/auth/password-resets', { email })).status).toBe(202);
    const without = await createWorld();
    expect(problemOf(await without.call('GET', '/.well-known/change-password'))).toEqual(['404 not_found']);
  });

  test('the well-known page can be had alone, for a handler of its own at the root', async () => {
    const { pwreset } = await createWorld();
    const whole = native({ changePasswordUrl: 'https://app.example/account' });
    const atTheRoot = { ...whole, routes: whole.routes.filter(({ wellKnown }) => wellKnown) };
    const handle = createHandler({ pwreset, dialects: [atTheRoot] });
    expect(['/.well-known/change-password', '/password-resets', '/'].map(handle.owns)).toEqual([true, false, false]);
  });

  test.each(['http://localhost:3000/x', 'http://127.0.0.1/x', 'http://[::1]/x'])('%s is at home', (url) => {
    expect(native({ changePasswordUrl: url }).routes).toHaveLength(9);
  });

  test.each([
    '/account',
    '//app.example',
    'http://app.example',
    'http://localhost.example',
    'javascript:alert(1)',
    'https://u:p@app.example',
    'data:,x',
    '',
  ])('%j is nowhere to send people', (changePasswordUrl) => {
    expect(() => native({ changePasswordUrl })).toThrow(TypeError);
  });

  test('the service of a mount', async () => {
    const world = await createWorld();
    await world.addUser(email);
    const handle = createHandler({
      pwreset: world.pwreset,
      dialects: [native({ service: world.caller.id, prefix: '/p' }), native({ service: serviceId('default') })],
    });
    const begin = (path: string) =>
      handle({
        method: 'POST',
        path,
        query: '',
        headers: { 'content-type': 'application/json' },
        body: bytes(JSON.stringify({ email })),
        ip: null,
      });
    await begin('/p/password-resets');
    await begin('/password-resets');
    await world.pwreset.idle();
    expect(world.mailer.mails.map(({ service }) => service.name).toSorted()).toEqual(['Acme', 'Portal']);
  });

  test('the tenant of a mount', async () => {
    const world = await createWorld({ native: { realm: realm('acme') } });
    await world.addUser(email);
    await world.post('/password-resets', { email });
    await world.post('/password-codes', { email });
    await world.pwreset.idle();
    expect(world.mailer.mails).toEqual([]);
    expect((await world.post('/password-changes', { email, password, newPassword })).status).toBe(403);

    await world.addUser(email, { realm: realm('acme'), password: 'another good password' });
    await world.clock.advance(3_600_000);
    await world.post('/password-codes', { email });
    const fields = { email, code: await world.mailedCode(), password: newPassword };
    expect((await world.post('/password-codes/confirm', fields)).status).toBe(200);
    const back = { email, password: newPassword, newPassword: 'another good password' };
    expect((await world.post('/password-changes', back)).status).toBe(200);
    expect(await world.worksNow(password)).toBe(true);
  });

  test('the application may say whose a key is', async () => {
    const world = await createWorld({
      native: { serviceOf: async (key) => (key === 'own' ? serviceId('default') : null) },
    });
    const id = await world.addUser(email);
    expect((await world.post(`/users/${id}/password-resets`, {}, { key: 'own' })).status).toBe(202);
    expect((await world.post(`/users/${id}/password-resets`, {}, { key: world.key })).status).toBe(401);
  });
});
