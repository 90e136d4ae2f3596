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

/** Fields that came more than once joined by commas, all of them as `Headers` would: of some Node keeps only the first. */
export function headersOf({ headers, headersDistinct }: IncomingMessage): HttpHeaders {
  const repeated = Object.entries(headersDistinct).flatMap(([name, values = []]) =>
    values.length > 1 && name !== 'cookie' ? [[name, values.join(', ')] as const] : [],
  );
  return { ...headers, ...Object.fromEntries(repeated) };
}

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

/** Whether a part of the body may still come: it must not be taken for the next request. */
export const leavesRest = ({ method = 'GET', headers }: IncomingMessage, body: HttpBody): boolean =>
  body.kind === 'too_large' ||
  (bodiless(method) && (Number(headers['content-length'] ?? 0) > 0 || headers['transfer-encoding'] !== undefined));

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
    // A client that goes away is an 'error' too; without a listener that would end the process.
    request.on('error', leave).on('data', take).on('end', finish).on('close', leave);
  });
}
