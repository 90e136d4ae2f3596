import { once } from 'node:events';
import { connect } from 'node:net';
import type { HttpRequest } from '@pwreset/http';
import { describe, expect, test } from 'vitest';
import { pwresetExpress } from '../src/index.js';
import { atRoot, begin, frameworks, head, start } from './server.js';

describe.each(frameworks)('%s: the body', (_, framework) => {
  test.each([
    ['announced', 'Content-Length: 65537', `{"email":"ann@example.com"}${' '.repeat(65_537 - 27)}`, 413],
    ['announced and not sent', 'Content-Length: 1000000000000', '', 413],
    ['in chunks', 'Transfer-Encoding: chunked', `10001\r\n${' '.repeat(65_537)}\r\n`, 413],
    ['in chunks that never end', 'Transfer-Encoding: chunked', `8000\r\n${' '.repeat(32_768)}\r\n`.repeat(3), 413],
  ])(
    'too large, %s: is refused in the dialect’s words, and the connection ends',
    async (_how, header, body, status) => {
      const { wire, key } = await start(framework, atRoot);
      const answer = await wire(head(key, header), body);
      expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
      expect(answer).toMatch(/^Connection: close\r$/m);
      expect(answer).toContain('"error":"ValidationError","code":3');
    },
  );

  test('of exactly 64 KiB is read', async () => {
    const { wire, key } = await start(framework, atRoot);
    const body = `{"email":"ann@example.com"}${' '.repeat(65_536 - 27)}`;
    expect(await wire(head(key, 'Content-Length: 65536', 'Connection: close'), body)).toMatch(/^HTTP\/1\.1 200 /);
  });

  test('a second request on the same connection is not taken for a part of it', async () => {
    const { wire, key } = await start(framework, atRoot);
    const body = '{"email":"ann@example.com"}';
    const one = head(key, `Content-Length: ${body.length}`) + body;
    const last = head(key, `Content-Length: ${body.length}`, 'Connection: close') + body;
    const answers = await wire(one + last);
    expect(answers.match(/HTTP\/1\.1 200 /g)).toHaveLength(2);
  });

  test('a client that goes away half-way is nobody’s fault', async () => {
    const { port, key, faults, send } = await start(framework, atRoot);
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    socket.write(`${head(key, 'Content-Length: 1000')}{"email"`, () => socket.destroy());
    await once(socket, 'close');
    expect((await send(begin, { email: 'ann@example.com' })).status).toBe(200);
    expect(faults).toEqual([]);
  });

  test.each([
    ['and that was noticed', true],
    ['and nobody noticed yet', false],
  ])('a client that was reset after it, %s, is not served: its address is gone with it', async (_how, noticed) => {
    const asked: HttpRequest[] = [];
    const answer = async (request: HttpRequest) => {
      asked.push(request);
      return { status: 200, headers: {}, body: '' };
    };
    const { port, url } = await start(framework, ({ app }) => {
      app.use(framework.json(), (request, _response, next) => {
        if (request.path !== '/gone') return next();
        if (noticed) request.socket.once('close', () => next());
        socket.resetAndDestroy();
        if (!noticed) next();
      });
      app.use(pwresetExpress(Object.assign(answer, { owns: () => true })));
    });
    const socket = connect(port, '127.0.0.1').on('error', () => {});
    socket.write(
      'POST /gone HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 7\r\n\r\n{"a":1}',
    );
    await once(socket, 'close');
    expect((await fetch(`${url}/still`)).status).toBe(200);
    expect(asked.map(({ path, ip }) => [path, ip])).toEqual([['/still', '127.0.0.1']]);
  });

  test('a name twice and a compressed body are refused', async () => {
    const { wire, key, send } = await start(framework, atRoot);
    const twice = '{"email":"ann@example.com","email":"eve@example.com"}';
    expect(await wire(head(key, `Content-Length: ${twice.length}`, 'Connection: close'), twice)).toMatch(
      /^HTTP\/1\.1 400 /,
    );
    expect((await send(begin, { email: 'ann@example.com' }, { 'content-encoding': 'gzip' })).status).toBe(415);
  });

  test('of GET is left alone, and the connection ends', async () => {
    const { wire, key } = await start(framework, atRoot);
    const get = (...headers: readonly string[]) =>
      ['GET /v1/user/x HTTP/1.1', 'Host: x', `Authorization: ${key}`, ...headers, '', ''].join('\r\n');
    const smuggled = 'GET /v1/user/smuggled HTTP/1.1\r\nHost: x\r\n\r\n';
    for (const [announced, body] of [
      [`Content-Length: ${smuggled.length}`, smuggled],
      ['Content-Length: 100000', smuggled],
      ['Transfer-Encoding: chunked', `${smuggled.length.toString(16)}\r\n${smuggled}\r\n0\r\n\r\n`],
    ] as const) {
      const answer = await wire(get(announced), body);
      expect(answer.match(/HTTP\/1\.1 \d+ /g)).toEqual(['HTTP/1.1 404 ']);
      expect(answer).toMatch(/^Connection: close\r$/m);
    }
    const answers = await wire(get(), get('Content-Length: 0'), get('Connection: close'));
    expect(answers.match(/HTTP\/1\.1 404 /g)).toHaveLength(3);
  });
});
