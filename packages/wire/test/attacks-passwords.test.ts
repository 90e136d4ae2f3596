import type { DirectoryStorage, PwresetOptions } from '@pwreset/core';
import { argon2id, scrypt } from '@pwreset/hashers';
import { describe, expect, test } from 'vitest';
import { addresses, createWorld, frameworks, newPassword, password, unlimitedCallers, type World } from './world.js';
import {
  beginRoutes,
  checkRoute,
  codeRoutes,
  confirmRoutes,
  nth,
  passwordRoutes,
  requestOf,
  revokeRoutes,
  type WireRoute,
} from './world-routes.js';

const email = addresses.known;
const roomy = { capacity: 1_000_000, refillMs: 1 } as const;
const limits = { ...unlimitedCallers, code_guess_by_address: roomy, login_by_address: roomy, login_by_network: roomy };
const maxBody = 64 * 1024;

/** Over the limit of 1024 bytes, each in a way of its own. */
const overlong = [
  'x'.repeat(1025),
  'x'.repeat(60_000),
  // 513 letters of two bytes.
  '\u00e9'.repeat(513),
  // 900 bytes, which NFC makes 1800.
  '\u0958'.repeat(300),
  '\u{1f600}'.repeat(257),
];

/** What the hasher was asked so far. */
const hashing = ({ hasher }: World): readonly number[] => [hasher.hashed, hasher.verified];

/** A body of the route padded to this many bytes, with what nobody reads. */
function padded(route: WireRoute, world: World, values: Parameters<typeof requestOf>[2], size: number): string {
  const { body = '' } = requestOf(route, world.caller, values);
  const text = body.toString();
  return route.media === 'json' ? text.padEnd(size, ' ') : `${text}&nobody=`.padEnd(size, 'x');
}

const bodied = [...beginRoutes, ...confirmRoutes, ...revokeRoutes, ...passwordRoutes, checkRoute].map((route) => ({
  ...route,
  name: `${route.name} ${route.path}`,
}));

