import type { IncomingMessage, ServerResponse } from 'node:http';
import { httpFault, warnOfFault } from './fault.js';
import type { BindingOptions } from './fetch-binding.js';
import type { Handler } from './handler.js';
import { mountAt } from './mount-path.js';
import { type NodeExchange, nodeBinding } from './node-binding.js';
import { splitTarget } from './node-request.js';

export interface NodeListenerOptions extends BindingOptions {
  /**
   * The address of the peer, as in {@link NodeExchange.remote}; the socket's by default. With
   * {@link BindingOptions.trustedProxies} the client's is looked up behind them.
   */
  readonly clientIp?: ((request: IncomingMessage) => string | null | undefined) | undefined;
  /** Where the handler is mounted: empty by default, or a path such as `/auth`. */
  readonly basePath?: string | undefined;
}

/** Fits `http.createServer`, and `on('request', …)` of a server of `node:http2`. */
export interface NodeListener {
  (request: IncomingMessage, response: ServerResponse): void;
  /** Whether a request is the handler's: below a base path all are, at the root those that a dialect owns. */
  owns(request: IncomingMessage): boolean;
}

/** A socket that was reset has none any more, so this is asked before the body is read. */
const socketAddress = ({ socket }: IncomingMessage): string | undefined => socket.remoteAddress;

/**
 * Serves a handler on Node's own server. It answers every request; `owns` says which to leave to the application. Where
 * `clientIp` throws, the answer is an empty 500 and the process is warned.
 *
 * @throws TypeError for a base path that is no path, and a trusted proxy that is none
 * @example
 * ```ts
 * import { once } from 'node:events';
 * import { createServer } from 'node:http';
 * import { createPwreset } from '@pwreset/core';
 * import { createHandler, nodeListener, sso } from '@pwreset/http';
 * import { memoryMailer, memoryStorage, testHasher } from '@pwreset/memory';
 *
 * const pwreset = createPwreset({
 *   storage: memoryStorage(),
 *   hasher: testHasher(),
 *   mailer: memoryMailer(),
 *   secret: 'at least thirty-two bytes of secret text',
 * });
 * const listener = nodeListener(createHandler({ pwreset, dialects: [sso()] }), { trustedProxies: ['loopback'] });
 * const server = createServer((request, response) => {
 *   if (listener.owns(request)) listener(request, response);
 *   else response.end('the application');
 * });
 * server.listen(0, '127.0.0.1');
 * await once(server, 'listening');
 * server.close();
 * await pwreset.close();
 * ```
 */
export function nodeListener(
  handler: Handler,
  { clientIp = socketAddress, basePath = '', trustedProxies }: NodeListenerOptions = {},
): NodeListener {
  const serve = nodeBinding(handler, { trustedProxies });
  const mount = mountAt(handler, basePath);
  const pathOf = ({ url = '/' }: IncomingMessage): string => splitTarget(url).path;
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> =>
    serve({ request, response, path: mount.relative(pathOf(request)), remote: clientIp(request) });
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    answer(request, response).catch((error: unknown) => {
      warnOfFault(
        httpFault({ dialect: 'nodeListener', method: request.method ?? 'GET', path: basePath || '/' }, error),
      );
      if (response.headersSent) response.destroy();
      else response.writeHead(500, request.httpVersionMajor < 2 ? { Connection: 'close' } : {}).end();
    });
  };
  return Object.assign(listener, { owns: (request: IncomingMessage) => mount.owns(pathOf(request)) });
}
