import type { Pwreset } from '@pwreset/core';
import { isTooLarge } from './body-size.js';
import type { Dialect, FailureLook, Method } from './dialect.js';
import { type Failure, failureOf, RequestRefused } from './failure.js';
import { type FaultListener, httpFault, tell, warnOfFault } from './fault.js';
import type { HttpRequest, HttpResponse } from './message.js';
import { type OpenApiRoute, openApiDialect } from './openapi-route.js';
import { failureHeaders, optionsResponse, responseOf } from './response.js';
import { type PathMatch, routeTable } from './route-table.js';

export interface HandlerOptions<P extends Pwreset> {
  readonly pwreset: P;
  readonly dialects: readonly Dialect<P>[];
  /** Called for every 500 and 503 that is not the caller's doing. A warning of the process by default. */
  readonly onFault?: FaultListener;
  /** Serves an OpenAPI 3.1 document of the dialects; none by default. */
  readonly openApi?: OpenApiRoute;
}

export interface Handler {
  /** Answers any request; it never rejects. */
  (request: HttpRequest): Promise<HttpResponse>;
  /** Whether a path belongs to a dialect: it has a row, or lies below the dialect's prefix. */
  owns(path: string): boolean;
}

/**
 * Serves dialects over the flows, without a framework.
 *
 * @throws TypeError for no dialect, a prefix that is no path, two rows with one method and path, and a dialect that needs a
 * service where there is none; with `openApi` also where {@link openApi} does
 * @example
 * ```ts
 * import { createPwreset } from '@pwreset/core';
 * import { createHandler, sso } from '@pwreset/http';
 * import { memoryMailer, memoryStorage, testHasher } from '@pwreset/memory';
 *
 * const pwreset = createPwreset({
 *   storage: memoryStorage(),
 *   hasher: testHasher(),
 *   mailer: memoryMailer(),
 *   secret: 'at least thirty-two bytes of secret text',
 * });
 * const handle = createHandler({ pwreset, dialects: [sso()] });
 * const { status } = await handle({
 *   method: 'GET',
 *   path: '/v1/user/1',
 *   query: '',
 *   headers: {},
 *   body: { kind: 'bytes', bytes: new Uint8Array() },
 *   ip: '192.0.2.1',
 * });
 * console.log(status); // 401
 * await pwreset.close();
 * ```
 */
export function createHandler<P extends Pwreset>(options: HandlerOptions<P>): Handler {
  const { pwreset, dialects, onFault = warnOfFault } = options;
  for (const { name, needsService = false } of dialects) {
    if (needsService && pwreset.defaultService === null) {
      throw new TypeError(`${name} serves anyone in the name of a service: give createPwreset or the dialect one`);
    }
  }
  const table = routeTable(options.openApi ? [...dialects, openApiDialect(dialects, options.openApi)] : dialects);
  const handle = async (request: HttpRequest): Promise<HttpResponse> => {
    const response = await answer({ pwreset, onFault }, table.match(request.path), request);
    return request.method === 'HEAD' ? { ...response, body: '' } : response;
  };
  return Object.assign(handle, { owns: table.owns });
}

type Serving<P extends Pwreset> = Required<Pick<HandlerOptions<P>, 'pwreset' | 'onFault'>>;

async function answer<P extends Pwreset>(
  { pwreset, onFault }: Serving<P>,
  { dialect, found }: PathMatch<P>,
  request: HttpRequest,
): Promise<HttpResponse> {
  const allow = allowed([...found.keys()]);
  const fail = (failure: Failure, look: FailureLook = dialect.failure): HttpResponse => {
    const shown = look(failure);
    return responseOf(shown, failureHeaders(failure, shown.status, allow));
  };

  if (found.size === 0) return fail({ kind: 'not_found' });
  if (request.method === 'OPTIONS') return optionsResponse(allow);
  const method = request.method === 'HEAD' ? 'GET' : request.method;
  const row = [...found].find(([name]) => name === method)?.[1];
  if (row === undefined) {
    const [other] = found.values();
    return fail({ kind: 'method_not_allowed' }, other?.route.failure);
  }

  const { route, params } = row;
  try {
    if (isTooLarge(request.body)) throw new RequestRefused({ kind: 'too_large' });
    return responseOf(await route.serve({ pwreset, request, params }));
  } catch (error) {
    const failure = failureOf(error);
    if (isOurs(failure)) {
      tell(onFault, httpFault({ dialect: dialect.name, method: route.method, path: route.path }, error));
    }
    return fail(failure, route.failure);
  }
}

/** What an operator has to hear of: nothing that a caller did. Being overloaded has an event of its own. */
const isOurs = (failure: Failure): boolean =>
  failure.kind === 'fault' || (failure.kind === 'refused' && failure.error.code === 'unavailable');

/** RFC 9110, section 10.2.1. */
const allowed = (methods: readonly Method[]): string =>
  [...methods, ...(methods.includes('GET') ? ['HEAD'] : []), 'OPTIONS'].join(', ');
