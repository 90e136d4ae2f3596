import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { getConnInfo } from '@hono/node-server/conninfo';
import { pwresetExpress } from '@pwreset/express';
import { pwresetHono } from '@pwreset/hono';
import { fetchHandler, type Handler, nodeListener } from '@pwreset/http';
import express from 'express';
import express4 from 'express4';
import { Hono } from 'hono';

export interface ServerOptions {
  /** The proxies in front of the server; none by default. */
  readonly trustedProxies?: readonly string[];
  /** Where the handler is mounted; at the root by default, where every path is the handler's. */
  readonly mountPath?: string;
}

export interface RunningServer {
  readonly url: string;
  close(): Promise<void>;
}

export type StartServer = (handler: Handler, options?: ServerOptions) => Promise<RunningServer>;

async function listen(listener: RequestListener): Promise<RunningServer> {
  const server: Server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server does not listen on a port');
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  return { url: `http://127.0.0.1:${address.port}`, close };
}

const onExpress =
  (framework: typeof express): StartServer =>
  (handler, { trustedProxies = [], mountPath = '' } = {}) => {
    const app = framework();
    app.disable('x-powered-by').set('trust proxy', [...trustedProxies]);
    app.use(mountPath || '/', pwresetExpress(handler, { passOn: false }));
    return listen(app);
  };

const onHono: StartServer = (handler, { trustedProxies, mountPath = '' } = {}) => {
  const clientIp = (context: Parameters<typeof getConnInfo>[0]) => getConnInfo(context).remote.address ?? null;
  const app = new Hono();
  app.use(`${mountPath}/*`, pwresetHono(handler, { clientIp, passOn: false, trustedProxies }));
  // The kinds share a process: each has the Request and the Response of the platform.
  const answer = getRequestListener(app.fetch, { overrideGlobalObjects: false });
  return listen((request, response) => void answer(request, response));
};

/** The body as a stream that, unlike Node's own, does not end the connection when nobody reads on. */
function streamOf(incoming: IncomingMessage): ReadableStream<Uint8Array> {
  const chunks = incoming[Symbol.asyncIterator]();
  return new ReadableStream({
    pull: async (controller) => {
      const { done, value } = await chunks.next();
      if (done === true) controller.close();
      else controller.enqueue(value);
    },
  });
}

function requestOf(incoming: IncomingMessage): Request {
  const { method = 'GET', url = '/', rawHeaders } = incoming;
  const headers = new Headers();
  for (let index = 0; index < rawHeaders.length; index += 2) {
    headers.append(rawHeaders[index] ?? '', rawHeaders[index + 1] ?? '');
  }
  const bodiless = method === 'GET' || method === 'HEAD';
  const init = { method, headers, body: bodiless ? null : streamOf(incoming), duplex: 'half' };
  return new Request(/^https?:/i.test(url) ? url : `http://127.0.0.1${url}`, init);
}

async function respond(incoming: IncomingMessage, outgoing: ServerResponse, answer: Response): Promise<void> {
  outgoing.statusCode = answer.status;
  for (const [name, value] of answer.headers) outgoing.setHeader(name, value);
  if (!incoming.complete) outgoing.setHeader('Connection', 'close');
  outgoing.end(new Uint8Array(await answer.arrayBuffer()));
}

const onFetch: StartServer = (handler, { trustedProxies, mountPath } = {}) => {
  const clientIp = (_request: Request, incoming: IncomingMessage) => incoming.socket.remoteAddress ?? null;
  const handle = fetchHandler(handler, { clientIp, trustedProxies, basePath: mountPath });
  const serve = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> =>
    respond(incoming, outgoing, await handle(requestOf(incoming), incoming));
  return listen((incoming, outgoing) => {
    // What `Request` cannot be, such as TRACE or a target that is no URL.
    serve(incoming, outgoing).catch(() => outgoing.writeHead(400).end());
  });
};

/** Every way in which a request can come to a handler, each a real server on a free port of this machine. */
export const serverKinds = {
  node: (handler, { trustedProxies, mountPath } = {}) =>
    listen(nodeListener(handler, { trustedProxies, basePath: mountPath })),
  express5: onExpress(express),
  express4: onExpress(express4),
  hono: onHono,
  fetch: onFetch,
} as const satisfies Readonly<Record<string, StartServer>>;

export type ServerKind = keyof typeof serverKinds;
