import { describe, expect, test } from 'vitest';
import { fetchBinding, fetchHandler, type Handler, type HttpRequest } from '../src/index.js';
import { createWorld, local } from './fixture.js';

const clientIp = () => '192.0.2.1';

/** Answers 200, and keeps what it was asked. */
function recorder() {
  const asked: HttpRequest[] = [];
  const answer = async (request: HttpRequest) => {
    asked.push(request);
    return { status: 200, headers: {}, body: '' };
  };
  const handler: Handler = Object.assign(answer, { owns: (path: string) => path === '/ours' });
  return { handler, asked };
}

const url = 'https://app.example';
const post = (path: string, body: BodyInit | null, headers: Readonly<Record<string, string>> = {}): Request => {
  const init = { method: 'POST', body, headers, duplex: 'half' };
  return new Request(url + path, init);
};

/** A body in chunks of 16 KiB; says how many were asked for. */
function chunked(count: number, last?: Error) {
  const read = { chunks: 0, cancelled: false };
  const stream = new ReadableStream<Uint8Array>(
    {
      pull: (controller) => {
        if (read.chunks === count) return last === undefined ? controller.close() : controller.error(last);
        read.chunks += 1;
        controller.enqueue(new Uint8Array(16_384).fill(32));
      },
      cancel: () => {
        read.cancelled = true;
      },
    },
    { highWaterMark: 0 },
  );
  return { stream, read };
}

