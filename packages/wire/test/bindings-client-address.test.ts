import { describe, expect, onTestFinished, test } from 'vitest';
import { createBindingsWorld } from './bindings-world.js';
import { send } from './raw.js';
import { type ServerKind, serverKinds } from './servers.js';

const kinds: readonly ServerKind[] = ['node', 'express5', 'express4', 'hono', 'fetch'];

/** A server that lets every client, as far as it can tell them apart, ask twice. */
async function twoEach(kind: ServerKind, trustedProxies: readonly string[]) {
  const world = await createBindingsWorld({ limits: { ip: { capacity: 2, refillMs: 60_000 } } });
  const server = await serverKinds[kind](world.handler, { trustedProxies });
  onTestFinished(async () => {
    await server.close();
    await world.pwreset.close();
  });
  let asked = 0;
  /** The statuses of requests with these values of X-Forwarded-For, one after the other. */
  return async (...forwarded: readonly (string | null)[]): Promise<readonly number[]> => {
    const statuses: number[] = [];
    for (const value of forwarded) {
      asked += 1;
      const { status } = await send(server.url, {
        method: 'POST',
        target: '/native/password-resets',
        headers: [
          ['Content-Type', 'application/json'],
          ...(value === null ? [] : [['X-Forwarded-For', value] as const]),
        ],
        body: JSON.stringify({ email: `ann-${asked}@example.com` }),
      });
      statuses.push(status);
    }
    return statuses;
  };
}

const [yes, no] = [202, 429];

describe.each(kinds)('%s: the client is', (kind) => {
  test('the peer, where no proxy is declared, whatever it forwards', async () => {
    const ask = await twoEach(kind, []);
    expect(await ask('203.0.113.1', '203.0.113.2', '203.0.113.3', null)).toEqual([yes, yes, no, no]);
  });

  test('the peer, where other proxies are declared', async () => {
    const ask = await twoEach(kind, ['10.0.0.0/8']);
    expect(await ask('203.0.113.1', '10.0.0.1', '203.0.113.3')).toEqual([yes, yes, no]);
  });

  test('whom a declared proxy names, each on its own', async () => {
    const ask = await twoEach(kind, ['loopback']);
    expect(await ask('203.0.113.1', '203.0.113.1', '203.0.113.1')).toEqual([yes, yes, no]);
    expect(await ask('203.0.113.2', '203.0.113.3', '203.0.113.4', null, null, null)).toEqual([
      yes,
      yes,
      yes,
      yes,
      yes,
      no,
    ]);
  });

  test('the last of the forwarded addresses that is no proxy’s; what stands before it anyone may write', async () => {
    const ask = await twoEach(kind, ['loopback', '10.0.0.0/8']);
    expect(await ask('192.0.2.1, 203.0.113.1', '192.0.2.2,203.0.113.1', '203.0.113.1, 10.0.0.7')).toEqual([
      yes,
      yes,
      no,
    ]);
    expect(await ask('192.0.2.1')).toEqual([yes]);
  });

  test('counted by /64 where it has IPv6', async () => {
    const ask = await twoEach(kind, ['loopback']);
    expect(await ask('2001:db8:1:2::1', '2001:db8:1:2:ffff::2', '2001:DB8:1:2:0:0:0:3')).toEqual([yes, yes, no]);
    expect(await ask('2001:db8:1:3::1')).toEqual([yes]);
  });

  test('counted as IPv4 where that is mapped into IPv6', async () => {
    const ask = await twoEach(kind, ['loopback']);
    expect(await ask('::ffff:203.0.113.1', '203.0.113.1', '::FFFF:cb00:7101')).toEqual([yes, yes, no]);
    expect(await ask('::ffff:203.0.113.2')).toEqual([yes]);
  });
});
