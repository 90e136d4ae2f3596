import { once } from 'node:events';
import { connect } from 'node:net';
import type { Demo } from '../src/demo.js';

/** Sends a request target and a Host as they are, which no client would, and reads all of the answer. */
export async function wire(
  { url }: Pick<Demo, 'url'>,
  target: string,
  { method = 'GET', host = new URL(url).host }: { readonly method?: string; readonly host?: string } = {},
): Promise<{ readonly status: number; readonly type: string; readonly body: string }> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  const chunks: Uint8Array[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  socket.write(`${method} ${target} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
  await once(socket, 'close');
  const [head = '', body = ''] = Buffer.concat(chunks).toString().split('\r\n\r\n');
  return {
    status: Number(/^HTTP\/1\.1 (\d+)/.exec(head)?.[1]),
    type: /^content-type: (.*)$/im.exec(head)?.[1] ?? '',
    body,
  };
}
