import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { json } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { loaded } from '../src/http-load.js';
import { requestsFor } from '../src/http-requests.js';
import { clientHeader, siteOf } from '../src/http-site.js';

interface Seen {
  readonly client: string | readonly string[] | undefined;
  readonly body: unknown;
}

/** Answers with the status that `statusOf` gives the n-th request, and remembers them. */
async function listening(statusOf: (request: number) => number) {
  const seen: Seen[] = [];
  const most = { connections: 0 };
  const server = createServer(async (request: IncomingMessage, response) => {
    seen.push({ client: request.headers[clientHeader], body: await json(request) });
    response.statusCode = statusOf(seen.length);
    response.end('{}');
  });
  server.on('connection', () => {
    most.connections += 1;
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { seen, most, ...siteOf(server) };
}

test('each request is one of its own, and every answer is counted', async () => {
  const { url, seen, most, close } = await listening(() => 202);
  const slice = await loaded({ url, status: 202, connections: 4, count: 40, nextRequest: requestsFor(100) });
  await close();
  expect(slice.latenciesMs).toHaveLength(40);
  // Time counts from the first answer.
  expect(slice.operations).toBe(39);
  expect(slice.elapsedMs).toBeGreaterThan(0);
  expect(seen).toHaveLength(40);
  expect(new Set(seen.map(({ client }) => client)).size).toBe(40);
  expect(new Set(seen.map(({ body }) => JSON.stringify(body))).size).toBe(40);
  expect(most.connections).toBe(4);
});

test('one answer with another status spoils the slice', async () => {
  const { url, close } = await listening((request) => (request === 17 ? 429 : 202));
  const slice = loaded({ url, status: 202, connections: 4, count: 40, nextRequest: requestsFor(100) });
  await expect(slice).rejects.toThrow('429');
  await close();
});

test('a server that is not there spoils the slice', async () => {
  const { url, close } = await listening(() => 202);
  await close();
  const slice = loaded({ url, status: 202, connections: 2, count: 4, nextRequest: requestsFor(100) });
  await expect(slice).rejects.toThrow('ECONNREFUSED');
});
