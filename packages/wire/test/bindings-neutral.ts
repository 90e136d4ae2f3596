import { STATUS_CODES } from 'node:http';
import { type Handler, type HttpBody, type HttpRequest, maxBodyBytes } from '@pwreset/http';
import type { Asked } from './bindings-kinds.js';
import { comparable, type RawRequest } from './raw.js';

/** What one answer is compared by. */
export type Comparable = ReturnType<typeof comparable>;

/** Fields that came more than once are one list (RFC 9110, section 5.3). */
function headersOf({ headers = [] }: RawRequest): Readonly<Record<string, string>> {
  const joined = new Map<string, string>();
  for (const [name, value] of headers) {
    const key = name.toLowerCase();
    const before = joined.get(key);
    joined.set(key, before === undefined ? value : `${before}, ${value}`);
  }
  return Object.fromEntries(joined);
}

function bodyOf({ request, content }: Asked): HttpBody {
  const { method, headers = [], body = '' } = request;
  const nothing: HttpBody = { kind: 'bytes', bytes: new Uint8Array() };
  if (method === 'GET' || method === 'HEAD') return nothing;
  const announced = headers.find(([name]) => name === 'Content-Length')?.[1];
  const bytes = content ?? Buffer.from(body);
  return Number(announced ?? bytes.length) > maxBodyBytes ? { kind: 'too_large' } : { kind: 'bytes', bytes };
}

/** What becomes of a request target on its way to a binding; `null` where the server refuses it by itself. */
export type Seen = (target: string) => string | null;

/** The request as a binding has to hand it over. */
function handedOver(asked: Asked, target: string): HttpRequest {
  const [path = '', ...query] = target.replace(/^http:\/\/[^/]*/, '').split('?');
  return {
    method: asked.request.method,
    path,
    query: query.join('?'),
    headers: headersOf(asked.request),
    body: bodyOf(asked),
    ip: '127.0.0.1',
  };
}

/** A server's own words. */
const refused: Comparable = { statusLine: 'HTTP/1.1 400 Bad Request', headers: [], body: '' };

/** What has to be on the wire: the handler's own answer, and of the server's headers the length of the body. */
export async function expectedAnswer(
  handler: Handler,
  asked: Asked,
  seen: Seen = (target) => target,
): Promise<Comparable> {
  const target = seen(asked.request.target);
  if (target === null) return refused;
  const { status, headers, body } = await handler(handedOver(asked, target));
  const bytes = Buffer.from(body);
  // Not with 204 (RFC 9110, section 8.6); and what HEAD would have to say, the handler does not know.
  const isCounted = status !== 204 && asked.request.method !== 'HEAD';
  return comparable({
    statusLine: `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    status,
    headers: [...Object.entries(headers), ...(isCounted ? [['Content-Length', String(bytes.length)] as const] : [])],
    body: bytes,
  });
}
