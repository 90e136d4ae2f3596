import { type BindingOptions, fetchBinding, type Handler } from '@pwreset/http';
import type { Context, MiddlewareHandler } from 'hono';
import { givenBody } from './given-body.js';
import { mountedPath } from './mount-path.js';

export interface PwresetHonoOptions extends BindingOptions {
  /**
   * The address of the peer, which Hono has from the runtime's adapter, as a rule by its `getConnInfo`. Without it limits by
   * address would vanish; `null` says that there is none. `undefined` is what a connection has that was reset, and then nothing is
   * served. With `trustedProxies` the client's is looked up behind them.
   */
  readonly clientIp: (context: Context) => string | null | undefined;
  /**
   * Whether, at the root, the paths that no dialect owns go on to the application's own routes, as they do by default. With
   * `false` the handler answers every path that reaches it, unknown ones with its 404: for a mount with nothing behind it.
   */
  readonly passOn?: boolean | undefined;
}

/**
 * Mounts a handler in Hono. Below a path (`app.use('/sso/*', pwresetHono(handler, options))`, or in a sub-application) every
 * request there is answered; at the root those that no dialect owns go on to the application's own routes; see
 * {@link PwresetHonoOptions.passOn}. It works before and behind middleware that reads bodies.
 *
 * @throws TypeError for a trusted proxy that is none
 * @example
 * ```ts
 * import { getConnInfo } from '@hono/node-server/conninfo';
 * import { createPwreset } from '@pwreset/core';
 * import { pwresetHono } from '@pwreset/hono';
 * import { createHandler, sso } from '@pwreset/http';
 * import { memoryMailer, memoryStorage, testHasher } from '@pwreset/memory';
 * import { Hono } from 'hono';
 *
 * const pwreset = createPwreset({
 *   storage: memoryStorage(),
 *   hasher: testHasher(),
 *   mailer: memoryMailer(),
 *   secret: 'at least thirty-two bytes of secret text',
 * });
 * const handler = createHandler({ pwreset, dialects: [sso()] });
 * const app = new Hono();
 * app.use(pwresetHono(handler, { clientIp: (context) => getConnInfo(context).remote.address }));
 * await pwreset.close();
 * ```
 */
export function pwresetHono(handler: Handler, options: PwresetHonoOptions): MiddlewareHandler {
  const { clientIp, passOn = true, trustedProxies } = options;
  const serve = fetchBinding(handler, { trustedProxies });
  return async (context, next) => {
    const { req } = context;
    // Not `req.path`, which is decoded.
    const { path, atRoot } = mountedPath(req.routePath, new URL(req.url).pathname);
    if (passOn && atRoot && !handler.owns(path)) return next();
    const remote = clientIp(context);
    return serve({ request: req.raw, path, remote, given: await givenBody(req) });
  };
}
