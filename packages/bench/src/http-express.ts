import { once } from 'node:events';
import { pwresetExpress } from '@pwreset/express';
import express, { type Express } from 'express';
import { type Framework, type Site, siteOf, sitePath } from './http-site.js';

/** Without the ETag that Express makes of a body: our answers have none, and the echo shall not pay for one. */
const application = (): Express => express().disable('etag').disable('x-powered-by');

/** With a proxy in front, as the generator pretends to be. */
const behindProxy = (): Express => application().set('trust proxy', 'loopback');

async function listen(app: Express): Promise<Site> {
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return siteOf(server);
}

export const expressSites: Framework = {
  echo: () =>
    listen(
      application()
        .use(express.json())
        .post(sitePath, (request, response) => {
          response.json(request.body);
        }),
    ),
  byHand: (begin) =>
    listen(
      behindProxy()
        .use(express.json())
        .post(sitePath, async (request, response) => {
          const userAgent = request.get('user-agent') ?? '';
          await begin(String(request.body.email), { ip: request.ip ?? '', userAgent });
          response.status(202).json({});
        }),
    ),
  ours: (handler) => listen(behindProxy().use(pwresetExpress(handler))),
};
