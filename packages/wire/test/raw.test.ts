import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { comparable, exchange, parseAnswer, rawRequest, send } from './raw.js';

const running: Server[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => once(server.close(), 'close')));
});

/** A server that answers whatever comes with these bytes, and keeps what came. */
async function answering(answer: string) {
  const received: Buffer[] = [];
  const server = createServer((socket) => {
    socket.once('data', (chunk) => {
      received.push(chunk);
      socket.end(answer, 'latin1');
    });
  });
  server.listen(0, '127.0.0.1');
  running.push(server);
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server does not listen on a port');
  return { url: `http://127.0.0.1:${address.port}`, sent: () => Buffer.concat(received).toString('latin1') };
}

test('a request is sent as it is said, an answer read as it came', async () => {
  const { url, sent } = await answering('HTTP/1.1 200 OK\r\nX-B: 2\r\nx-a: ä\r\nX-B:3\r\n\r\nb\xf6dy');
  const answer = await send(url, {
    method: 'POST',
    target: '//x/%2e%2E?q#h',
    headers: [
      ['X-One', '1'],
      ['x-one', 'ä'],
      ['Host', 'evil.example'],
    ],
    body: 'ä',
  });
  expect(sent()).toBe(
    'POST //x/%2e%2E?q#h HTTP/1.1\r\nX-One: 1\r\nx-one: ä\r\nHost: evil.example\r\nConnection: close\r\nContent-Length: 2\r\n\r\n\xc3\xa4',
  );
  expect({ ...answer, body: Buffer.from(answer.body).toString('latin1') }).toEqual({
    statusLine: 'HTTP/1.1 200 OK',
    status: 200,
    headers: [
      ['X-B', '2'],
      ['x-a', 'ä'],
      ['X-B', '3'],
    ],
    body: 'b\xf6dy',
  });
});

test('chunks are put together, and an interim answer is passed over', async () => {
  const { url } = await answering(
    'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 413 Payload Too Large\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nab\xe9\r\n1;x=y\r\nc\r\n0\r\n\r\n',
  );
  const answer = parseAnswer(await exchange(url, 'GET / HTTP/1.1\r\n\r\n'));
  expect([answer.status, Buffer.from(answer.body).toString('latin1')]).toEqual([413, 'ab\xe9c']);
});

test('an answer that breaks off is an error', () => {
  expect(() => parseAnswer(Buffer.from('HTTP/1.1 200 OK\r\nA: b\r\n'))).toThrow('no answer in');
  const chunk = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc';
  expect(() => parseAnswer(Buffer.from(chunk))).toThrow('breaks off');
});

test('a body in chunks is not announced by its length', () => {
  const request = {
    method: 'POST',
    target: '/',
    headers: [['Transfer-Encoding', 'chunked']],
    body: '0\r\n\r\n',
  } as const;
  expect(Buffer.from(rawRequest(request)).toString()).not.toContain('Content-Length');
});

test('answers are compared without order, spelling and framing of their headers', () => {
  const parse = (text: string) => comparable(parseAnswer(Buffer.from(text)));
  const one = parse('HTTP/1.1 200 OK\r\nA: 1\r\nB: 2\r\nDate: today\r\nConnection: close\r\n\r\nx');
  expect(parse('HTTP/1.1 200 OK\r\nb: 2\r\na: 1\r\nKeep-Alive: timeout=5\r\n\r\nx')).toEqual(one);
  expect(parse('HTTP/1.1 200 OK\r\nb: 2\r\na: 3\r\n\r\nx')).not.toEqual(one);
  expect(parse('HTTP/1.1 200 OK\r\nb: 2\r\na: 1\r\n\r\ny')).not.toEqual(one);
});
