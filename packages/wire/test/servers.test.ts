import { once } from 'node:events';
import { connect } from 'node:net';
import type { Handler, HttpRequest } from '@pwreset/http';
import { afterEach, describe, expect, test } from 'vitest';
import { comparable, exchange, parseAnswer, type RawRequest, rawRequest, send } from './raw.js';
import { type RunningServer, type ServerKind, type ServerOptions, serverKinds } from './servers.js';

const kinds: readonly ServerKind[] = ['node', 'express5', 'express4', 'hono', 'fetch'];
const running: RunningServer[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map(({ close }) => close()));
});

const ownHeaders = ['authorization', 'content-type', 'cookie', 'user-agent', 'x-many'];

/** Answers with what it was asked. */
function echo(): { readonly handler: Handler; readonly asked: HttpRequest[] } {
  const asked: HttpRequest[] = [];
  const answer = async (request: HttpRequest) => {
    asked.push(request);
    const { method, path, query, headers, body, ip } = request;
    const text = body.kind === 'bytes' ? Buffer.from(body.bytes).toString('latin1') : body.kind;
    const named = Object.fromEntries(ownHeaders.map((name) => [name, headers[name]]));
    const json = JSON.stringify({ method, path, query, headers: named, body: text, ip });
    const status = Number(/status=(\d+)/.exec(query)?.[1] ?? 200);
    const empty = status !== 200 || method === 'HEAD';
    return {
      status,
      headers: {
        'Cache-Control': 'no-store',
        ...(empty ? { Location: '/%C3%A4' } : { 'Content-Type': 'application/json' }),
      },
      body: empty ? '' : json,
    };
  };
  return { handler: Object.assign(answer, { owns: () => true }), asked };
}

async function startAll(options?: ServerOptions) {
  const servers = await Promise.all(
    kinds.map(async (kind) => {
      const { handler, asked } = echo();
      const server = await serverKinds[kind](handler, options);
      running.push(server);
      return { kind, asked, url: server.url };
    }),
  );
  /** The answer of all of them to these bytes, which must be one. */
  const ask = async (request: RawRequest | Uint8Array) => {
    const bytes = request instanceof Uint8Array ? request : rawRequest(request);
    const answers = await Promise.all(
      servers.map(async ({ kind, url }) => ({ kind, answer: comparable(parseAnswer(await exchange(url, bytes))) })),
    );
    const [first] = answers;
    if (first === undefined) throw new Error('there is no server');
    for (const { kind, answer } of answers) expect({ kind, ...answer }).toEqual({ kind, ...first.answer });
    return first.answer;
  };
  return { servers, ask };
}

/** What the echo says. */
const said = (body: string): unknown => JSON.parse(Buffer.from(body, 'latin1').toString());

const form = ['Content-Type', 'application/x-www-form-urlencoded'] as const;

