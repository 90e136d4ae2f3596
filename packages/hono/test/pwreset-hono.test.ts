import { connect, type Socket } from 'node:net';
import type { HttpRequest } from '@pwreset/http';
import { Hono, type MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { secureHeaders } from 'hono/secure-headers';
import { validator } from 'hono/validator';
import { describe, expect, test } from 'vitest';
import { type PwresetHonoOptions, pwresetHono } from '../src/index.js';
import { atRoot, begin, clientIp, head, type Mount, start } from './server.js';

const behind =
  (...middleware: readonly MiddlewareHandler[]): Mount =>
  ({ app, pwreset }) => {
    for (const one of middleware) app.use(one);
    app.use(pwreset);
  };

/** Reads the body in this way before the handler does; what it cannot read it leaves. */
const reads =
  (read: (request: Parameters<MiddlewareHandler>[0]['req']) => Promise<unknown>): MiddlewareHandler =>
  async ({ req }, next) => {
    await read(req).catch(() => null);
    await next();
  };

const mounts: readonly (readonly [string, Mount])[] = [
  ['at the root', atRoot],
  ['behind json()', behind(reads((request) => request.json()))],
  ['behind text()', behind(reads((request) => request.text()))],
  ['behind arrayBuffer()', behind(reads((request) => request.arrayBuffer()))],
  ['behind blob()', behind(reads((request) => request.blob()))],
  ['behind parseBody()', behind(reads((request) => request.parseBody()))],
  ['behind bodyLimit()', behind(bodyLimit({ maxSize: 2_000_000 }))],
  ['before json()', ({ app, pwreset }) => void app.use(pwreset).use(reads((request) => request.json()))],
];

describe.each(mounts)('mounted %s', (_, mount) => {
  test('serves a reset from the first request to the last', async () => {
    const { send, pwreset, mailer, url, key, faults } = await start(mount);
    const email = 'ann@example.com';
    const password = 'correct horse battery';
    const created = await send('/v1/user', { name: 'Änne 🔑', email, password, password_allow_reset: true });
    const body: unknown = await created.json();
    expect([created.status, body]).toMatchObject([200, { data: { name: 'Änne 🔑' } }]);

    const begun = await send(begin, { email });
    expect([begun.status, await begun.text()]).toEqual([200, '{}']);
    expect(Object.fromEntries(begun.headers)).toMatchObject({
      'cache-control': 'no-store',
      'content-length': '2',
      'content-type': 'application/json; charset=utf-8',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    });
    await pwreset.idle();
    const token = new URL(mailer.lastLink(email, 'reset')).searchParams.get('token');
    expect((await send(`${begin}/confirm`, { token, password: 'staple staple staple' })).status).toBe(200);
    const { user } = await pwreset.login({
      email,
      password: 'staple staple staple',
      service: (await pwreset.services.authenticate(key)).id,
    });
    const authorization = { authorization: `Bearer ${key}` };
    expect((await fetch(`${url}/v1/user/${user.id}?x=1`, { headers: authorization })).status).toBe(200);
    const headOnly = await fetch(`${url}/v1/user/${user.id}`, { method: 'HEAD', headers: authorization });
    expect([headOnly.status, await headOnly.text()]).toEqual([200, '']);
    expect(faults).toEqual([]);
  });

  test('refuses a body that is too large or breaks the rules, and a path that is malformed', async () => {
    const { wire, send, url, key, mailer } = await start(mount);
    for (const [body, status] of [
      [`{"email":"ann@example.com"}${' '.repeat(65_537)}`, 413],
      ['{"email":"\\ud800@example.com"}', 400],
      ['', 400],
    ] as const) {
      const answer = await wire(head(key, `Content-Length: ${body.length}`, 'Connection: close'), body);
      expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
      expect(answer).toContain('"error":"ValidationError","code":3');
    }
    expect((await fetch(url + begin, { method: 'POST', headers: { authorization: key } })).status).toBe(400);
    for (const id of ['%zz', '%', '%c3', '%00', '%ff%fe']) {
      const request = `GET /v1/user/${id} HTTP/1.1\r\nHost: x\r\nAuthorization: ${key}\r\nConnection: close\r\n\r\n`;
      expect(await wire(request)).toMatch(/^HTTP\/1\.1 404 /);
    }
    expect((await send(begin, { email: 'ann@example.com' }, { 'content-encoding': 'gzip' })).status).toBe(415);
    expect(mailer.mails).toEqual([]);
  });

  test('answers GET, HEAD and OPTIONS on a POST route without effect', async () => {
    const { url, key, mailer, pwreset } = await start(mount);
    for (const method of ['GET', 'HEAD', 'PUT', 'DELETE']) {
      const answer = await fetch(`${url}${begin}?email=ann@example.com`, { method, headers: { authorization: key } });
      expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST, OPTIONS']);
    }
    const options = await fetch(url + begin, { method: 'OPTIONS' });
    expect([options.status, options.headers.get('allow'), await options.text()]).toEqual([204, 'POST, OPTIONS', '']);
    await pwreset.idle();
    expect(mailer.mails).toEqual([]);
  });
});

describe('the mount', () => {
  test('at the root leaves the application its own routes, bodies untouched', async () => {
    const { send, url } = await start(({ app, pwreset }) => {
      app.use(pwreset);
      app.post('/v1/orders', async (context) => context.json({ own: await context.req.json() }));
    });
    expect(await (await send('/v1/orders', { order: 1 })).json()).toEqual({ own: { order: 1 } });
    expect(await (await fetch(`${url}/v1/nowhere`)).text()).toBe('the application has no such page');
    expect((await send(begin, { email: 'ann@example.com' })).status).toBe(200);
  });

  test.each<[string, Partial<PwresetHonoOptions>, boolean]>([
    ['by default', {}, true],
    ['with passOn: undefined', { passOn: undefined }, true],
    ['with passOn: false not', { passOn: false }, false],
  ])('at the root hands unknown paths on, %s', async (_, options, passesOn) => {
    const { send, url } = await start(({ app, handler }) => {
      app.get('/before', (context) => context.text('before'));
      app.use(pwresetHono(handler, { clientIp, ...options }));
      app.all('*', (context) => context.text('behind', 418));
    });
    expect((await send(begin, { email: 'ann@example.com' })).status).toBe(200);
    expect(await (await fetch(`${url}/before`)).text()).toBe('before');
    for (const path of ['/', '/v1', '/v1/nowhere', '/v1/user/%ff', '//v1/user/x']) {
      const text = await (await fetch(url + path)).text();
      expect([path, text]).toEqual([path, passesOn ? 'behind' : '{"error":"NotFound","code":5,"message":"NotFound"}']);
    }
  });

  test.each<[string, Mount, { readonly prefix?: string }]>([
    ['use', ({ app, pwreset }) => void app.use('/deep/sso/*', pwreset), {}],
    ['all', ({ app, pwreset }) => void app.all('/deep/sso/*', pwreset), {}],
    ['route', ({ app, pwreset }) => void app.route('/deep/sso', new Hono().use(pwreset)), {}],
    ['route and use', ({ app, pwreset }) => void app.route('/deep', new Hono().use('/sso/*', pwreset)), {}],
    ['basePath', ({ app, pwreset }) => void app.basePath('/deep/sso').use(pwreset), {}],
    ['a parameter', ({ app, pwreset }) => void app.use('/:tenant/sso/*', pwreset), {}],
    [
      'a sub-application with its own errors',
      ({ app, pwreset }) => {
        const sub = new Hono().onError((error, context) => context.text(error.message, 500));
        app.route('/deep/sso', sub.use(pwreset));
      },
      {},
    ],
    ['the dialect', atRoot, { prefix: '/deep/sso' }],
    ['both', ({ app, pwreset }) => void app.use('/deep/*', pwreset), { prefix: '/sso' }],
  ])('below a path, by %s, answers everything there', async (_, mount, options) => {
    const { send, url } = await start(mount, options);
    expect((await send(`/deep/sso${begin}`, { email: 'ann@example.com' })).status).toBe(200);
    for (const path of ['/deep/sso', '/deep/sso/', '/deep/sso/v1/nowhere']) {
      const answer = await send(path, {});
      expect([answer.status, await answer.json()]).toEqual([404, { error: 'NotFound', code: 5, message: 'NotFound' }]);
    }
    expect(await (await fetch(`${url}/deeper`)).text()).toBe('the application has no such page');
  });

  test.each(['/:a?/sso/*', '/:a{.+}/sso/*', '/*/sso/*'])('cannot be %s, whose length nobody knows', async (route) => {
    const { url } = await start(({ app, pwreset }) => void app.use(route, pwreset));
    const answer = await fetch(`${url}/deep/sso/v1`);
    expect([answer.status, await answer.text()]).toMatchObject([
      500,
      expect.stringContaining('TypeError: cannot tell'),
    ]);
  });

  test('named by whole paths serves those', async () => {
    const { send } = await start(({ app, pwreset }) => void app.post(begin, pwreset));
    expect((await send(begin, { email: 'ann@example.com' })).status).toBe(200);
    expect(await (await send('/v1/user', {})).text()).toBe('the application has no such page');
  });

  test('works behind a validator, which answers malformed bodies itself', async () => {
    const { send, pwreset, mailer } = await start(behind(validator('json', (value) => value)));
    const email = 'ann@example.com';
    await send('/v1/user', { name: 'Ann', email, password: 'correct horse battery', password_allow_reset: true });
    expect((await send(begin, { email })).status).toBe(200);
    await pwreset.idle();
    expect(mailer.mails).toHaveLength(1);
  });

  test('keeps what other middleware says in headers', async () => {
    const { send } = await start(behind(secureHeaders()));
    const { headers } = await send(begin, { email: 'ann@example.com' });
    expect([headers.get('x-frame-options'), headers.get('cache-control')]).toEqual(['SAMEORIGIN', 'no-store']);
  });
});

describe('the client’s address', () => {
  test.each([
    ['nobody', undefined, '127.0.0.1'],
    ['the proxy', ['loopback'], '198.51.100.7'],
  ])('where %s is trusted', async (_, trustedProxies, ip) => {
    const { send, pwreset, mailer } = await start(({ app, handler }) => {
      app.use(pwresetHono(handler, { clientIp, trustedProxies }));
    });
    const email = 'ann@example.com';
    await send('/v1/user', { name: 'Ann', email, password: 'correct horse battery', password_allow_reset: true });
    await send(begin, { email }, { 'x-forwarded-for': '192.0.2.66, 198.51.100.7', 'user-agent': 'Browser' });
    await pwreset.idle();
    expect(mailer.lastMail(email).client).toEqual({ ip, userAgent: 'Browser' });
  });

  test('is asked for before the body is read', async () => {
    const { app, handler } = memoryless();
    const read: boolean[] = [];
    const options: PwresetHonoOptions = {
      clientIp: ({ req }) => {
        read.push(req.raw.bodyUsed);
        return null;
      },
    };
    await app.use(pwresetHono(handler, options)).request('/', { method: 'POST', body: 'x' });
    expect(read).toEqual([false]);
  });

  test('behind a proxy that is none is refused at the start', () => {
    expect(() => pwresetHono(memoryless().handler, { clientIp, trustedProxies: ['all'] })).toThrow(TypeError);
  });
});

describe('a client that was reset after its body', () => {
  test.each<[string, boolean, PwresetHonoOptions['clientIp']]>([
    ['and that was noticed', true, clientIp],
    ['and nobody noticed yet', false, clientIp],
    ['which has no address, and that was noticed', true, () => null],
  ])('%s, is not served', async (_, noticed, address) => {
    const { handler, asked } = memoryless();
    const closed = Promise.withResolvers<void>();
    const passed = Promise.withResolvers<void>();
    const { port, url, server } = await start(({ app }) => {
      app.use(async ({ req }, next) => {
        await req.text();
        if (req.path !== '/gone') return next();
        socket.resetAndDestroy();
        if (noticed) await closed.promise;
        await next();
        passed.resolve();
      });
      app.use(pwresetHono(handler, { clientIp: address }));
    });
    server.once('connection', (accepted: Socket) => accepted.once('close', () => closed.resolve()));
    const socket = connect(port, '127.0.0.1').on('error', () => {});
    socket.write('POST /gone HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}');
    await passed.promise;
    expect((await fetch(`${url}/still`)).status).toBe(200);
    expect(asked.map(({ path, ip }) => [path, ip])).toEqual([['/still', address === clientIp ? '127.0.0.1' : null]]);
  });
});

/** A handler that keeps what it was asked, and an application without a server. */
function memoryless() {
  const asked: HttpRequest[] = [];
  const answer = async (request: HttpRequest) => {
    asked.push(request);
    return { status: 200, headers: {}, body: '' };
  };
  return { app: new Hono(), asked, handler: Object.assign(answer, { owns: () => true }) };
}

describe('a body that was read before', () => {
  const form = 'a=%C3%A4+1&b=1&b=2&c=';
  const request = { method: 'POST', body: form, headers: { 'content-type': 'application/x-www-form-urlencoded' } };

  test('as a form is taken byte for byte where Hono kept the bytes', async () => {
    const { app, handler, asked } = memoryless();
    app.use(reads((body) => body.parseBody())).use(pwresetHono(handler, { clientIp: () => null }));
    await app.request('/', request);
    expect(asked[0]?.body).toEqual({ kind: 'bytes', bytes: new TextEncoder().encode(form) });
  });

  test('as a form is taken name by name where it did not', async () => {
    const { app, handler, asked } = memoryless();
    app.use(reads((body) => body.formData())).use(pwresetHono(handler, { clientIp: () => null }));
    await app.request('/', request);
    expect(asked[0]?.body).toEqual({ kind: 'parsed', value: { a: 'ä 1', b: ['1', '2'], c: '' } });
  });

  test('behind Hono’s back is an error of the application', async () => {
    const { app, handler, asked } = memoryless();
    app.onError((error, context) => context.text(error.message, 500));
    app.use(reads((body) => body.raw.text())).use(pwresetHono(handler, { clientIp: () => null }));
    const answer = await app.request('/', request);
    expect([answer.status, await answer.text(), asked]).toEqual([500, expect.stringContaining('was read before'), []]);
  });

  test('is measured all the same', async () => {
    const { app, handler, asked } = memoryless();
    app.use(reads((body) => body.text())).use(pwresetHono(handler, { clientIp: () => null }));
    await app.request('/', { method: 'POST', body: 'x'.repeat(65_537) });
    expect(asked[0]?.body).toEqual({ kind: 'too_large' });
  });
});
