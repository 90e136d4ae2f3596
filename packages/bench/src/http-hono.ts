import { once } from 'node:events';
import { serve } from '@hono/node-server';
import { getConnInfo } from '@hono/node-server/conninfo';
import { pwresetHono } from '@pwreset/hono';
import { Hono } from 'hono';
import { clientHeader, type Framework, type Site, siteOf, sitePath } from './http-site.js';

async function listen(app: Hono): Promise<Site> {
  const server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  if (!('closeAllConnections' in server)) throw new Error('the server is none of HTTP/1.1');
  return siteOf(server);
}

export const honoSites: Framework = {
  echo: () => listen(new Hono().post(sitePath, async (context) => context.json(await context.req.json()))),
  byHand: (begin) =>
    listen(
      new Hono()
        .post(sitePath, async (context) => {
          const { email } = await context.req.json();
          const userAgent = context.req.header('user-agent') ?? '';
          await begin(String(email), { ip: context.req.header(clientHeader) ?? '', userAgent });
          return context.json({}, 202);
        })
        // By itself Hono writes every refusal to the console.
        .onError((_error, context) => context.json({}, 500)),
    ),
  ours: (handler) =>
    listen(
      new Hono().use(
        pwresetHono(handler, {
          clientIp: (context) => getConnInfo(context).remote.address,
          trustedProxies: ['loopback'],
        }),
      ),
    ),
};