describe('every server says the same to', () => {
  test.each<[string, RawRequest, object]>([
    [
      'a query',
      { method: 'GET', target: '/a?b=%20+c&d=%C3%A9&%zz' },
      { path: '/a', method: 'GET', query: 'b=%20+c&d=%C3%A9&%zz' },
    ],
    ['an empty query', { method: 'GET', target: '/a?' }, { path: '/a', query: '' }],
    ['a fragment', { method: 'GET', target: '/a?b#c?d' }, { path: '/a', query: 'b' }],
    ['an escaped path', { method: 'GET', target: '/%2f%41/%zz/%00?%zz' }, { path: '/%2f%41/%zz/%00', query: '%zz' }],
    ['two slashes', { method: 'GET', target: '//evil.example/a' }, { path: '//evil.example/a' }],
    ['an absolute form', { method: 'GET', target: 'http://evil.example/a?b' }, { path: '/a', query: 'b' }],
    ['an absolute form without a path', { method: 'GET', target: 'http://evil.example' }, { path: '/', query: '' }],
    ['a body', { method: 'POST', target: '/', headers: [form], body: 'ä=1' }, { body: 'Ã¤=1' }],
    ['no body', { method: 'POST', target: '/' }, { body: '' }],
    ['an empty body', { method: 'POST', target: '/', body: '' }, { body: '' }],
    ['a body of GET', { method: 'GET', target: '/', body: 'lost' }, { body: '' }],
    ['a body of DELETE', { method: 'DELETE', target: '/', body: 'kept' }, { method: 'DELETE', body: 'kept' }],
    ['a method of its own', { method: 'PURGE', target: '/' }, { method: 'PURGE' }],
    ['64 KiB', { method: 'PUT', target: '/', body: 'x'.repeat(65_536) }, { body: 'x'.repeat(65_536) }],
    ['a byte more', { method: 'PUT', target: '/', body: 'x'.repeat(65_537) }, { body: 'too_large' }],
    [
      'chunks',
      {
        method: 'POST',
        target: '/',
        headers: [['Transfer-Encoding', 'chunked']],
        body: '2\r\nab\r\n1\r\nc\r\n0\r\n\r\n',
      },
      { body: 'abc' },
    ],
    [
      'too many chunks',
      {
        method: 'POST',
        target: '/',
        headers: [['Transfer-Encoding', 'chunked']],
        body: `${`8000\r\n${'x'.repeat(32_768)}\r\n`.repeat(3)}0\r\n\r\n`,
      },
      { body: 'too_large' },
    ],
    [
      'headers that come twice',
      {
        method: 'GET',
        target: '/',
        headers: [
          ['Authorization', 'one'],
          ['authorization', 'two'],
          ['User-Agent', 'a'],
          ['User-Agent', 'b'],
          ['Content-Type', 'text/plain'],
          ['Content-Type', 'application/json'],
          ['X-Many', ' \xe4 '],
          ['X-Many', 'b'],
          ['Cookie', 'a=1'],
          ['Cookie', 'b=2'],
        ],
      },
      {
        headers: {
          authorization: 'one, two',
          'user-agent': 'a, b',
          'content-type': 'text/plain, application/json',
          'x-many': '\xe4, b',
          cookie: 'a=1; b=2',
        },
      },
    ],
    [
      'a hostile proxy',
      { method: 'GET', target: '/', headers: [['X-Forwarded-For', '192.0.2.7']] },
      { ip: '127.0.0.1' },
    ],
    [
      'an expectation',
      { method: 'POST', target: '/', headers: [['Expect', '100-continue']], body: 'x' },
      { body: 'x' },
    ],
  ])('%s', async (_, request, expected) => {
    const { ask } = await startAll();
    const { statusLine, body } = await ask(request);
    expect(statusLine).toBe('HTTP/1.1 200 OK');
    expect(said(body)).toMatchObject(expected);
  });

  test.each([204, 302, 304, 404, 429])('an answer of %i without a body', async (status) => {
    const { ask } = await startAll();
    const { statusLine, body, headers } = await ask({ method: 'POST', target: `/?status=${status}` });
    expect([statusLine.slice(9, 12), body]).toEqual([String(status), '']);
    expect(headers).toContain('location: /%C3%A4');
  });

  test.each(['HEAD', 'OPTIONS'])('%s', async (method) => {
    const { ask } = await startAll();
    const { headers } = await ask({ method, target: '/a' });
    expect(headers).toContain('cache-control: no-store');
  });

  test.each([
    ['/in', { path: '/' }],
    ['/in?a', { path: '/', query: 'a' }],
    ['/in/a/b', { path: '/a/b' }],
  ])('%s below a mount', async (target, expected) => {
    const { ask } = await startAll({ mountPath: '/in' });
    expect(said((await ask({ method: 'GET', target })).body)).toMatchObject(expected);
  });

  test.each([
    ['198.51.100.9', '198.51.100.9'],
    ['192.0.2.66, 198.51.100.9, 127.0.0.2, ::1', '198.51.100.9'],
    ['192.0.2.66, ::ffff:198.51.100.9', '198.51.100.9'],
    ['2001:DB8::9', '2001:db8::9'],
  ])('%s behind a declared proxy', async (forwarded, ip) => {
    const { ask } = await startAll({ trustedProxies: ['loopback'] });
    const { body } = await ask({ method: 'GET', target: '/', headers: [['X-Forwarded-For', forwarded]] });
    expect(said(body)).toMatchObject({ ip });
  });
});

describe.each(kinds)('%s', (kind) => {
  async function startOne() {
    const { handler, asked } = echo();
    const server = await serverKinds[kind](handler);
    running.push(server);
    return { url: server.url, asked };
  }

  test('ends the connection after a body that is too large and does not end', async () => {
    const { url } = await startOne();
    const head = 'POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n';
    const answers = (await exchange(url, head, `10001\r\n${'x'.repeat(65_537)}\r\n`)).toString('latin1');
    expect(answers.match(/HTTP\/1\.1 \d+ /g)).toHaveLength(1);
    expect(answers).toContain('too_large');
  });

  test('asks the handler nothing for a client that goes away half-way, and goes on', async () => {
    const { url, asked } = await startOne();
    const { port, hostname } = new URL(url);
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    socket.write('POST /gone HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf', () => socket.destroy());
    await once(socket, 'close');
    expect((await send(url, { method: 'GET', target: '/still' })).status).toBe(200);
    expect(asked.map(({ path }) => path)).toEqual(['/still']);
  });
});
