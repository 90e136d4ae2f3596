import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { type PwresetExpressOptions, pwresetExpress } from '../src/index.js';
import { atRoot, begin, frameworks, head, type Mount, start } from './server.js';

const mounts: readonly (readonly [string, Mount])[] = [
  ['at the root', atRoot],
  [
    'behind express.json() and express.urlencoded()',
    ({ app, pwreset, framework }) => {
      app.use(framework.json({ limit: '2mb' }), framework.urlencoded({ extended: false }), pwreset);
    },
  ],
  [
    'behind express.json() and something slow',
    ({ app, pwreset, framework }) => {
      app.use(framework.json({ limit: '2mb' }));
      // Node destroys what was read to its end, although its client is still there.
      app.use((request, _response, next) => {
        if (request.readableEnded && !request.destroyed) request.once('close', () => next());
        else next();
      });
      app.use(pwreset);
    },
  ],
  [
    'behind express.raw()',
    ({ app, pwreset, framework }) => {
      app.use(framework.urlencoded({ extended: true }), framework.raw({ type: '*/*', limit: '2mb' }), pwreset);
    },
  ],
  [
    'behind express.text()',
    ({ app, pwreset, framework }) => {
      app.use(framework.text({ type: () => true, limit: '2mb' }), pwreset);
    },
  ],
  [
    'behind a parser for other media types',
    ({ app, pwreset, framework }) => {
      app.use(framework.json({ type: 'application/vnd.other+json' }), pwreset);
    },
  ],
];

const everyMount = frameworks.flatMap(([name, framework]) =>
  mounts.map(([where, mount]) => [name, where, framework, mount] as const),
);

