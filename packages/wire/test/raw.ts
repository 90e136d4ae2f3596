import { once } from 'node:events';
import { connect } from 'node:net';

/** An answer as its bytes said it. */
export interface RawAnswer {
  readonly statusLine: string;
  readonly status: number;
  /** In the order and the spelling in which they came. */
  readonly headers: readonly (readonly [string, string])[];
  /** Without the framing of chunks. */
  readonly body: Uint8Array;
}

export interface RawRequest {
  readonly method: string;
  /** The request target, sent as it is. */
  readonly target: string;
  /** Sent as they are, in this order, one line each; `Host` and `Connection: close` are added where they are missing. */
  readonly headers?: readonly (readonly [string, string])[];
  /** Announced by its length, unless `headers` announce one. */
  readonly body?: string | Uint8Array;
}

const bytesOf = (part: string | Uint8Array): Uint8Array => (typeof part === 'string' ? Buffer.from(part) : part);

/** A request's bytes. Header values are latin1, as they are on the wire. */
export function rawRequest({ method, target, headers = [], body }: RawRequest): Uint8Array {
  const named = new Set(headers.map(([name]) => name.toLowerCase()));
  const content = body === undefined ? null : bytesOf(body);
  const added: readonly (readonly [string, string])[] = [
    ['Host', '127.0.0.1'],
    ['Connection', 'close'],
    ...(content === null || named.has('transfer-encoding')
      ? []
      : [['Content-Length', String(content.length)] as const]),
  ];
  const lines = [...headers, ...added.filter(([name]) => !named.has(name.toLowerCase()))];
  const head = [`${method} ${target} HTTP/1.1`, ...lines.map(([name, value]) => `${name}: ${value}`), '', ''].join(
    '\r\n',
  );
  return Buffer.concat([Buffer.from(head, 'latin1'), content ?? Buffer.of()]);
}

/** Writes these bytes to a server and reads whatever comes until it hangs up. */
export async function exchange(url: string, ...parts: readonly (string | Uint8Array)[]): Promise<Buffer> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  const chunks: Uint8Array[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  // A server hangs up on bodies that it does not want, while they are still being written.
  socket.on('error', () => {});
  for (const part of parts) socket.write(bytesOf(part));
  await once(socket, 'close');
  return Buffer.concat(chunks);
}

function unchunk(text: string): string {
  const size = Number.parseInt(text, 16);
  const start = text.indexOf('\r\n') + 2;
  if (Number.isNaN(size) || start < 2) throw new Error(`the chunked body breaks off at ${JSON.stringify(text)}`);
  return size === 0 ? '' : text.slice(start, start + size) + unchunk(text.slice(start + size + 2));
}

/** The last of the answers in these bytes; interim ones, such as 100 (RFC 9110, section 15.2), come before it. */
export function parseAnswer(bytes: Buffer): RawAnswer {
  const text = bytes.toString('latin1');
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) throw new Error(`no answer in ${JSON.stringify(text)}`);
  const [statusLine = '', ...lines] = text.slice(0, end).split('\r\n');
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(statusLine)?.[1]);
  if (status < 200) return parseAnswer(bytes.subarray(end + 4));
  const headers = lines.map((line) => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon), line.slice(colon + 1).trim()] as const;
  });
  const chunked = headers.some(([name, value]) => name.toLowerCase() === 'transfer-encoding' && value === 'chunked');
  const rest = text.slice(end + 4);
  return { statusLine, status, headers, body: Buffer.from(chunked ? unchunk(rest) : rest, 'latin1') };
}

/** Sends one request on a connection of its own. */
export const send = async (url: string, request: RawRequest): Promise<RawAnswer> =>
  parseAnswer(await exchange(url, rawRequest(request)));

const framing = /^(?:date|connection|keep-alive|transfer-encoding):|^content-length: 0$/;

/**
 * What every server must say alike: names of headers are compared in lower case and their order is no matter (RFC 9110,
 * section 5.3); when it was said, what becomes of the connection and how an empty body is framed is each server's own.
 */
export function comparable({ statusLine, headers, body }: RawAnswer) {
  const named = headers.map(([name, value]) => `${name.toLowerCase()}: ${value}`);
  const kept = named.filter((line) => !framing.test(line));
  return { statusLine, headers: kept.toSorted(), body: Buffer.from(body).toString('latin1') };
}
