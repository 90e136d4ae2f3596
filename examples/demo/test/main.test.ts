import { once } from 'node:events';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { type MainChild, startMain } from './main-child.js';
import { freshDatabase } from './support.js';

// Processes take their time to start on a busy machine.
vi.setConfig({ testTimeout: 30_000 });

async function listen(): Promise<{ readonly server: Server; readonly port: string }> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { server, port: String(address.port) };
}

const takenPort = async (): Promise<string> => (await listen()).port;

async function freePort(): Promise<string> {
  const { server, port } = await listen();
  server.close();
  await once(server, 'close');
  return port;
}

describe('a start that cannot be ends with code 1, one line that names the variable, and no new files', () => {
  type Make = (folder: string) => Promise<string> | string;
  const folderAt: Make = (folder) => {
    mkdirSync(join(folder, 'taken'));
    return join(folder, 'taken');
  };
  const textAt: Make = (folder) => {
    writeFileSync(join(folder, 'text.db'), 'this is no database, whatever its name says\n'.repeat(40));
    return join(folder, 'text.db');
  };
  const damagedSecrets: Make = (folder) => {
    writeFileSync(join(folder, 'demo.db.secrets.json'), '{"secret":"hush');
    return join(folder, 'demo.db');
  };
  test.each<[string, string, Make]>([
    ['a port that is in use', 'PORT', takenPort],
    ['no port', 'PORT', () => 'http'],
    ['a folder', 'PWRESET_DB', folderAt],
    ['no database', 'PWRESET_DB', textAt],
    ['a place where nobody can write', 'PWRESET_DB', () => '/dev/null/demo.db'],
    ['damaged secrets', 'PWRESET_DB', damagedSecrets],
    ['a short secret', 'PWRESET_SECRET', () => 'hush'],
    ['no URL', 'LOCAL_URL', () => 'nonsense'],
    ['a script', 'LOCAL_URL', () => 'javascript:alert(1)'],
    ['http on a public host', 'LOCAL_URL', () => 'http://app.example/local'],
  ])('%s', async (_, name, make) => {
    const database = freshDatabase();
    const folder = dirname(database);
    const value = await make(folder);
    const before = readdirSync(folder, { recursive: true });
    const { ended } = startMain({ PWRESET_DB: database, [name]: value });
    const { code, stdout, stderr } = await ended;
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^pwreset demo: [^\n]+\n$/);
    expect(stderr).toContain(name);
    expect(stderr).not.toMatch(/hush|\bat .*:\d+/);
    expect(readdirSync(folder, { recursive: true })).toEqual(before);
  });
});

/** A request of which the server has seen the head and not yet the body. */
async function halfRequest(url: string, key: string): Promise<{ finish(): Promise<string> }> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  const chunks: Uint8Array[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  const head = `POST /v1/auth/provider/local/reset-password HTTP/1.1\r\nHost: x\r\nAuthorization: ${key}\r\n`;
  socket.write(`${head}Content-Type: application/json\r\nContent-Length: 27\r\nExpect: 100-continue\r\n\r\n`);
  await once(socket, 'data');
  return {
    async finish() {
      socket.write('{"email":"ann@example.com"}');
      await once(socket, 'close');
      return Buffer.concat(chunks).toString();
    },
  };
}

async function isOpen(port: string): Promise<boolean> {
  const socket = connect(Number(port), '127.0.0.1');
  return once(socket, 'connect')
    .then(
      () => true,
      () => false,
    )
    .finally(() => socket.destroy());
}

const listening = (port: string) => expect.poll(() => isOpen(port), { timeout: 20_000, interval: 20 }).toBe(true);

/** Nobody is let in any more once the signal has been heard. */
const heard = (url: string) =>
  expect.poll(() => isOpen(new URL(url).port), { timeout: 20_000, interval: 20 }).toBe(false);

describe('a signal', () => {
  const started = (): MainChild => startMain({ PWRESET_DB: freshDatabase() });

  test.each(['SIGINT', 'SIGTERM'] as const)('%s right after the line ends it with code 0', async (signal) => {
    const { child, line, ended } = started();
    await line;
    child.kill(signal);
    const { code, stdout, stderr } = await ended;
    expect([code, stderr]).toEqual([0, '']);
    expect(Object.keys(JSON.parse(stdout))).toEqual(['url', 'mailbox', 'serviceId', 'serviceKey']);
    expect(stdout).toMatch(/^\{.*\}\n$/);
  });

  test('while a request is under way lets it end, and a second one changes nothing', async () => {
    const { child, line, ended } = started();
    const { url, serviceKey } = await line;
    const request = await halfRequest(url, serviceKey);
    child.kill('SIGTERM');
    await heard(url);
    child.kill('SIGTERM');
    child.kill('SIGINT');
    expect(await request.finish()).toMatch(/\r\n\r\nHTTP\/1\.1 200 OK\r\n/);
    expect(await ended).toMatchObject({ code: 0, signal: null, stderr: '' });
  });

  test('during the start ends it with code 0', async () => {
    const port = await freePort();
    const { child, ended } = startMain({ PWRESET_DB: freshDatabase(), PORT: port });
    await listening(port);
    child.kill('SIGTERM');
    expect(await ended).toMatchObject({ code: 0, signal: null, stderr: '' });
  });
});
