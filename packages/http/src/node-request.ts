import type { IncomingMessage } from 'node:http';
import { announcesTooMuch, bodiless, byteCollector, givenBody, noBody } from './body-bytes.js';
import type { HttpBody, HttpHeaders } from './message.js';

/** Path and query of a request target, in origin or absolute form (RFC 9112, section 3.2). */
export function splitTarget(target: string): { readonly path: string; readonly query: string } {
  const [beforeHash = ''] = target.replace(/^https?:\/\/[^/?#]*/i, '').split('#', 1);
  const question = beforeHash.indexOf('?');
  if (question < 0) return { path: beforeHash || '/', query: '' };
  return { path: beforeHash.slice(0, question) || '/', query: beforeHash.slice(question + 1) };
}

/**
 * Fields that came more than once joined as `Headers` would, all of them: of some Node keeps only the first. Without a prototype,
 * because a name may be `constructor`; without the pseudo-fields of HTTP/2.
 */
export function headersOf({ rawHeaders }: IncomingMessage): HttpHeaders {
  const headers: Record<string, string> = Object.create(null);
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]?.toLowerCase() ?? '';
    const value = rawHeaders[index + 1] ?? '';
    if (name.startsWith(':')) continue;
    const before = headers[name];
    // RFC 9113, section 8.2.3, for cookies.
    headers[name] = before === undefined ? value : `${before}${name === 'cookie' ? '; ' : ', '}${value}`;
  }
  return headers;
}

/**
 * Whether the client went away; a request is also destroyed when it was read to its end, so it does not tell. The address may go
 * before Node notices, and then nothing would be counted; on a Unix socket there are no addresses, not even one's own.
 */
export const isGone = ({ socket }: IncomingMessage, remote: string | null | undefined): boolean =>
  socket.destroyed || (remote === undefined && socket.localAddress !== undefined);

/** Express 4 leaves `{}` where no parser felt responsible, Express 5 nothing. */
const isNothing = (given: unknown): boolean =>
  given === undefined || (typeof given === 'object' && given !== null && Object.keys(given).length === 0);

/** The body, read here or given by who read it before; `null` where the client went away before its end. */
export async function readNodeBody(request: IncomingMessage, given: unknown): Promise<HttpBody | null> {
  if (bodiless(request.method ?? 'GET')) return noBody;
  if (announcesTooMuch(request.headers['content-length'])) return { kind: 'too_large' };
  const consumed = request.readableDidRead || request.readableEnded;
  return consumed || !isNothing(given) ? givenBody(given) : readBytes(request);
}

/** Whether a part of the body may still come: it must not be taken for the next request. Not in HTTP/2, which has streams. */
export const leavesRest = ({ method = 'GET', headers, httpVersionMajor }: IncomingMessage, body: HttpBody): boolean =>
  httpVersionMajor < 2 &&
  (body.kind === 'too_large' ||
    (bodiless(method) && (Number(headers['content-length'] ?? 0) > 0 || headers['transfer-encoding'] !== undefined)));

/** Stops at the first byte too many and leaves the rest on the wire. */
function readBytes(request: IncomingMessage): Promise<HttpBody | null> {
  return new Promise((resolve) => {
    const bytes = byteCollector();
    const settle = (body: HttpBody | null): void => {
      request.off('data', take).off('end', finish).off('close', leave);
      request.pause();
      resolve(body);
    };
    const take = (chunk: Uint8Array): void => {
      if (!bytes.take(chunk)) finish();
    };
    const finish = (): void => settle(bytes.body());
    const leave = (): void => settle(null);
    if (request.destroyed) return leave();
    // Going away may be an 'error' besides; an 'error' without a listener would end the process.
    request.on('error', leave).on('data', take).on('end', finish).on('close', leave);
  });
}
