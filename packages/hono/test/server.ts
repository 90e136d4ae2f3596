import { once } from 'node:events';
import { connect } from 'node:net';
import { serve } from '@hono/node-server';
import { getConnInfo } from '@hono/node-server/conninfo';
import { createPwreset } from '@pwreset/core';
import { createHandler, type Handler, type HttpFault, type SsoOptions, sso, ssoLinks } from '@pwreset/http';
import { memoryMailer, memoryStorage, testHasher } from '@pwreset/memory';
import { type Context, Hono, type MiddlewareHandler } from 'hono';
import { afterEach } from 'vitest';
import { pwresetHono } from '../src/index.js';

export interface Mounting {
  readonly app: Hono;
  readonly pwreset: MiddlewareHandler;
  readonly handler: Handler;
}

export type Mount = (mounting: Mounting) => void;

/** As the README says. */
export const clientIp = (context: Context): string | undefined => getConnInfo(context).remote.address;

/** An application that listens on a free port of this machine, with one service. */
async function startServer(mount: Mount, options: SsoOptions = {}) {
  const mailer = memoryMailer();
  const faults: HttpFault[] = [];
  const pwreset = createPwreset({
    storage: memoryStorage(),
    hasher: testHasher(),
    mailer,
    secret: 'a secret of thirty-two bytes or more',
    delivery: 'manual',
  });
  const created = await pwreset.services.createWithKey({
    name: 'Acme',
    url: 'https://app.example',
    links: ssoLinks('https://app.example/local'),
  });
  const handler = createHandler({ pwreset, dialects: [sso(options)], onFault: (fault) => faults.push(fault) });
  const app = new Hono();
  app.onError((error, context) => context.text(`${error.name}: ${error.message}`, 500));
  app.notFound((context) => context.text('the application has no such page', 404));
  mount({ app, pwreset: pwresetHono(handler, { clientIp }), handler });
  const server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server does not listen on a port');
  const { port } = address;
  const url = `http://127.0.0.1:${port}`;

  async function stop(): Promise<void> {
    if ('closeAllConnections' in server) server.closeAllConnections();
    server.close();
    await once(server, 'close');
    await pwreset.close();
  }

  const send = (path: string, json: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Response> =>
    fetch(url + path, {
      method: 'POST',
      headers: { authorization: created.value, 'content-type': 'application/json', ...headers },
      body: JSON.stringify(json),
    });

  /** Writes these bytes and reads whatever comes until the server hangs up. */
  async function wire(...parts: readonly (string | Uint8Array)[]): Promise<string> {
    const socket = connect(port, '127.0.0.1');
    const chunks: Uint8Array[] = [];
    socket.on('data', (chunk) => chunks.push(chunk));
    // The server hangs up on bodies that it does not want, while they are still being written.
    socket.on('error', () => {});
    for (const part of parts) socket.write(part);
    await once(socket, 'close');
    return Buffer.concat(chunks).toString('latin1');
  }

  return { app, url, port, server, pwreset, mailer, faults, key: created.value, send, wire, stop };
}

type TestServer = Awaited<ReturnType<typeof startServer>>;

const running: TestServer[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map(({ stop }) => stop()));
});

/** A server that stops after the test. */
export async function start(...given: Parameters<typeof startServer>): Promise<TestServer> {
  const server = await startServer(...given);
  running.push(server);
  return server;
}

export const begin = '/v1/auth/provider/local/reset-password';

export const atRoot: Mount = ({ app, pwreset }) => {
  app.use(pwreset);
};

/** The head of a request to begin a reset, as it is on the wire. */
export const head = (key: string, ...more: readonly string[]) =>
  [
    `POST ${begin} HTTP/1.1`,
    'Host: x',
    `Authorization: ${key}`,
    'Content-Type: application/json',
    ...more,
    '',
    '',
  ].join('\r\n');
