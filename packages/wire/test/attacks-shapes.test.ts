import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { addresses, createWorld, frameworks, newPassword, password, unlimitedCallers, type World } from './world.js';
import { beginRoutes, codeRoutes, confirmRoutes, requestOf, revokeRoutes, type WireRoute } from './world-routes.js';

const email = addresses.known;
const limits = { ...unlimitedCallers, begin_by_address: { capacity: 1_000, refillMs: 1 } } as const;

const routes = [...beginRoutes, ...confirmRoutes, ...revokeRoutes].map((route) => ({
  ...route,
  name: `${route.name} ${route.path}`,
}));

/** A request to the route that would do something, if its token is good. */
const usual = (world: World, route: WireRoute, token: string) =>
  requestOf(route, world.caller, { email, token, newPassword });

const unicode = (text: string, encoding: 'utf16le' | 'latin1'): Uint8Array => Buffer.from(text, encoding);

/** JSON that two parsers could read as two requests, from an object that one reads well. */
const confused: readonly (readonly [string, (json: string) => string])[] = [
  ['a name twice, deep inside', (json) => json.replace('{', '{"x":[{"y":{"a":1,"a":2}}],')],
  ['a name twice, once escaped', (json) => json.replace('{', '{"x":{"ab":1,"\\u0061b":2},')],
  ['__proto__', (json) => json.replace('{', '{"__proto__":{"email":"evil@example.com","is_enabled":true},')],
  ['an escaped __proto__', (json) => json.replace('{', '{"\\u005f_proto__":{"enabled":true},')],
  ['a nested __proto__', (json) => json.replace('{', '{"x":{"__proto__":{"enabled":true}},')],
  ['constructor.prototype', (json) => json.replace('{', '{"constructor":{"prototype":{"enabled":true}},')],
  ['bottomless nesting', (json) => json.replace('{', `{"x":${'['.repeat(5_000)}${']'.repeat(5_000)},`)],
  ['a lone surrogate', (json) => json.replace('{', '{"x":"\\ud800",')],
  ['a comment', (json) => `/* */${json}`],
  ['a trailing comma', (json) => json.replace(/\}$/, ',}')],
  ['single quotes', (json) => json.replaceAll('"', "'")],
  ['something behind it', (json) => `${json}{"email":"evil@example.com"}`],
  ['a second line', (json) => `${json}\n${json}`],
  ['a list around it', (json) => `[${json}]`],
  ['a text around it', (json) => JSON.stringify(json)],
  ['NaN', (json) => json.replace('{', '{"x":NaN,')],
];

const confusedForms: readonly (readonly [string, (form: string) => string])[] = [
  ['__proto__', (form) => `__proto__=x&${form}`],
  ['an encoded __proto__', (form) => `%5f_proto__=x&${form}`],
  ['constructor', (form) => `constructor=x&${form}`],
  ['prototype', (form) => `${form}&prototype=x`],
  ['what is not UTF-8', (form) => `${form}&x=%ff`],
  ['half an escape', (form) => `${form}&x=%4`],
  ['an encoded lone surrogate', (form) => `${form}&x=%ed%a0%80`],
];

