import type { ServerResponse } from 'node:http';
import type { Handler, HttpResponse } from '@pwreset/http';
import { type MaybeParsed, readBody } from './read-body.js';

/** What is used of Express' request; Express 4 and 5 both have it. */
export type ExpressRequest = MaybeParsed & {
  readonly baseUrl: string;
  readonly path: string;
  readonly ip?: string | undefined;
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
 * Mounts a handler. Below a path (`app.use('/sso', pwresetExpress(handler))`) every request there is answered; at the root
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
  return (request, response, next) => {
    if (passOn && request.baseUrl === '' && !handler.owns(request.path)) {
      next();
      return;
    }
    serve(handler, request, response).catch(next);
  };
}

async function serve(handler: Handler, request: ExpressRequest, response: ServerResponse): Promise<void> {
  const body = await readBody(request);
  if (body === null) return;
  const { method = 'GET', url = '/', path, headers, ip = null } = request;
  const question = url.indexOf('?');
  const query = question < 0 ? '' : url.slice(question + 1);
  const answer = await handler({ method, path, query, headers, body, ip });
  // The rest of a body that nobody wants must not be taken for the next request.
  if (body.kind === 'too_large') response.setHeader('Connection', 'close');
  send(answer, response);
}

function send({ status, headers, body }: HttpResponse, response: ServerResponse): void {
  response.statusCode = status;
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  response.end(body);
}
