import { announcesTooMuch, bodiless, givenBody, noBody } from './body-bytes.js';
import { addressFinder } from './client-address.js';
import { readFetchBody } from './fetch-body.js';
import type { Handler } from './handler.js';
import type { HttpBody, HttpResponse } from './message.js';

export interface BindingOptions {
  /** The proxies in front of the server, as in {@link ClientAddressInput.trusted}; none by default. */
  readonly trustedProxies?: readonly string[] | undefined;
}

/** A request as a framework over `fetch` knows it. */
export interface FetchExchange {
  readonly request: Request;
  /** Percent-encoded as it came, relative to the mount. */
  readonly path: string;
  /**
   * The address of the peer. `null` says that there is none; `undefined` is what a connection has that was reset, and then
   * nothing is served.
   */
  readonly remote: string | null | undefined;
  /** The body where it was read before: bytes, text, or what a parser made of them. */
  readonly given?: unknown;
}

/**
 * What a binding for a framework over `Request` and `Response` is made of: it says where the handler is mounted, who the peer
 * is and what was read already; this does the rest. {@link fetchHandler} is such a binding.
 *
 * The promise rejects with a TypeError where the body was read before and is not given.
 *
 * @throws TypeError for a trusted proxy that is none
 * @example
 * ```ts
 * import { createPwreset } from '@pwreset/core';
 * import { createHandler, fetchBinding, sso } from '@pwreset/http';
 * import { memoryMailer, memoryStorage, testHasher } from '@pwreset/memory';
 *
 * const pwreset = createPwreset({
 *   storage: memoryStorage(),
 *   hasher: testHasher(),
 *   mailer: memoryMailer(),
 *   secret: 'at least thirty-two bytes of secret text',
 * });
 * const serve = fetchBinding(createHandler({ pwreset, dialects: [sso()] }));
 * const request = new Request('https://app.example/auth/v1/user/1');
 * const { status } = await serve({ request, path: '/v1/user/1', remote: '192.0.2.1' });
 * console.log(status); // 401
 * await pwreset.close();
 * ```
 */
export function fetchBinding(
  handler: Handler,
  { trustedProxies = [] }: BindingOptions = {},
): (exchange: FetchExchange) => Promise<Response> {
  const findAddress = addressFinder(trustedProxies);
  return async (exchange) => {
    const { request, path, remote } = exchange;
    if (remote === undefined || (remote === null && isAborted(request))) return toNobody();
    const ip = findAddress({ remote, headers: request.headers });
    const body = await bodyOf(exchange);
    if (body === null) return toNobody();
    const query = new URL(request.url).search.slice(1);
    const headers = Object.fromEntries(request.headers);
    return responseOf(await handler({ method: request.method, path, query, headers, body, ip }));
  };
}

/** The client went away: nobody hears this. */
const toNobody = (): Response => new Response(null, { status: 400 });

/** Not every runtime's requests have a signal. */
const isAborted = ({ signal }: Partial<Pick<Request, 'signal'>>): boolean => signal?.aborted ?? false;

async function bodyOf({ request, given }: FetchExchange): Promise<HttpBody | null> {
  if (given === undefined) return readFetchBody(request);
  if (bodiless(request.method)) return noBody;
  return announcesTooMuch(request.headers.get('content-length')) ? { kind: 'too_large' } : givenBody(given);
}

/** No body instead of an empty one: an empty text would get a media type (Fetch, section 6.2), and 204 may have none. */
const responseOf = ({ status, headers, body }: HttpResponse): Response =>
  new Response(body === '' ? null : body, { status, headers });