describe('fetchHandler', () => {
  test('serves a reset', async () => {
    const { handle, service, pwreset, mailer, faults } = await createWorld();
    const serve = fetchHandler(handle, { clientIp });
    const email = 'ann@example.com';
    const headers = { authorization: service.key, 'content-type': 'application/json' };
    const user = JSON.stringify({ name: 'Ännë', email, password: 'correct horse battery', password_allow_reset: true });
    const created = await serve(post('/v1/user', user, headers));
    expect([created.status, await created.json()]).toMatchObject([200, { data: { name: 'Ännë' } }]);
    const begun = await serve(post(`${local}/reset-password`, JSON.stringify({ email }), headers));
    expect([begun.status, await begun.text(), begun.headers.get('cache-control')]).toEqual([200, '{}', 'no-store']);
    await pwreset.idle();
    expect(mailer.lastMail(email).client.ip).toBe('192.0.2.1');
    const unknown = await serve(new Request(`${url}/nowhere`));
    expect([unknown.status, await unknown.json()]).toMatchObject([404, { error: 'NotFound' }]);
    expect(faults).toEqual([]);
  });

  test('hands on what the request is, and what the runtime knows', async () => {
    const { handler, asked } = recorder();
    const serve = fetchHandler(handler, { clientIp: (_, peer: { ip: string }, port: number) => `${peer.ip}:${port}` });
    await serve(post('/%2e/a/../%7Eb%2F?c=%20+&d#e', 'ä', { 'X-A': '1' }), { ip: '192.0.2.9' }, 80);
    expect(asked).toEqual([
      {
        method: 'POST',
        path: '/%7Eb%2F',
        query: 'c=%20+&d',
        headers: { 'x-a': '1', 'content-type': 'text/plain;charset=UTF-8' },
        body: { kind: 'bytes', bytes: new TextEncoder().encode('ä') },
        ip: '192.0.2.9',
      },
    ]);
  });

  test.each([
    ['an address', () => '192.0.2.9', 1, '192.0.2.9'],
    ['none', () => null, 1, null],
    ['one no more', () => undefined, 0, undefined],
  ])('of a client that has %s', async (_, clientAddress, count, ip) => {
    const { handler, asked } = recorder();
    const { status } = await fetchHandler(handler, { clientIp: clientAddress })(post('/', 'x'));
    expect([status, asked.length, asked[0]?.ip]).toEqual([count === 0 ? 400 : 200, count, ip]);
  });

  test('asks nothing where a client without an address went away', async () => {
    const { handler, asked } = recorder();
    const request = new Request(url, { method: 'POST', signal: AbortSignal.abort() });
    expect((await fetchHandler(handler, { clientIp: () => null })(request)).status).toBe(400);
    expect(asked).toEqual([]);
  });

  test('asks for the address before it reads the body', async () => {
    const { handler } = recorder();
    const { stream, read } = chunked(1);
    const seen: number[] = [];
    const serve = fetchHandler(handler, {
      clientIp: () => {
        seen.push(read.chunks);
        return null;
      },
    });
    await serve(post('/', stream));
    expect([seen, read.chunks]).toEqual([[0], 1]);
  });

  test('stops reading at the first chunk too many, and leaves the connection to the server', async () => {
    const { handler, asked } = recorder();
    const { stream, read } = chunked(100);
    expect((await fetchHandler(handler, { clientIp })(post('/', stream))).status).toBe(200);
    expect([asked[0]?.body, read]).toEqual([{ kind: 'too_large' }, { chunks: 5, cancelled: false }]);
  });

  test('reads 64 KiB in chunks', async () => {
    const { handler, asked } = recorder();
    await fetchHandler(handler, { clientIp })(post('/', chunked(4).stream));
    expect(asked[0]?.body).toEqual({ kind: 'bytes', bytes: new Uint8Array(65_536).fill(32) });
  });

  test.each([
    ['a length that is too much', '65537', 0],
    ['a length that is none', 'much', 5],
  ])('believes %s as far as it goes', async (_, length, chunks) => {
    const { handler, asked } = recorder();
    const { stream, read } = chunked(5);
    await fetchHandler(handler, { clientIp })(post('/', stream, { 'content-length': length }));
    expect([asked[0]?.body, read.chunks]).toEqual([{ kind: 'too_large' }, chunks]);
  });

  test('measures a body that says it is smaller', async () => {
    const { handler, asked } = recorder();
    await fetchHandler(handler, { clientIp })(post('/', 'x'.repeat(65_537), { 'content-length': '1' }));
    expect(asked[0]?.body).toEqual({ kind: 'too_large' });
  });

  test.each([{}, { 'content-length': '65000' }])('asks nothing where the body breaks off: %j', async (headers) => {
    const { handler, asked } = recorder();
    const { stream } = chunked(1, new Error('gone'));
    const { status, body } = await fetchHandler(handler, { clientIp })(post('/', stream, headers));
    expect([status, body, asked]).toEqual([400, null, []]);
  });

  test('rejects a request whose body was read, and takes its clone', async () => {
    const { handler, asked } = recorder();
    const serve = fetchHandler(handler, { clientIp });
    const request = post('/', 'x');
    const clone = request.clone();
    await request.text();
    await expect(serve(request)).rejects.toThrow('the body was read before');
    await serve(clone);
    expect(asked).toHaveLength(1);
  });

  test.each([
    ['/in', '/'],
    ['/in/', '/'],
    ['/in/a%2Fb', '/a%2Fb'],
    ['/inner', ''],
    ['/', ''],
    ['/a/in', ''],
  ])('below /in the path %s is %j', async (path, relative) => {
    const { handler, asked } = recorder();
    const serve = fetchHandler(handler, { clientIp, basePath: '/in' });
    const request = new Request(url + path);
    expect(serve.owns(request)).toBe(relative !== '');
    await serve(request);
    expect(asked[0]?.path).toBe(relative);
  });

  test('at the root owns what the handler owns', () => {
    const serve = fetchHandler(recorder().handler, { clientIp });
    expect([serve.owns(new Request(`${url}/ours?a`)), serve.owns(new Request(`${url}/theirs`))]).toEqual([true, false]);
  });

  test('refuses a mount that is no path, and a proxy that is none, at the start', () => {
    const { handler } = recorder();
    for (const basePath of ['/', 'in', '/in/', '/in?', '//in']) {
      expect(() => fetchHandler(handler, { clientIp, basePath })).toThrow(TypeError);
    }
    expect(() => fetchHandler(handler, { clientIp, trustedProxies: ['all'] })).toThrow(TypeError);
    expect(() => fetchBinding(handler, { trustedProxies: ['all'] })).toThrow(TypeError);
  });
});