describe.each(frameworks)('on %s', (server) => {
  test.each(passwordRoutes)('attack 5: $name: an over-long password takes one path for everybody', async (route) => {
    const world = await createWorld({ server, core: { limits } });
    for (const long of overlong) {
      const before = { ...world.storage.calls };
      const known = await world.call(route, { email, password: long, newPassword });
      const spent = Object.entries(world.storage.calls);
      const unknown = await world.call(route, { email: addresses.unknown, password: long, newPassword });
      expect(known.status).toBe(400);
      expect(unknown.bytes).toBe(known.bytes);
      const delta = (calls: typeof spent, earlier: typeof spent) =>
        calls.map(([name, n], i) => [name, n - (earlier[i]?.[1] ?? 0)]);
      expect(delta(Object.entries(world.storage.calls), spent)).toEqual(delta(spent, Object.entries(before)));
    }
    expect(world.hasher.verified).toBe(0);
  });

  test.each(codeRoutes)('attack 5: $name: an over-long new password takes one path for everybody', async (route) => {
    const world = await createWorld({ server, core: { limits } });
    const { code } = await world.resetCode();
    const before = hashing(world);
    for (const long of overlong) {
      const known = await world.call(route, { email, code, newPassword: long });
      const unknown = await world.call(route, { email: addresses.unknown, code, newPassword: long });
      expect(known.status).toBe(route.refusals?.password ?? 400);
      expect(unknown.bytes).toBe(known.bytes);
    }
    expect(hashing(world)).toEqual(before);
    expect((await world.call(route, { email, code, newPassword })).status).toBe(200);
  });

  // No bcrypt hasher is shipped: it is the one that reads 72 bytes and no more. This holds for those that are.
  test.each([
    ['argon2id', () => argon2id({ m: 12_288, t: 3 })],
    ['scrypt', () => scrypt({ ln: 15, p: 3 })],
  ] as const)(
    'attack 14: %s: passwords that share their first 72 bytes are two passwords',
    async (_name, hasher) => {
      const world = await createWorld({ server, core: { hasher: hasher(), limits } });
      const confirm = nth(confirmRoutes, 0);
      const login = nth(passwordRoutes, 0);
      const shared = 'x'.repeat(72);
      const token = await world.resetToken();
      expect((await world.call(confirm, { token, newPassword: `${shared}mine` })).status).toBe(200);
      for (const wrong of [shared, `${shared}yours`, `${shared}mine\u0000`]) {
        expect((await world.call(login, { email, password: wrong })).status).toBe(400);
      }
      expect((await world.call(login, { email, password: `${shared}mine` })).status).toBe(200);
    },
    30_000,
  );

  test('attack 15: megabytes are refused by every route before anything is hashed or asked', async () => {
    const world = await createWorld({ server, core: { limits } });
    const before = hashing(world);
    const contents = await world.contents({ limits: true });
    const refuse = async (route: WireRoute): Promise<void> => {
      const { method, target, headers = [] } = requestOf(route, world.caller, {});
      const head = (length: string): string =>
        [
          `${method} ${target} HTTP/1.1`,
          'Host: 127.0.0.1',
          ...headers.map(([name, value]) => `${name}: ${value}`),
          length,
          '',
          '',
        ].join('\r\n');
      const chunk = `${(8 * 1024).toString(16)}\r\n${'x'.repeat(8 * 1024)}\r\n`;
      const values = { email, token: 'x', code: 'x', password: 'wrong password', newPassword };
      const answers = await Promise.all([
        // Announced, and come as far as it comes.
        world.write(head(`Content-Length: ${10 * 1024 * 1024}`), Buffer.alloc(128 * 1024, 'x')),
        world.write(head('Transfer-Encoding: chunked'), ...Array<string>(12).fill(chunk)),
        // What is too much may be what nobody reads.
        world.call(route, values, { body: padded(route, world, values, maxBody + 1) }),
      ]);
      expect(
        answers.map(({ status }) => status),
        route.name,
      ).toEqual([413, 413, 413]);
    };
    await Promise.all(bodied.map(refuse));
    expect(hashing(world)).toEqual(before);
    expect(await world.contents({ limits: true })).toBe(contents);
  });

  test('attack 15: what just fits is read like any other body', async () => {
    const world = await createWorld({ server, core: { limits } });
    for (const route of bodied) {
      const values = { email, token: 'x', code: 'x', password: 'wrong password', newPassword };
      const usual = await world.call(route, values);
      const full = await world.call(route, values, { body: padded(route, world, values, maxBody) });
      expect([full.status, full.json], route.name).toEqual([usual.status, usual.json]);
    }
  });

  test.each(confirmRoutes)('attack 15: $name: passwords and tokens end where they say', async (route) => {
    const world = await createWorld({ server, core: { limits } });
    const { token } = await world.resetCode();
    const before = hashing(world);
    for (const long of overlong) {
      const { status } = await world.call(route, { email, token, newPassword: long });
      // In a form the longest does not even fit.
      expect([413, route.refusals?.password ?? 400]).toContain(status);
    }
    for (const length of [1_000, 1_001, 20_000, 60_000]) {
      const { status } = await world.call(route, { email, token: 'x'.repeat(length), newPassword });
      expect([length, status]).toEqual([length, length > 1_000 ? 400 : (route.refusals?.token ?? 400)]);
      const long = await world.call(route, { email, token: token + ' '.repeat(length), newPassword });
      expect([length, long.status]).toEqual([
        length,
        length + token.length > 1_000 ? 400 : (route.refusals?.token ?? 400),
      ]);
    }
    expect(hashing(world)).toEqual(before);
    const longest = '\u00e9'.repeat(512);
    expect((await world.call(route, { email, token, newPassword: longest })).status).toBe(200);
    expect(await world.opens(longest)).toBe(true);
  });

  describe.each(confirmRoutes)('$name', (route) => {
    /** What may go wrong between a good token and the commit, as long as something is broken. */
    const failures: readonly (readonly [
      string,
      number,
      (isBroken: () => boolean) => Partial<PwresetOptions<DirectoryStorage>>,
    ])[] = [
      [
        'a policy that refuses',
        route.refusals?.password ?? 400,
        (isBroken) => ({ policy: () => (isBroken() ? ['breached'] : []) }),
      ],
      ['a policy that throws', 500, (isBroken) => ({ policy: () => (isBroken() ? fails() : []) })],
      // As a breach check does whose service does not answer.
      ['a policy that rejects', 500, (isBroken) => ({ policy: async () => (isBroken() ? fails() : []) })],
      [
        'a second factor that is wrong',
        403,
        (isBroken) => ({ secondFactor: { verify: async () => (isBroken() ? 'failed' : 'passed') } }),
      ],
      [
        'a second factor that is down',
        500,
        (isBroken) => ({ secondFactor: { verify: async () => (isBroken() ? fails() : 'passed') } }),
      ],
    ];

    test.each(failures)('attack 17: %s leaves the token usable', async (_name, status, coreOf) => {
      let broken = false;
      const world = await createWorld({ server, core: coreOf(() => broken) });
      const token = await world.resetToken();
      const before = await world.contents();
      broken = true;
      expect((await world.call(route, { email, token, newPassword })).status).toBe(status);
      expect(await world.contents()).toBe(before);
      expect(await world.opens(password)).toBe(true);
      broken = false;
      expect((await world.call(route, { email, token, newPassword })).status).toBe(200);
      expect(await world.opens(newPassword)).toBe(true);
    });

    test('attack 17: a hasher or a storage that fails leaves the token usable', async () => {
      const world = await createWorld({ server });
      const token = await world.resetToken();
      const before = await world.contents();
      world.hasher.failNext(new Error('out of memory'));
      expect((await world.call(route, { email, token, newPassword })).status).toBe(500);
      world.storage.failNext('commit');
      expect((await world.call(route, { email, token, newPassword })).status).toBe(503);
      world.storage.failNext('findToken');
      expect((await world.call(route, { email, token, newPassword })).status).toBe(503);
      expect((await world.call(route, { email, token, newPassword: 'short' })).status).toBe(
        route.refusals?.password ?? 400,
      );
      expect((await world.call(route, { email, token, newPassword: email })).status).toBe(
        route.refusals?.password ?? 400,
      );
      expect(await world.contents()).toBe(before);
      expect((await world.call(route, { email, token, newPassword })).status).toBe(200);
    });
  });
});

function fails(): never {
  throw new Error('it is down');
}
