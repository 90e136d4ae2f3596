import { connect } from 'node:net';
import { describe, expect, test } from 'vitest';
import { rawRequest } from './raw.js';
import { addresses, createWorld, frameworks, newPassword, storagesBehind, unlimitedCallers } from './world.js';
import { answerOf } from './world-answer.js';
import {
  beginByIdRoutes,
  beginRoutes,
  confirmRoutes,
  named,
  passwordRoutes,
  requestOf,
  revokeRoutes,
} from './world-routes.js';

const email = addresses.known;
const limits = { ...unlimitedCallers, begin_by_address: { capacity: 1_000, refillMs: 1 } } as const;

const every = [...beginRoutes, ...confirmRoutes, ...revokeRoutes].map((route) => ({
  ...route,
  name: `${route.name} ${route.path}`,
}));

/** Spellings of a path that a proxy's rule may not match and a lenient router would. */
const spellings = (path: string): readonly string[] => {
  const last = path.slice(path.lastIndexOf('/') + 1);
  const parent = path.slice(0, path.length - last.length);
  return [
    `/${path}`,
    `${path}/`,
    `${path}//`,
    `${path}/.`,
    `${path}.`,
    `${path}.json`,
    `${path};a=b`,
    `${path}%20`,
    `${path}%00`,
    `${path}%2f`,
    `${path}%3f`,
    `${path}\\`,
    path.replaceAll('/', '//'),
    path.replaceAll('/', '%2f'),
    path.replaceAll('/', '\\'),
    `${parent}%${last.charCodeAt(0).toString(16)}${last.slice(1)}`,
    `${parent}${last.toUpperCase()}`,
    `${parent}x%2f..%2f${last}`,
    `/x%2e%2e${path}`,
    `/public/..;${path}`,
  ].filter((spelling) => spelling !== path);
};

