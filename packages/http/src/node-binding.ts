import type { IncomingMessage, ServerResponse } from 'node:http';
import { addressFinder } from './client-address.js';
import type { BindingOptions } from './fetch-binding.js';
import type { Handler } from './handler.js';
import type { HttpResponse } from './message.js';
import { headersOf, isGone, leavesRest, readNodeBody, splitTarget } from './node-request.js';

/** A request as a framework over Node's server knows it. */
export interface NodeExchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Percent-encoded as it came, relative to the mount. */
  readonly path: string;
  /**
   * The address of the peer, or of the client where the framework knows its proxies. `null` says that there is none; `undefined`
   * is what a connection has that was reset, and then nothing is served.
   */
  readonly remote: string | null | undefined;
  /** The body where it was read before: bytes, text, or what a parser made of them. */
  readonly given?: unknown;
}

/**
 * What a binding for a framework over Node's server is made of: it says where the handler is mounted, who the peer is and what
 * was read already; this reads the rest and answers. {@link nodeListener} is such a binding, and `@pwreset/express`.
 *
 * @throws TypeError for a trusted proxy that is none
 * @example
 * ```ts
 * import { once } from 'node:events';
 * import { createServer } from 'node:http';
 * import { createPwreset } from '@pwreset/core';
 * import { createHandler, nodeBinding, sso } from '@pwreset/http';
 * import { memoryMailer, memoryStorage, testHasher } from '@pwreset/memory';
 *
 * const pwreset = createPwreset({
 *   storage: memoryStorage(),
 *   hasher: testHasher(),
 *   mailer: memoryMailer(),
 *   secret: 'at least thirty-two bytes of secret text',
 * });
 * const serve = nodeBinding(createHandler({ pwreset, dialects: [sso()] }));
 * const server = createServer((request, response) => {
 *   const path = request.url?.split('?')[0] ?? '/';
 *   const remote = request.socket.remoteAddress;
 *   serve({ request, response, path, remote }).catch((error) => response.destroy(error));
 * });
 * server.listen(0, '127.0.0.1');
 * await once(server, 'listening');
 * server.close();
 * await pwreset.close();
 * ```
 */
export function nodeBinding(
  handler: Handler,
  { trustedProxies = [] }: BindingOptions = {},
): (exchange: NodeExchange) => Promise<void> {
  const findAddress = addressFinder(trustedProxies);
  return async ({ request, response, path, remote, given }) => {
    if (isGone(request, remote)) return;
    const headers = headersOf(request);
    const ip = findAddress({ remote: remote ?? null, headers });
    const body = await readNodeBody(request, given);
    if (body === null) return;
    const { method = 'GET', url = '/' } = request;
    const { query } = splitTarget(url);
    const answer = await handler({ method, path, query, headers, body, ip });
    send(answer, response, leavesRest(request, body));
  };
}

/** Nothing where the client went away, or the application answered meanwhile. */
function send({ status, headers, body }: HttpResponse, response: ServerResponse, closing: boolean): void {
  if (response.headersSent || response.destroyed) return;
  response.statusCode = status;
  if (closing) response.setHeader('Connection', 'close');
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  response.end(body);
}