describe.each(frameworks)('on %s', (server) => {
  /** A world, and a token that is good for the route. */
  async function ready(route: WireRoute) {
    const world = await createWorld({ server, core: { limits } });
    const token = revokeRoutes.some(({ path }) => path === route.path)
      ? await world.revokeToken()
      : await world.resetToken();
    return { world, token, request: usual(world, route, token) };
  }

  const prototypes = (): readonly unknown[] => [
    Object.keys(Object.prototype),
    Reflect.get({}, 'enabled'),
    Reflect.get({}, 'email'),
  ];

  test.each(routes.filter(({ media }) => media === 'json'))(
    'next: $name: JSON with two readings is refused',
    async (route) => {
      const { world, request } = await ready(route);
      const before = await world.contents();
      for (const [what, confuse] of confused) {
        const { status } = await world.ask({ ...request, body: confuse(String(request.body)) });
        expect(status, what).toBe(400);
      }
      expect(await world.contents()).toBe(before);
      expect(prototypes()).toEqual([[], undefined, undefined]);
      expect((await world.ask(request)).status).toBe(route.status);
    },
  );

  test.each(routes.filter(({ media }) => media === 'form'))(
    'next: $name: a form with two readings is refused',
    async (route) => {
      const { world, request } = await ready(route);
      const before = await world.contents();
      for (const [what, confuse] of confusedForms) {
        const { status } = await world.ask({ ...request, body: confuse(String(request.body)) });
        // Where the key is a parameter, a request that cannot be read has none.
        expect([400, 403], what).toContain(status);
      }
      // Names in brackets are names and nothing more.
      const bracketed = await world.ask({ ...request, body: `${request.body}&__proto__[enabled]=1&x[constructor]=1` });
      expect(bracketed.status).toBe(route.status);
      expect(prototypes()).toEqual([[], undefined, undefined]);
      if (!beginRoutes.some(({ path }) => path === route.path)) expect(await world.contents()).not.toBe(before);
    },
  );

  test.each(routes)('next: $name: a body of another type, charset or encoding is refused', async (route) => {
    const { world, request } = await ready(route);
    const before = await world.contents();
    const [keep, body] = [(request.headers ?? []).filter(([name]) => name !== 'Content-Type'), String(request.body)];
    const type = route.media === 'json' ? 'application/json' : 'application/x-www-form-urlencoded';
    const other = route.media === 'json' ? 'application/x-www-form-urlencoded' : 'application/json';
    const typed = (contentType: string, ...more: readonly (readonly [string, string])[]) =>
      [...keep, ['Content-Type', contentType] as const, ...more] as const;
    const wrong: readonly (readonly [string, Parameters<typeof world.ask>[0]])[] = [
      // What another site's form can send with the user's cookies.
      ['text/plain', { ...request, headers: typed('text/plain') }],
      ['multipart', { ...request, headers: typed('multipart/form-data; boundary=x') }],
      ['no type', { ...request, headers: keep }],
      ['two types', { ...request, headers: typed(type, ['Content-Type', 'text/plain']) }],
      ['a list of types', { ...request, headers: typed(`${type}, text/plain`) }],
      ['another type', { ...request, headers: typed(other) }],
      ['a type like it', { ...request, headers: typed(`${type}x`) }],
      ['utf-16 by name', { ...request, headers: typed(`${type}; charset=utf-16`) }],
      ['utf-16', { ...request, headers: typed(`${type};charset=utf-16le`), body: unicode(body, 'utf16le') }],
      ['utf-7', { ...request, headers: typed(`${type}; charset=utf-7`) }],
      ['utf-16 in secret', { ...request, headers: typed(type), body: unicode(body, 'utf16le') }],
      [
        'a byte order mark of another',
        { ...request, headers: typed(type), body: Buffer.concat([Buffer.of(0xff, 0xfe), unicode(body, 'utf16le')]) },
      ],
      ['no UTF-8', { ...request, headers: typed(type), body: Buffer.concat([Buffer.from(body), Buffer.of(0xff)]) }],
      ['gzip', { ...request, headers: typed(type, ['Content-Encoding', 'gzip']), body: gzipSync(body) }],
      ['gzip in secret', { ...request, headers: typed(type), body: gzipSync(body) }],
      ['no gzip', { ...request, headers: typed(type, ['Content-Encoding', 'gzip']) }],
      [
        'two encodings',
        { ...request, headers: typed(type, ['Content-Encoding', 'identity, gzip']), body: gzipSync(body) },
      ],
      ['an unknown encoding', { ...request, headers: typed(type, ['Content-Encoding', 'x']) }],
    ];
    for (const [what, asked] of wrong) {
      // A dialect whose key is a parameter has not seen it then, and another type may have been read as an empty form.
      expect([400, 403, 415], what).toContain((await world.ask(asked)).status);
    }
    expect(await world.contents()).toBe(before);
    expect((await world.ask(request)).status).toBe(route.status);
  });

  test('next: what a begin or a confirm carries besides writes no field of the user', async () => {
    const world = await createWorld({ server, core: { limits } });
    const fields = {
      is_enabled: false,
      enabled: false,
      passwordAllowReset: false,
      password_allow_reset: false,
      password_require_update: true,
      realm: 'evil',
      service: world.other.id,
      serviceId: world.other.id,
      user_id: 'evil',
      userId: 'evil',
      id: 'evil',
      name: 'Evil',
      roles: ['admin'],
      role: 'admin',
      to: 'evil@example.com',
      limitBy: 'service',
      client: { ip: '203.0.113.1' },
      now: 0,
      audit: 'evil',
    };
    const user = () => world.pwreset.users.get(world.known);
    const { updatedAt: _, ...before } = { ...(await user()) };
    for (const route of beginRoutes) await world.call(route, { email }, { fields });
    await world.pwreset.idle();
    expect(new Set(world.mailer.mails.map(({ to, service }) => `${to} ${service.name}`))).toEqual(
      new Set([`${email} Acme`]),
    );
    for (const route of confirmRoutes) {
      const token = await world.resetToken();
      const { status } = await world.call(route, { email, token, newPassword }, { fields });
      expect(status, route.name).toBe(200);
    }
    for (const route of codeRoutes) {
      const { code } = await world.resetCode();
      expect(
        (await world.call(route, { email, code, newPassword }, { fields: { ...fields, token: 'evil' } })).status,
      ).toBe(200);
    }
    const { updatedAt: __, ...after } = { ...(await user()) };
    expect(after).toEqual(before);
  });

  test('next: a disabled user is not enabled again by anything that a link can do', async () => {
    const world = await createWorld({ server, core: { limits } });
    const token = await world.resetToken();
    await world.pwreset.users.disable(world.known);
    for (const route of confirmRoutes) {
      const fields = { is_enabled: true, enabled: true };
      const { status } = await world.call(route, { email, token, newPassword }, { fields });
      expect(status, route.name).toBe(route.refusals?.token ?? 400);
    }
    await world.pwreset.users.enable(world.known);
    expect(await world.opens(password)).toBe(true);
  });
});
