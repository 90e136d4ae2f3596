import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { pwresetExpress } from '@pwreset/express';
import { pwresetHono } from '@pwreset/hono';
import type { Handler } from '@pwreset/http';
import type { ErrorRequestHandler, default as express } from 'express';
import { Hono, type MiddlewareHandler } from 'hono';
import type { RunningServer } from './servers.js';

async function listen(listener: RequestListener): Promise<RunningServer> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server does not listen on a port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Whether the handler comes behind the parser, at once or after something that takes its time, or before it. */
export type Order = 'behind' | 'long behind' | 'before';

/** What the application's own words are for an error of a parser. */
const sayType: ErrorRequestHandler = (error, _request, response, _next) => {
  response.statusCode = error.status;
  response.end(error.type);
};

/** With Express' own parsers, as an application has them. */
export const expressWithParsers =
  (framework: typeof express, order: Order, mountPath: string) => (handler: Handler) => {
    const app = framework();
    app.disable('x-powered-by');
    const parsers = [framework.json(), framework.urlencoded({ extended: false })];
    const mount = (): unknown => app.use(mountPath || '/', pwresetExpress(handler, { passOn: false }));
    if (order === 'before') mount();
    app.use(parsers);
    if (order !== 'before') mount();
    app.use(sayType);
    return listen(app);
  };

/** Middleware that reads bodies by Hono's own methods. */
export const honoWith =
  (reader: MiddlewareHandler, order: Order, mountPath: string) =>
  (handler: Handler): Promise<RunningServer> => {
    const app = new Hono();
    const mount = (): unknown =>
      app.use(`${mountPath}/*`, pwresetHono(handler, { clientIp: () => '127.0.0.1', passOn: false }));
    if (order === 'before') mount();
    app.use(reader);
    if (order !== 'before') mount();
    const answer = getRequestListener(app.fetch, { overrideGlobalObjects: false });
    return listen((request, response) => void answer(request, response));
  };
