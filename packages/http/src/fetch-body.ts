import { announcesTooMuch, bodiless, byteCollector, givenBody, noBody } from './body-bytes.js';
import type { HttpBody } from './message.js';

/**
 * The body of a request; `null` where the client went away before its end.
 *
 * @throws TypeError where it was read before
 */
export async function readFetchBody(request: Request): Promise<HttpBody | null> {
  if (bodiless(request.method)) return noBody;
  if (request.bodyUsed) throw new TypeError('the body was read before; give the handler a request of its own, a clone');
  const length = request.headers.get('content-length');
  if (announcesTooMuch(length)) return { kind: 'too_large' };
  // Servers hold a body to the length that it announced, so this is bounded; and it is faster than a stream.
  const announced = /^\d+$/.test(length ?? '');
  const body = announced ? request.arrayBuffer().then(givenBody) : readStream(request.body);
  // A body that breaks off is a client that went away.
  return body.catch(() => null);
}

/**
 * Stops at the first byte too many. The stream is not cancelled: some adapters on Node would tear the connection down, and
 * the answer with it. What comes further is the server's to discard.
 */
async function readStream(stream: ReadableStream<Uint8Array> | null): Promise<HttpBody> {
  if (stream === null) return noBody;
  const reader = stream.getReader();
  const bytes = byteCollector();
  try {
    let chunk = await reader.read();
    while (!chunk.done && bytes.take(chunk.value)) chunk = await reader.read();
    return bytes.body();
  } finally {
    reader.releaseLock();
  }
}
