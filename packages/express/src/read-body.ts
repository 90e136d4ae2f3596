import type { IncomingMessage } from 'node:http';
import { type HttpBody, maxBodyBytes } from '@pwreset/http';

/** A request as Express hands it on; `body` is what a parser mounted before may have left there. */
export type MaybeParsed = IncomingMessage & { readonly body?: unknown };

/** Express 4 leaves `{}` where no parser felt responsible, Express 5 nothing. */
const isNothing = (body: unknown): boolean =>
  body === undefined || (typeof body === 'object' && body !== null && Object.keys(body).length === 0);

function givenBody(body: unknown): HttpBody {
  if (body instanceof Uint8Array) {
    return body.length > maxBodyBytes ? { kind: 'too_large' } : { kind: 'bytes', bytes: body };
  }
  if (typeof body === 'string') return givenBody(new TextEncoder().encode(body));
  return { kind: 'parsed', value: body };
}

/** The body, read here or by a parser before; `null` where the client went away before its end. */
export function readBody(request: MaybeParsed): Promise<HttpBody | null> {
  const { body } = request;
  if (Number(request.headers['content-length'] ?? 0) > maxBodyBytes) return Promise.resolve({ kind: 'too_large' });
  const consumed = request.readableDidRead || request.readableEnded;
  return consumed || !isNothing(body) ? Promise.resolve(givenBody(body)) : readBytes(request);
}

/** Stops at the first byte too many and leaves the rest on the wire. */
function readBytes(request: IncomingMessage): Promise<HttpBody | null> {
  return new Promise((resolve) => {
    const chunks: Uint8Array[] = [];
    let size = 0;
    const settle = (body: HttpBody | null): void => {
      request.off('data', take).off('end', finish).off('close', leave);
      request.pause();
      resolve(body);
    };
    const take = (chunk: Uint8Array): void => {
      size += chunk.length;
      if (size > maxBodyBytes) settle({ kind: 'too_large' });
      else chunks.push(chunk);
    };
    const finish = (): void => settle({ kind: 'bytes', bytes: Buffer.concat(chunks) });
    const leave = (): void => settle(null);
    // A client that goes away is an 'error' too; without a listener that would end the process.
    request.on('error', leave).on('data', take).on('end', finish).on('close', leave);
  });
}
