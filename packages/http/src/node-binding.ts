import type { IncomingMessage, ServerResponse } from 'node:http';
import { addressFinder } from './client-address.js';
import type { BindingOptions } from './fetch-binding.js';
import type { Handler } from './handler.js';
import type { HttpResponse } from './message.js';
import { headersOf, leavesRest, readNodeBody, splitTarget } from './node-request.js';

/** A request as a framework over Node's server knows it. */
export interface NodeExchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Percent-encoded as it came, relative to the mount. */
  readonly path: string;
  /** The address of the peer, or of the client where the framework knows its proxies. */
  readonly remote: string | null;
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
 *   const remote = request.socket.remoteAddress ?? null;
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
    const ip = findAddress({ remote, headers: request.headers });
    const body = await readNodeBody(request, given);
    if (body === null) return;
    const { method = 'GET', url = '/' } = request;
    const { query } = splitTarget(url);
    const answer = await handler({ method, path, query, headers: headersOf(request), body, ip });
    if (leavesRest(request, body)) response.setHeader('Connection', 'close');
    send(answer, response);
  };
}

function send({ status, headers, body }: HttpResponse, response: ServerResponse): void {
  response.statusCode = status;
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  response.end(body);
}
