import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Handler, nodeBinding } from '@pwreset/http';

/** What is used of Express' request; Express 4 and 5 both have it. */
export type ExpressRequest = IncomingMessage & {
  readonly baseUrl: string;
  readonly path: string;
  readonly ip?: string | undefined;
  /** What a parser mounted before may have left there. */
  readonly body?: unknown;
};

/** Fits `app.use`. */
export type PwresetMiddleware = (
  request: ExpressRequest,
  response: ServerResponse,
  next: (error?: unknown) => void,
) => void;

export interface PwresetExpressOptions {
  /**
   * Whether, at the root, the paths that no dialect owns go on to the application's own routes, as they do by default. With
   * `false` the handler answers every path that reaches it, unknown ones with its 404: for a mount with nothing behind it.
   */
  readonly passOn?: boolean | undefined;
}

/**
 * Mounts a handler in Express 4 or 5. Below a path (`app.use('/sso', pwresetExpress(handler))`) every request there is answered; at the root
 * those that no dialect owns go on to the application's own routes; see {@link PwresetExpressOptions.passOn}.
 *
 * Mount it before `express.json()`, which parses leniently and answers malformed bodies itself; it works behind it too. The
 * client's address is `request.ip`, so the application's `trust proxy` setting decides whom to believe.
 *
 * @example
 * ```ts
 * import { createPwreset } from '@pwreset/core';
 * import { pwresetExpress } from '@pwreset/express';
 * import { createHandler, sso } from '@pwreset/http';
 * import { memoryMailer, memoryStorage, testHasher } from '@pwreset/memory';
 * import express from 'express';
 *
 * const pwreset = createPwreset({
 *   storage: memoryStorage(),
 *   hasher: testHasher(),
 *   mailer: memoryMailer(),
 *   secret: 'at least thirty-two bytes of secret text',
 * });
 * const app = express();
 * app.use(pwresetExpress(createHandler({ pwreset, dialects: [sso()] })));
 * ```
 */
export function pwresetExpress(handler: Handler, options: PwresetExpressOptions = {}): PwresetMiddleware {
  const { passOn = true } = options;
  const serve = nodeBinding(handler);
  return (request, response, next) => {
    const { path, ip, body } = request;
    if (passOn && request.baseUrl === '' && !handler.owns(path)) return next();
    serve({ request, response, path, remote: ip, given: body }).catch(next);
  };
}
