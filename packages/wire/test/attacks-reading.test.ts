import { describe, expect, test } from 'vitest';
import {
  addresses,
  createWorld,
  frameworks,
  newPassword,
  password,
  storagesBehind,
  unlimitedCallers,
  type World,
} from './world.js';
import { at } from './world-answer.js';
import { checkRoute, codeRoutes, confirmRoutes, nth, requestOf, revokeRoutes } from './world-routes.js';

const email = addresses.known;
const limits = { ...unlimitedCallers, begin_by_address: { capacity: 100, refillMs: 1 } } as const;

/** Everything that a mail of every sort links to or shows, all of it unused. */
async function everyLink(world: World) {
  const revoke = await world.revokeToken();
  const reset = await world.resetToken();
  const { code, token } = await world.resetCode();
  const links = world.mailer.mails.flatMap((mail) => ('url' in mail && mail.url !== null ? [mail.url] : []));
  return { tokens: [revoke, reset, token], code, links };
}

/** What scanners, previews and caches send without being asked. */
const reading = ['GET', 'HEAD', 'OPTIONS'] as const;

describe.each(frameworks)('on %s', (server) => {
  describe.each(storagesBehind[server])('over %s', (storage) => {
    test('attack 18: scanners that open every link and every route change nothing', async () => {
      const world = await createWorld({ server, storage, core: { limits } });
      const { tokens, code, links } = await everyLink(world);
      const before = await world.contents();
      const { hashed } = world.hasher;
      const routes = world.dialects.flatMap(({ routes }) =>
        routes.map(({ path }) => path.replace(/\{\w+\}/, world.known)),
      );
      const fields = (token: string): string =>
        new URLSearchParams({
          token,
          email,
          code,
          password: newPassword,
          newPassword,
          verificationCode: code,
          resetTokenId: token,
          accessTokenId: world.caller.key,
          _method: 'POST',
        }).toString();
      const targets = new Set([
        ...links.map((link) => new URL(link)).map(({ pathname, search }) => pathname + search),
        ...routes,
        ...routes.flatMap((path) => tokens.map((token) => `${path}?${fields(token)}`)),
      ]);
      for (const target of targets) {
        for (const method of reading) {
          const { status, headers } = await world.ask({
            method,
            target,
            headers: [
              ['Authorization', `Bearer ${world.caller.key}`],
              ['Cookie', `session=${world.known}`],
              ['Purpose', 'prefetch'],
              ['Sec-Purpose', 'prefetch;prerender'],
            ],
          });
          // Of what there is to be read, a user, a profile and the way to a page; of the rest, that it is no reading.
          expect([200, 204, 302, 403, 404, 405], `${method} ${target}`).toContain(status);
          expect(headers.has('set-cookie')).toBe(false);
        }
      }
      expect(await world.contents()).toBe(before);
      expect(world.hasher.hashed).toBe(hashed);
      // What was opened is as good as before.
      const [revoke = '', reset = ''] = tokens;
      for (const token of tokens) expect(at((await world.call(checkRoute, { token })).json, 'valid')).toBe(true);
      expect((await world.call(nth(confirmRoutes, 0), { token: reset, newPassword: password })).status).toBe(200);
      expect((await world.call(nth(revokeRoutes, 0), { token: revoke })).status).toBe(200);
    });

    test('attack 18: a check, however often, spends nothing', async () => {
      const world = await createWorld({ server, storage, core: { limits } });
      const { tokens } = await everyLink(world);
      const before = await world.contents();
      for (const token of [...tokens, ...tokens]) {
        expect(at((await world.call(checkRoute, { token })).json, 'valid')).toBe(true);
      }
      expect(await world.contents()).toBe(before);
    });
  });

  test.each([...confirmRoutes, ...revokeRoutes].map((route) => ({ ...route, name: `${route.name} ${route.path}` })))(
    'attack 18: $name: reading it with a body changes nothing either',
    async (route) => {
      const world = await createWorld({ server, core: { limits } });
      const { tokens } = await everyLink(world);
      const before = await world.contents();
      for (const token of tokens) {
        const request = requestOf(route, world.caller, { email, token, newPassword });
        for (const method of ['GET', 'HEAD', 'OPTIONS', 'DELETE', 'PATCH', 'TRACE', 'PROPFIND', 'QUERY']) {
          const { status } = await world.ask({ ...request, method });
          expect([200, 204, 400, 403, 404, 405, 501], method).toContain(status);
        }
        for (const name of ['X-HTTP-Method-Override', 'X-HTTP-Method', 'X-Method-Override']) {
          const headers = [...(request.headers ?? []), [name, request.method] as const];
          expect([403, 404, 405]).toContain((await world.ask({ ...request, method: 'GET', headers })).status);
        }
      }
      expect(await world.contents()).toBe(before);
    },
  );

  /** What would tell whose token it was, or open a session. */
  const personal = (world: World): readonly string[] => [email, 'Ann', world.known, 'session', password, newPassword];

  test.each(confirmRoutes)(
    'attack 19: $name: a link opened, checked and confirmed grants no session',
    async (route) => {
      const world = await createWorld({ server });
      const token = await world.resetToken();
      const link = new URL(world.mailer.lastLink(email));
      const answers = [
        await world.ask({ method: 'GET', target: link.pathname + link.search }),
        await world.call(checkRoute, { token }),
        await world.call(route, { email, token, newPassword: 'short' }),
        await world.call(route, { email, token: 'x', newPassword }),
        await world.call(route, { email, token, newPassword }),
        await world.call(route, { email, token, newPassword }),
        await world.call(checkRoute, { token }),
      ];
      expect(answers.at(-3)?.status).toBe(200);
      expect(world.begun).toEqual([]);
      for (const { headers, text, bytes } of answers) {
        expect(headers.has('set-cookie')).toBe(false);
        expect(headers.get('cache-control') ?? 'no-store').toBe('no-store');
        expect(bytes).not.toContain(token);
        // The original of this dialect answers a confirm with the profile, to the service whose key came with it.
        const isProfile = route.name === 'profile' && text === answers.at(-3)?.text;
        for (const word of isProfile ? [token, newPassword, 'session'] : personal(world))
          expect(text).not.toContain(word);
      }
    },
  );

  test.each(revokeRoutes)('attack 19: $name: a revoke grants no session and names nobody', async (route) => {
    const world = await createWorld({ server });
    const token = await world.revokeToken();
    const answers = [
      await world.call(checkRoute, { token }),
      await world.call(route, { token }),
      await world.call(route, { token }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 400]);
    expect(world.begun).toEqual([]);
    for (const { headers, text } of answers) {
      expect(headers.has('set-cookie')).toBe(false);
      for (const word of personal(world)) expect(text).not.toContain(word);
    }
  });

  test.each(codeRoutes)('attack 19: $name: a typed code grants no session either', async (route) => {
    const world = await createWorld({ server });
    const { code } = await world.resetCode();
    const { status, headers, text } = await world.call(route, { email, code, newPassword });
    expect(status).toBe(200);
    expect(headers.has('set-cookie')).toBe(false);
    for (const word of personal(world)) expect(text).not.toContain(word);
    expect(world.begun).toEqual([]);
  });
});
