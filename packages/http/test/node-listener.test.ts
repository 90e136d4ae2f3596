import { once } from 'node:events';
import { mkdtemp } from 'node:fs/promises';
import { createServer, request as httpRequest, type RequestListener, type Server } from 'node:http';
import { connect as connectHttp2, createServer as createHttp2Server, type OutgoingHttpHeaders } from 'node:http2';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { type Handler, type HttpRequest, type NodeListenerOptions, nodeBinding, nodeListener } from '../src/index.js';
import { createWorld, local } from './fixture.js';

const running: Server[] = [];

afterEach(async () => {
  vi.restoreAllMocks();
  for (const server of running.splice(0)) {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  }
});

async function listen(listener: RequestListener) {
  const server = createServer(listener).listen(0, '127.0.0.1');
  running.push(server);
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server does not listen on a port');
  const { port } = address;
  /** Writes these bytes and reads whatever comes until the server hangs up. */
  async function wire(...parts: readonly string[]): Promise<string> {
    const socket = connect(port, '127.0.0.1');
    const chunks: Uint8Array[] = [];
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('error', () => {});
    for (const part of parts) socket.write(part);
    await once(socket, 'close');
    return Buffer.concat(chunks).toString('latin1');
  }
  return { port, url: `http://127.0.0.1:${port}`, wire };
}

/** Answers 200, and keeps what it was asked. */
function recorder() {
  const asked: HttpRequest[] = [];
  const answer = async (request: HttpRequest) => {
    asked.push(request);
    return { status: 200, headers: {}, body: 'ours' };
  };
  const handler: Handler = Object.assign(answer, { owns: (path: string) => path === '/ours' });
  return { handler, asked };
}

async function start(options?: NodeListenerOptions) {
  const { handler, asked } = recorder();
  return { asked, ...(await listen(nodeListener(handler, options))) };
}

