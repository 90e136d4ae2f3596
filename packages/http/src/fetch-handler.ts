import { type BindingOptions, fetchBinding } from './fetch-binding.js';
import type { Handler } from './handler.js';
import { mountAt } from './mount-path.js';

export interface FetchHandlerOptions<Context extends readonly unknown[]> extends BindingOptions {
  /**
   * The address of the peer, from whatever the runtime hands over beside the request: a `Request` does not know it. Without it
   * limits by address would vanish; `null` says that there is none. `undefined` is what a connection has that was reset, and then
   * nothing is served. With {@link BindingOptions.trustedProxies} the client's is looked up behind them.
   */
  readonly clientIp: (request: Request, ...context: Context) => string | null | undefined;
  /** Where the handler is mounted: empty by default, or a path such as `/api/auth`. */
  readonly basePath?: string | undefined;
}

/** What a runtime calls with a request, and with whatever else it has. */
export interface FetchHandler<Context extends readonly unknown[]> {
  (request: Request, ...context: Context): Promise<Response>;
  /** Whether a request is the handler's: below a base path all are, at the root those that a dialect owns. */
  owns(request: Request): boolean;
}

/**
 * Serves a handler to anything that speaks `Request` and `Response`. It answers every request; `owns` says which to leave to
 * the application. How it is mounted, with `handle` as what this returns, and what `clientIp` is:
 *
 * - Bun: `Bun.serve({ fetch: handle })`, `(request, server) => server.requestIP(request)?.address`
 * - Deno: `Deno.serve(handle)`, `(_, info) => info.remoteAddr.hostname`
 * - Cloudflare Workers: `export default { fetch: handle }`, `(request) => request.headers.get('cf-connecting-ip')`
 * - Next.js on Vercel: `export { handle as GET, handle as POST }`, `(request) => request.headers.get('x-vercel-forwarded-for')`
 * - SvelteKit: `export const POST = (event) => handle(event.request, event)`, `(_, event) => event.getClientAddress()`
 * - h3: `defineEventHandler((event) => handle(toWebRequest(event), event))`, `(_, event) => getRequestIP(event)`
 *
 * A header tells the address only where the platform overwrites what came, as it does here; for proxies of one's own there is
 * {@link BindingOptions.trustedProxies}.
 *
 * @throws TypeError for a base path that is no path, and a trusted proxy that is none
 * @example
 * ```ts
 * import { createPwreset } from '@pwreset/core';
 * import { createHandler, fetchHandler, sso } from '@pwreset/http';
 * import { memoryMailer, memoryStorage, testHasher } from '@pwreset/memory';
 *
 * const pwreset = createPwreset({
 *   storage: memoryStorage(),
 *   hasher: testHasher(),
 *   mailer: memoryMailer(),
 *   secret: 'at least thirty-two bytes of secret text',
 * });
 * const handle = fetchHandler(createHandler({ pwreset, dialects: [sso()] }), {
 *   clientIp: (_request, peer: { readonly address: string }) => peer.address,
 * });
 * const serve = async (request: Request, peer: { readonly address: string }) =>
 *   handle.owns(request) ? handle(request, peer) : new Response('the application');
 *
 * const { status } = await serve(new Request('https://app.example/v1/user/1'), { address: '192.0.2.1' });
 * console.log(status); // 401
 * await pwreset.close();
 * ```
 */
export function fetchHandler<Context extends readonly unknown[] = []>(
  handler: Handler,
  { clientIp, basePath = '', trustedProxies }: FetchHandlerOptions<Context>,
): FetchHandler<Context> {
  const serve = fetchBinding(handler, { trustedProxies });
  const mount = mountAt(handler, basePath);
  const pathOf = (request: Request): string => new URL(request.url).pathname;
  const handle = async (request: Request, ...context: Context): Promise<Response> =>
    serve({ request, path: mount.relative(pathOf(request)), remote: clientIp(request, ...context) });
  return Object.assign(handle, { owns: (request: Request) => mount.owns(pathOf(request)) });
}