describe.each(frameworks)('on %s', (server) => {
  test.each(every)('next: $name: there is one spelling of its path', async (route) => {
    const world = await createWorld({ server, core: { limits } });
    const token = revokeRoutes.some(({ path }) => path === route.path)
      ? await world.revokeToken()
      : await world.resetToken();
    const before = await world.contents();
    const request = requestOf(route, world.caller, { email, token, newPassword });
    for (const target of spellings(route.path)) {
      const { status } = await world.ask({ ...request, target });
      expect([400, 404, 405], target).toContain(status);
    }
    for (const method of [request.method.toLowerCase(), `${request.method}X`, 'PATCH', 'DELETE']) {
      expect([400, 404, 405, 501], method).toContain((await world.ask({ ...request, method })).status);
    }
    expect(await world.contents()).toBe(before);
    expect((await world.ask(request)).status).toBe(route.status);
  });

  describe.each(storagesBehind[server])('over %s', (storage) => {
    test("next: another service's key is no good for a service's token, and does not spend it", async () => {
      const world = await createWorld({ server, storage, core: { limits } });
      const token = await world.resetToken();
      const before = await world.contents();
      const by = { key: world.other.key };
      for (const route of confirmRoutes.filter(({ key }) => key !== 'none')) {
        const { status } = await world.call(route, { email, token, newPassword }, { by });
        expect(status, route.name).toBe(route.refusals?.token ?? 400);
      }
      // Where no key is asked for, one that comes along still says who calls.
      const headers = [['Authorization', `Bearer ${world.other.key}`]] as const;
      for (const name of ['native', 'native code']) {
        const { status } = await world.call(named(confirmRoutes, name), { email, token, newPassword }, { headers });
        expect(status, name).toBe(400);
      }
      const app = await world.call(
        named(confirmRoutes, 'iam'),
        { email, token, newPassword },
        { headers: [['X-App-Name', world.other.id]] },
      );
      expect(app.status).toBe(400);
      expect(await world.contents()).toBe(before);

      expect((await world.call(named(confirmRoutes, 'sso'), { token, newPassword })).status).toBe(200);
      await world.pwreset.idle();
      const revoke = world.mailedToken('reset_notice');
      expect((await world.call(named(revokeRoutes, 'sso reset'), { token: revoke }, { by })).status).toBe(400);
      expect((await world.call(named(revokeRoutes, 'native'), { token: revoke }, { headers })).status).toBe(400);
      expect((await world.call(named(revokeRoutes, 'sso update'), { token: revoke })).status).toBe(200);
    });
  });

  test("next: a key of a user's own is no service's, however it is sent", async () => {
    const world = await createWorld({ server });
    const { value } = await world.pwreset.keys.create({ type: 'KEY', name: 'phone', userId: world.known });
    const before = await world.contents();
    const by = { key: value };
    for (const route of [...beginRoutes, ...beginByIdRoutes, ...passwordRoutes, ...confirmRoutes].filter(
      ({ key }) => key !== 'none',
    )) {
      const { status } = await world.call(route, { email, token: 'x', password: 'x', newPassword }, { by });
      expect([401, 403], route.name).toContain(status);
    }
    for (const authorization of [
      `Basic ${Buffer.from(`x:${world.caller.key}`).toString('base64')}`,
      `Bearer ${world.caller.key}, ${value}`,
      `Bearer`,
      `Bearer ${world.caller.key} x`,
    ]) {
      const headers = [['Authorization', authorization]] as const;
      expect((await world.call(named(beginRoutes, 'sso'), { email }, { headers })).status, authorization).toBe(401);
    }
    expect(await world.contents()).toBe(before);
  });

  /** What ends a line somewhere, in headers as they can come. */
  const agents = [
    'x\u0085y\u00a0z',
    'a\tb\u00ad',
    '\u00e2\u0080\u00a8line\u00e2\u0080\u00a9paragraph',
    'x'.repeat(5_000),
    '<script>alert(1)</script>{{token}}{{code}}',
    '%0d%0aBcc: evil@example.com',
    '=?utf-8?Q?=0D=0ABcc:_evil@example.com?=',
  ];

  test('next: a user agent reaches mails and events as one bounded line', async () => {
    const world = await createWorld({ server, core: { limits } });
    for (const agent of agents) {
      world.mailer.clear();
      const headers = [['User-Agent', agent]] as const;
      await world.call(named(beginRoutes, 'security'), { email }, { headers });
      await world.pwreset.idle();
      const token = world.mailedToken('reset');
      expect((await world.call(named(confirmRoutes, 'security'), { token, newPassword }, { headers })).status).toBe(
        200,
      );
      await world.pwreset.idle();
      const shown = world.mailer.mails.map(({ client }) => client.userAgent ?? '');
      expect(shown).toHaveLength(2);
      for (const text of shown) {
        expect(text.length).toBeLessThanOrEqual(300);
        expect(text).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
      }
      const link = world.mailer.lastLink(email);
      expect(link).toMatch(/^https:\/\/app\.example\/not-me\?token=[0-9a-z]{50}$/);
    }
  });

  test('next: a header that is split by line ends is no header', async () => {
    const world = await createWorld({ server });
    const request = requestOf(named(beginRoutes, 'security'), world.caller, { email });
    for (const [name, value] of [
      ['User-Agent', 'x\r\nX-Forwarded-For: 203.0.113.1'],
      ['User-Agent', 'x\rBcc: evil@example.com'],
      ['User-Agent', 'x\nBcc: evil@example.com'],
      ['User-Agent', 'x\u0000y'],
    ] as const) {
      const { status, text } = await world.ask({ ...request, headers: [...(request.headers ?? []), [name, value]] });
      expect([200, 400]).toContain(status);
      expect(text).not.toContain('evil');
    }
    await world.pwreset.idle();
    for (const { client, to } of world.mailer.mails) {
      expect(to).toBe(email);
      expect(client).toEqual({ ip: '127.0.0.1', userAgent: 'x' });
    }
  });

  test('next: hopping through a /64, or through spellings of one address, is no second budget', async () => {
    const world = await createWorld({
      server,
      trustedProxies: ['loopback'],
      core: { limits: { begin_by_address: limits.begin_by_address } },
    });
    const open = named(beginRoutes, 'security');
    const from = async (ip: string, count: number): Promise<number> => {
      const headers = [['X-Forwarded-For', ip]] as const;
      return (await world.call(open, { email: `user${count}@example.com` }, { headers })).status;
    };
    const statuses: number[] = [];
    for (let count = 0; count < 64; count += 1) {
      statuses.push(await from(`2001:db8:0:1:${(count * 7919).toString(16).slice(-4)}::${count.toString(16)}`, count));
    }
    expect(statuses).toEqual([...Array(60).fill(200), ...Array(4).fill(429)]);
    expect(await from('2001:DB8:0:1::1', 100)).toBe(429);
    expect(await from('2001:0db8:0000:0001:0000:0000:0000:0001', 101)).toBe(429);
    expect(await from('2001:db8:0:2::1', 102)).toBe(200);

    for (let count = 0; count < 60; count += 1) await from('203.0.113.7', count);
    for (const same of ['203.0.113.7', '::ffff:203.0.113.7', '::ffff:cb00:7107', '0:0:0:0:0:ffff:203.0.113.7']) {
      expect(await from(same, 103), same).toBe(429);
    }
    // What the client wrote in front of what the proxy heard is nobody's address.
    expect(await from('198.51.100.1, 203.0.113.7', 104)).toBe(429);
    expect(await from('203.0.113.8', 105)).toBe(200);
  });

  test('next: whoever has a whole /48 has a wider budget, and no more than that', async () => {
    const world = await createWorld({
      server,
      trustedProxies: ['loopback'],
      core: { limits: { begin_by_address: limits.begin_by_address, ip_wide: { capacity: 100, refillMs: 1_000 } } },
    });
    const statuses: number[] = [];
    for (let count = 0; count < 104; count += 1) {
      const headers = [['X-Forwarded-For', `2001:db8:0:${count.toString(16)}::1`]] as const;
      statuses.push(
        (await world.call(named(beginRoutes, 'native link'), { email: `user${count}@example.com` }, { headers }))
          .status,
      );
    }
    expect(statuses.filter((status) => status === 429)).toHaveLength(4);
  });

  test('next: a body that does not come on holds up nobody, and one that breaks off does nothing', async () => {
    const world = await createWorld({ server, core: { limits } });
    const bytes = Buffer.from(rawRequest(requestOf(named(beginRoutes, 'security'), world.caller, { email })));
    const { hostname, port } = new URL(world.url);
    const slow = Array.from({ length: 20 }, () => {
      const socket = connect(Number(port), hostname);
      socket.on('error', () => undefined);
      socket.write(bytes.subarray(0, -5));
      return socket;
    });
    const [first, ...others] = slow;
    if (first === undefined) throw new Error('no connection');
    expect((await world.call(named(beginRoutes, 'native link'), { email: addresses.unknown })).status).toBe(202);
    const chunks: Uint8Array[] = [];
    first.on('data', (chunk) => chunks.push(chunk));
    for (const socket of others) socket.destroy();
    const before = world.events.filter(({ type }) => type === 'reset_requested').length;
    first.write(bytes.subarray(-5));
    await new Promise((resolve) => first.once('close', resolve));
    expect(answerOf(Buffer.concat(chunks)).status).toBe(200);
    expect(world.events.filter(({ type }) => type === 'reset_requested')).toHaveLength(before + 1);
    expect(before).toBe(1);
    expect(world.faults).toEqual([]);
  });

  test('next: two requests in one, by two lengths or by a length and chunks, are never two', async () => {
    const world = await createWorld({ server });
    const inner = Buffer.from(rawRequest(requestOf(named(beginRoutes, 'security'), world.caller, { email }))).toString(
      'latin1',
    );
    const head = (...lines: readonly string[]): string =>
      ['POST /password-resets HTTP/1.1', 'Host: x', 'Content-Type: application/json', ...lines, '', ''].join('\r\n');
    for (const smuggled of [
      `${head('Content-Length: 4', 'Transfer-Encoding: chunked')}0\r\n\r\n${inner}`,
      `${head('Content-Length: 2', `Content-Length: ${inner.length + 2}`)}{}${inner}`,
      `${head('Transfer-Encoding: chunked, identity')}0\r\n\r\n${inner}`,
      `${head('Transfer-Encoding : chunked')}0\r\n\r\n${inner}`,
      `${head('Transfer-Encoding: xchunked')}0\r\n\r\n${inner}`,
      `${head('Content-Length: +2')}{}${inner}`,
    ]) {
      const { status } = await world.write(smuggled);
      expect(status, smuggled.slice(0, 160)).toBe(400);
    }
    await world.pwreset.idle();
    expect(world.mailer.mails).toEqual([]);
  });
});
