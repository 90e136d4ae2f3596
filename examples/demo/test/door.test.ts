import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { type Door, takePort } from '../src/door.js';
import { StartRefused } from '../src/start-refused.js';

async function freshDoor(): Promise<Door> {
  const door = await takePort(0);
  onTestFinished(() => door.close({ graceMs: 0 }));
  return door;
}

const portOf = ({ url }: Door): number => Number(new URL(url).port);

/** A request that the server has seen, and its whole answer. */
async function seen(door: Door): Promise<{ readonly socket: Socket; readonly answer: Promise<string> }> {
  const socket = connect(portOf(door), '127.0.0.1');
  const answer = text(socket);
  socket.write('GET / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n');
  await once(socket, 'data');
  return { socket, answer };
}

test('who comes before there is anybody to answer is answered then, if still there', async () => {
  const door = await freshDoor();
  const early = await seen(door);
  const gone = await seen(door);
  gone.socket.destroy();
  await gone.answer.catch(() => undefined);
  door.open((_request, response) => void response.end('at last'));
  expect(await early.answer).toMatch(/at last$/);
});

test('a request under way ends, and nobody else is let in', async () => {
  const door = await freshDoor();
  const arrived = Promise.withResolvers<() => void>();
  door.open((_request, response) => arrived.resolve(() => void response.end('done')));
  const answer = fetch(door.url);
  const finish = await arrived.promise;
  const closed = door.close({ graceMs: 60_000 });
  await expect(fetch(door.url)).rejects.toThrow('fetch failed');
  finish();
  expect(await (await answer).text()).toBe('done');
  await closed;
});

test('a request that does not end is cut', async () => {
  const door = await freshDoor();
  const arrived = Promise.withResolvers<void>();
  door.open(() => arrived.resolve());
  const answer = expect(fetch(door.url)).rejects.toThrow('fetch failed');
  await arrived.promise;
  await door.close({ graceMs: 5 });
  await answer;
});

test('a connection on which nothing was asked keeps nobody waiting', async () => {
  const door = await freshDoor();
  const socket = connect(portOf(door), '127.0.0.1');
  const cut = new Promise((resolve) => socket.on('close', resolve));
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  socket.write('GET / HTT');
  await door.close({ graceMs: 60_000 });
  await cut;
});

test('a port that is taken is refused by its name', async () => {
  const port = portOf(await freshDoor());
  await expect(takePort(port)).rejects.toThrow(StartRefused);
  await expect(takePort(port)).rejects.toThrow(/^PORT \d+ cannot be used: .*EADDRINUSE/);
});
