import { type HttpBody, maxBodyBytes } from './message.js';

/** Of GET and HEAD, whose content means nothing (RFC 9110, section 9.3.1): `fetch` cannot even carry it. */
export const bodiless = (method: string): boolean => method === 'GET' || method === 'HEAD';

export const noBody: HttpBody = { kind: 'bytes', bytes: new Uint8Array() };

/** Whether a body says of itself that it is too large, so that it need not be read. */
export const announcesTooMuch = (contentLength: string | null | undefined): boolean =>
  Number(contentLength ?? 0) > maxBodyBytes;

/** What a framework read before the handler was asked: bytes, text, or what it made of them. */
export function givenBody(given: unknown): HttpBody {
  if (typeof given === 'string') return givenBody(new TextEncoder().encode(given));
  if (given instanceof ArrayBuffer) return givenBody(new Uint8Array(given));
  if (!(given instanceof Uint8Array)) return { kind: 'parsed', value: given };
  return given.length > maxBodyBytes ? { kind: 'too_large' } : { kind: 'bytes', bytes: given };
}

/** Collects chunks up to the limit. */
export interface ByteCollector {
  /** Whether there may be more. */
  take(chunk: Uint8Array): boolean;
  body(): HttpBody;
}

export function byteCollector(): ByteCollector {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const take = (chunk: Uint8Array): boolean => {
    size += chunk.length;
    if (size <= maxBodyBytes) chunks.push(chunk);
    return size <= maxBodyBytes;
  };
  const body = (): HttpBody => {
    if (size > maxBodyBytes) return { kind: 'too_large' };
    const bytes = new Uint8Array(size);
    let offset = 0;
    for (const chunk of chunks) {
      bytes.set(chunk, offset);
      offset += chunk.length;
    }
    return { kind: 'bytes', bytes };
  };
  return { take, body };
}
