import type { RequestListener } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { getConnInfo } from '@hono/node-server/conninfo';
import { pwresetExpress } from '@pwreset/express';
import { pwresetHono } from '@pwreset/hono';
import type { Handler } from '@pwreset/http';
import express, { type ErrorRequestHandler } from 'express';
import { Hono } from 'hono';
import { fault } from './answers.js';
import type { Framework } from './settings.js';

function expressApp(handler: Handler): RequestListener {
  const app = express();
  app.disable('x-powered-by');
  app.use(pwresetExpress(handler, { passOn: false }));
  // Express knows it by its four parameters.
  const onFault: ErrorRequestHandler = (error: unknown, _request, response, _next) => fault(response, error);
  app.use(onFault);
  return app;
}

function honoApp(handler: Handler): RequestListener {
  const app = new Hono();
  app.use(pwresetHono(handler, { clientIp: (context) => getConnInfo(context).remote.address, passOn: false }));
  const listener = getRequestListener(app.fetch, { overrideGlobalObjects: false });
  return (request, response) => {
    listener(request, response).catch((error: unknown) => fault(response, error));
  };
}

/** The library's routes, mounted the way each framework wants it. */
export const frameworkApps: Readonly<Record<Framework, (handler: Handler) => RequestListener>> = {
  express: expressApp,
  hono: honoApp,
};