describe.each(everyMount)('%s, mounted %s', (_name, _where, framework, mount) => {
  test('serves a reset from the first request to the last', async () => {
    const { send, pwreset, mailer, url, key, faults } = await start(framework, mount);
    const email = 'ann@example.com';
    const password = 'correct horse battery';
    const created = await send('/v1/user', { name: 'Änne 🔑', email, password, password_allow_reset: true });
    expect(created.status).toBe(200);
    const body: unknown = await created.json();
    expect(body).toMatchObject({ data: { name: 'Änne 🔑' } });

    const begun = await send(begin, { email });
    expect([begun.status, await begun.text()]).toEqual([200, '{}']);
    expect(Object.fromEntries(begun.headers)).toMatchObject({
      'cache-control': 'no-store',
      'content-length': '2',
      'content-type': 'application/json; charset=utf-8',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    });
    expect(begun.headers.has('set-cookie')).toBe(false);
    await pwreset.idle();
    const token = new URL(mailer.lastLink(email, 'reset')).searchParams.get('token');
    expect((await send(`${begin}/confirm`, { token, password: 'staple staple staple' })).status).toBe(200);
    const login = await send('/v1/auth/provider/local/login', { email, password: 'staple staple staple' });
    expect(login.status).toBe(200);

    const { id } = await pwreset
      .login({ email, password: 'staple staple staple', service: (await pwreset.services.authenticate(key)).id })
      .then(({ user }) => user);
    const read = await fetch(`${url}/v1/user/${id}?x=1`, { headers: { authorization: `Bearer ${key}` } });
    expect(read.status).toBe(200);
    const headOnly = await fetch(`${url}/v1/user/${id}`, { method: 'HEAD', headers: { authorization: key } });
    expect([headOnly.status, await headOnly.text()]).toEqual([200, '']);
    expect(faults).toEqual([]);
  });

  test('refuses 1 MB without taking it in, and hangs up', async () => {
    const { wire, key, mailer } = await start(framework, mount);
    const megabyte = `{"email":"ann@example.com"}${' '.repeat(1_048_576)}`;
    const answer = await wire(head(key, `Content-Length: ${megabyte.length}`), megabyte);
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    expect(mailer.mails).toEqual([]);
  });

  test('refuses a lone surrogate, a malformed path and an empty body', async () => {
    const { wire, key, send, url } = await start(framework, mount);
    const text = '{"email":"\\ud800@example.com"}';
    expect(await wire(head(key, `Content-Length: ${text.length}`, 'Connection: close'), text)).toMatch(
      /^HTTP\/1\.1 400 /,
    );
    for (const id of ['%zz', '%', '%c3', '%00', '%ff%fe']) {
      const request = `GET /v1/user/${id} HTTP/1.1\r\nHost: x\r\nAuthorization: ${key}\r\nConnection: close\r\n\r\n`;
      expect(await wire(request)).toMatch(/^HTTP\/1\.1 404 /);
    }
    expect((await send(begin, undefined)).status).toBe(400);
    expect((await fetch(url + begin, { method: 'POST', headers: { authorization: key } })).status).toBe(400);
  });

  test('answers GET, HEAD and OPTIONS on a POST route without effect', async () => {
    const { url, key, mailer, pwreset } = await start(framework, mount);
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

test.each(frameworks)('%s: what a parser with a larger limit took in is refused', async (_, framework) => {
  const { url, key, send } = await start(framework, ({ app, pwreset }) => {
    app.use(framework.json({ limit: '5mb' }), pwreset);
  });
  const json = JSON.stringify({ email: 'ann@example.com', more: 'x'.repeat(3_000_000) });
  const headers = { authorization: key, 'content-type': 'application/json' };
  const init = { method: 'POST', headers, body: new Blob([json]).stream(), duplex: 'half' };
  expect((await fetch(url + begin, init)).status).toBe(413);
  const body = gzipSync('{"email":"ann@example.com"}');
  const packed = { method: 'POST', headers: { ...headers, 'content-encoding': 'gzip' }, body };
  expect((await fetch(url + begin, packed)).status).toBe(415);
  expect((await send(begin, { email: 'ann@example.com' })).status).toBe(200);
});

describe.each(frameworks)('%s: the mount', (_, framework) => {
  const own: Mount = ({ app, pwreset }) => {
    app.use(pwreset);
    app.all('/v1/orders', framework.json(), (request, response) => {
      response.json({ own: request.body });
    });
  };

  test('at the root leaves the application its own routes, bodies untouched', async () => {
    const { send, url } = await start(framework, own);
    const answer = await send('/v1/orders', { order: 1 });
    expect(await answer.json()).toEqual({ own: { order: 1 } });
    expect((await fetch(`${url}/v1/nowhere`)).headers.get('content-type')).toContain('text/html');
    expect((await send(begin, { email: 'ann@example.com' })).status).toBe(200);
  });

  test.each<[string, PwresetExpressOptions | undefined, boolean]>([
    ['by default', undefined, true],
    ['with passOn', { passOn: true }, true],
    ['with passOn: undefined', { passOn: undefined }, true],
    ['with passOn: false not', { passOn: false }, false],
  ])('at the root hands unknown paths on, %s', async (_, options, passesOn) => {
    const { send, wire } = await start(framework, ({ app, handler }) => {
      app.get('/before', (_request, response) => void response.send('before'));
      app.use(pwresetExpress(handler, options));
      app.use((_request, response) => void response.status(418).send('behind'));
    });
    expect((await send(begin, { email: 'ann@example.com' })).status).toBe(200);
    for (const [path, known] of [
      ['/before', 'before'],
      ...['/', '/v1', '/v1/nowhere', '/v1/user/%ff', '//v1/user/x', '*'].map((unknown) => [unknown, null]),
    ] satisfies (readonly (string | null)[])[]) {
      const answer = await wire(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
      const [, body] = answer.split('\r\n\r\n');
      expect([path, body]).toEqual([
        path,
        known ?? (passesOn ? 'behind' : '{"error":"NotFound","code":5,"message":"NotFound"}'),
      ]);
    }
  });

  test.each([
    ['by Express', ({ app, pwreset }) => void app.use('/deep/sso', pwreset), {}],
    ['by the dialect', atRoot, { prefix: '/deep/sso' }],
    ['by both', ({ app, pwreset }) => void app.use('/deep', pwreset), { prefix: '/sso' }],
  ] satisfies [string, Mount, { prefix?: string }][])(
    'below a path, %s, answers everything there',
    async (_, mount, options) => {
      const { send, url } = await start(framework, mount, options);
      expect((await send(`/deep/sso${begin}`, { email: 'ann@example.com' })).status).toBe(200);
      for (const path of ['/deep/sso', '/deep/sso/', '/deep/sso/v1/nowhere']) {
        const answer = await send(path, {});
        expect([answer.status, await answer.json()]).toEqual([
          404,
          { error: 'NotFound', code: 5, message: 'NotFound' },
        ]);
      }
      expect((await send(begin, {})).headers.get('content-type')).toContain('text/html');
      expect((await fetch(`${url}/deeper`)).headers.get('content-type')).toContain('text/html');
    },
  );

  test.each([
    [false, '127.0.0.1'],
    [1, '198.51.100.7'],
  ])('with trust proxy %j the client is %s', async (trust, ip) => {
    const { send, pwreset, mailer } = await start(framework, ({ app, pwreset }) => {
      app.set('trust proxy', trust).use(pwreset);
    });
    await send('/v1/user', {
      name: 'Ann',
      email: 'ann@example.com',
      password: 'correct horse battery',
      password_allow_reset: true,
    });
    await send(
      begin,
      { email: 'ann@example.com' },
      { 'x-forwarded-for': '198.51.100.7', 'x-forwarded-host': 'evil.example', 'user-agent': 'Browser' },
    );
    await pwreset.idle();
    expect(mailer.lastMail('ann@example.com').client).toEqual({ ip, userAgent: 'Browser' });
    expect(mailer.lastLink('ann@example.com')).toMatch(/^https:\/\/app\.example\/local\?type=reset_password&/);
  });
});

test.each(frameworks)('%s: headers that split are refused, and no answer repeats what came', async (_, framework) => {
  const { wire, key } = await start(framework, atRoot);
  const evil = '%0d%0aSet-Cookie:%20evil=1';
  for (const path of [`/v1/user/${evil}`, `/v1/auth/key/verify?${evil}`, `/v1/${evil}`]) {
    const answer = await wire(
      `OPTIONS ${path} HTTP/1.1\r\nHost: x\r\nOrigin: ${evil}\r\nAuthorization: ${key}\r\nConnection: close\r\n\r\n`,
    );
    expect(answer.split('\r\n\r\n')[0]?.toLowerCase()).not.toContain('evil');
  }
  const split = await wire(`POST ${begin} HTTP/1.1\r\nHost: x\r\nAuthorization: ${key}\nX: y\r\rZ: 1\r\n\r\n`);
  expect(split).toMatch(/^HTTP\/1\.1 400 /);
});