describe('nodeListener', () => {
  test('serves a reset', async () => {
    const { handle, service, createUser, pwreset, mailer, faults } = await createWorld();
    await createUser('ann@example.com');
    const { url } = await listen(nodeListener(handle));
    const begun = await fetch(`${url}${local}/reset-password`, {
      method: 'POST',
      headers: { authorization: service.key, 'content-type': 'application/json', 'x-forwarded-for': '198.51.100.7' },
      body: '{"email":"ann@example.com"}',
    });
    expect([begun.status, await begun.text(), begun.headers.get('cache-control')]).toEqual([200, '{}', 'no-store']);
    await pwreset.idle();
    expect(mailer.lastMail('ann@example.com').client.ip).toBe('127.0.0.1');
    const unknown = await fetch(`${url}/nowhere`);
    expect([unknown.status, await unknown.json()]).toMatchObject([404, { error: 'NotFound' }]);
    expect(faults).toEqual([]);
  });

  test('believes proxies that are declared', async () => {
    const { url, asked } = await start({ trustedProxies: ['loopback'] });
    await fetch(url, { headers: { 'x-forwarded-for': '192.0.2.66, 198.51.100.7' } });
    expect(asked[0]?.ip).toBe('198.51.100.7');
  });

  test('takes the address from where the application says', async () => {
    const { url, asked } = await start({ clientIp: ({ headers }) => String(headers['x-peer']) });
    await fetch(url, { headers: { 'x-peer': '::ffff:198.51.100.7' } });
    expect(asked[0]?.ip).toBe('198.51.100.7');
  });

  test('reads the address before the body', async () => {
    const { asked, port } = await start({ clientIp: ({ socket, complete }) => `${complete} ${socket.remoteAddress}` });
    const socket = connect(port, '127.0.0.1');
    socket.write(
      'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nConnection: close\r\nExpect: 100-continue\r\n\r\n',
    );
    // The interim answer says that the request has begun.
    await once(socket, 'data');
    socket.resume().write('x');
    await once(socket, 'close');
    expect(asked.map(({ ip }) => ip)).toEqual(['false 127.0.0.1']);
  });

  test.each([
    ['/in', '/'],
    ['/in?/a', '/'],
    ['/in/a%2Fb/../c', '/a%2Fb/../c'],
    ['http://x/in/a', '/a'],
    ['/inner', ''],
    ['/', ''],
    ['/in/../secret', '/../secret'],
    ['*', ''],
  ])('below /in the target %s has the path %j', async (target, path) => {
    const { handler, asked } = recorder();
    const listener = nodeListener(handler, { basePath: '/in' });
    const owned: boolean[] = [];
    const { wire } = await listen((request, response) => {
      owned.push(listener.owns(request));
      listener(request, response);
    });
    await wire(`OPTIONS ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
    expect([asked.map((request) => request.path), owned]).toEqual([[path], [path !== '']]);
  });

  test('at the root leaves the application what the handler does not own', async () => {
    const listener = nodeListener(recorder().handler);
    const { url } = await listen((request, response) => {
      if (listener.owns(request)) listener(request, response);
      else response.end('theirs');
    });
    const texts = ['/ours?a', '/theirs'].map(async (path) => (await fetch(url + path)).text());
    expect(await Promise.all(texts)).toEqual(['ours', 'theirs']);
  });

  test('answers 500 and warns where the application cannot tell the address', async () => {
    const warn = vi.spyOn(process, 'emitWarning').mockReturnValue();
    const { url } = await start({
      clientIp: () => {
        throw new Error('no address for ann@example.com');
      },
    });
    const answer = await fetch(`${url}/secret`);
    expect([answer.status, await answer.text()]).toEqual([500, '']);
    expect(warn.mock.calls).toEqual([['nodeListener: GET /: Error: no address for a***@***.com', 'PwresetFault']]);
  });

  test('refuses a mount that is no path, and a proxy that is none, at the start', () => {
    const { handler } = recorder();
    expect(() => nodeListener(handler, { basePath: 'in' })).toThrow(TypeError);
    expect(() => nodeListener(handler, { trustedProxies: ['all'] })).toThrow(TypeError);
    expect(() => nodeBinding(handler, { trustedProxies: ['all'] })).toThrow(TypeError);
  });

  test('a client that goes away half-way is nobody’s fault', async () => {
    const { port, url, asked } = await start();
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    socket.write('POST /gone HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf', () => socket.destroy());
    await once(socket, 'close');
    await fetch(`${url}/still`);
    expect(asked.map(({ path }) => path)).toEqual(['/still']);
  });

  test('a client that was gone before is waited for by nobody', async () => {
    const { handler, asked } = recorder();
    const serve = nodeBinding(handler);
    const began = Promise.withResolvers<void>();
    const served = Promise.withResolvers<void>();
    const { port } = await listen((request, response) => {
      const late = () => served.resolve(serve({ request, response, path: '/', remote: null }));
      request.once('close', () => setImmediate(late));
      began.resolve();
    });
    const socket = connect(port, '127.0.0.1');
    socket.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n');
    await began.promise;
    socket.destroy();
    await served.promise;
    expect(asked).toEqual([]);
  });

  describe.each([
    ['and that was noticed', true],
    ['and nobody noticed yet', false],
  ])('a client that was reset after its body, %s', (_, noticed) => {
    /** Lets a request come in whole, resets its connection and has it served only then. */
    async function serveLate(serve: RequestListener): Promise<string[]> {
      const arrived = Promise.withResolvers<Parameters<RequestListener>>();
      const { port, url } = await listen((request, response) => {
        if (request.url === '/still') return serve(request, response);
        if (noticed) request.socket.once('close', () => arrived.resolve([request, response]));
        else request.once('end', () => arrived.resolve([request, response]));
        request.once('end', () => socket.resetAndDestroy()).resume();
      });
      const socket = connect(port, '127.0.0.1');
      socket.on('error', () => {});
      socket.write('POST /gone HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}');
      serve(...(await arrived.promise));
      return [await (await fetch(`${url}/still`)).text()];
    }

    test('is not served: its address is gone with it', async () => {
      const { handler, asked } = recorder();
      const serve = nodeBinding(handler);
      const listener: RequestListener = (request, response) => {
        const { url: path = '', socket } = request;
        const given = path === '/gone' ? { a: 1 } : undefined;
        serve({ request, response, path, remote: socket.remoteAddress, given }).catch(response.destroy);
      };
      expect(await serveLate(listener)).toEqual(['ours']);
      expect(asked.map(({ path, ip }) => [path, ip])).toEqual([['/still', '127.0.0.1']]);
    });

    test('is not served by a listener either', async () => {
      const { handler, asked } = recorder();
      expect(await serveLate(nodeListener(handler))).toEqual(['ours']);
      expect(asked.map(({ path, ip }) => [path, ip])).toEqual([['/still', '127.0.0.1']]);
    });
  });

  test('on a Unix socket nobody has an address, and everybody is served', async () => {
    const { handler, asked } = recorder();
    const path = join(await mkdtemp(join(tmpdir(), 'pwreset-')), 'http.sock');
    const server = createServer(nodeListener(handler)).listen(path);
    running.push(server);
    await once(server, 'listening');
    const [answer] = await once(httpRequest({ socketPath: path, path: '/a' }).end(), 'response');
    await once(answer.resume(), 'end');
    expect(asked.map((request) => [request.path, request.ip])).toEqual([['/a', null]]);
  });
});

describe('an answer that the application has begun', () => {
  /** Answers only when it is told to. */
  function slow() {
    const { handler, asked } = recorder();
    const goOn = Promise.withResolvers<void>();
    const answer: Handler = Object.assign(
      async (request: HttpRequest) => {
        await goOn.promise;
        return { ...(await handler(request)), headers: { 'Cache-Control': 'no-store' } };
      },
      { owns: handler.owns },
    );
    return { handler: answer, asked, goOn: goOn.resolve };
  }

  test('is left as it is', async () => {
    const warn = vi.spyOn(process, 'emitWarning').mockReturnValue();
    const { handler, asked, goOn } = slow();
    const listener = nodeListener(handler);
    const { url } = await listen((request, response) => {
      listener(request, response);
      if (request.url === '/late') response.writeHead(503).end('late');
    });
    const late = await fetch(`${url}/late`);
    goOn();
    const next = await fetch(`${url}/next`);
    expect([late.status, await late.text(), next.status, await next.text()]).toEqual([503, 'late', 200, 'ours']);
    expect([asked.map(({ path }) => path), warn.mock.calls]).toEqual([['/late', '/next'], []]);
  });

  test('ends with its connection where this fails', async () => {
    const warn = vi.spyOn(process, 'emitWarning').mockReturnValue();
    const failing = nodeListener(recorder().handler, {
      clientIp: () => {
        throw new Error('no address');
      },
    });
    const { wire } = await listen((request, response) => {
      response.writeHead(200, { 'Content-Length': 9 }).write('half');
      failing(request, response);
    });
    expect(await wire('GET / HTTP/1.1\r\nHost: x\r\n\r\n')).not.toContain(' 500 ');
    expect(warn.mock.calls).toHaveLength(1);
  });
});

describe('headers', () => {
  const names = ['constructor', '__proto__', 'toString', 'hasOwnProperty', 'get', 'then'];

  test('with names that mean something to JavaScript are headers', async () => {
    const { wire, asked } = await start();
    for (const name of names) {
      await wire(`GET / HTTP/1.1\r\nHost: x\r\n${name}: a\r\n${name}: b\r\nConnection: close\r\n\r\n`);
    }
    expect(
      asked.map(({ headers }, index) =>
        Object.entries(headers).filter(([name]) => name === names[index]?.toLowerCase()),
      ),
    ).toEqual(names.map((name) => [[name.toLowerCase(), 'a, b']]));
    expect(asked.map(({ headers }) => Object.keys(headers))).toEqual(
      names.map((name) => ['host', name.toLowerCase(), 'connection']),
    );
    expect(asked[0]?.headers['valueOf']).toBeUndefined();
  });

  test('come by HTTP/2 too', async () => {
    const warn = vi.spyOn(process, 'emitWarning').mockReturnValue();
    const { handler, asked } = recorder();
    const server = createHttp2Server()
      .on('request', nodeListener(handler, { basePath: '/in' }))
      .listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('the server does not listen on a port');
    const client = connectHttp2(`http://127.0.0.1:${address.port}`);
    const ask = async (headers: OutgoingHttpHeaders, body: string): Promise<unknown> => {
      const stream = client.request({ ':method': 'POST', ':path': '/in/a?b', ...headers });
      stream.end(body);
      const [response] = await once(stream, 'response');
      await once(stream.resume(), 'close');
      return response[':status'];
    };
    const statuses = [
      await ask({ 'x-a': ['1', '2'], cookie: ['a=1', 'b=2'] }, 'ä'),
      await ask({ 'content-length': '65537' }, 'x'.repeat(65_537)),
    ];
    client.close();
    server.close();
    await once(server, 'close');
    expect(statuses).toEqual([200, 200]);
    expect(asked).toMatchObject([
      {
        method: 'POST',
        path: '/a',
        query: 'b',
        headers: { 'x-a': '1, 2', cookie: 'a=1; b=2' },
        body: { kind: 'bytes', bytes: new TextEncoder().encode('ä') },
        ip: '127.0.0.1',
      },
      { body: { kind: 'too_large' } },
    ]);
    expect(Object.keys(asked[0]?.headers ?? {}).filter((name) => name.startsWith(':'))).toEqual([]);
    expect(warn.mock.calls).toEqual([]);
  });
});
