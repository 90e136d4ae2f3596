import { createHandler, type Handler } from '@pwreset/http';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  createBindingsWorld,
  dialectNames,
  dialectsFor,
  newPassword,
  ownNames,
  type Prefixes,
  password,
} from './bindings-world.js';
import { type Asking, beginRows, brought, confirmRows, opens, revokeRows } from './dialects-together-rows.js';

const world = await createBindingsWorld();

const segment = fc.constantFrom('a', 'v1', 'api', 'security', 'users', 'x.y~z', '_-');
const prefix = fc.array(segment, { maxLength: 3 }).map((segments) => segments.map((one) => `/${one}`).join(''));
const prefixes: fc.Arbitrary<Prefixes> = fc.record({
  sso: prefix,
  security: prefix,
  iam: prefix,
  profile: prefix,
  native: prefix,
});
const subset = fc.subarray([...dialectNames], { minLength: 1 });

/** What a handler says that there is at a path; `null` for nothing. */
async function methodsAt(handler: Handler, path: string): Promise<readonly string[] | null> {
  const body = { kind: 'bytes', bytes: new Uint8Array() } as const;
  const { status, headers } = await handler({ method: 'OPTIONS', path, query: '', headers: {}, body, ip: null });
  if (status === 404) return null;
  expect(status).toBe(204);
  return (headers['Allow'] ?? '').split(', ').filter((method) => method !== 'HEAD' && method !== 'OPTIONS');
}

const sample = (path: string): string => path.replace(/\{\w+\}/g, 'some-id');
const pattern = (path: string): RegExp => new RegExp(`^${path.replaceAll('.', '\\.').replace(/\{\w+\}/g, '[^/]+')}$`);

test('whichever dialects are mounted, and wherever, their rows are there and nothing else is', async () => {
  await fc.assert(
    fc.asyncProperty(subset, prefixes, prefixes, async (mounted, at, elsewhere) => {
      const dialects = dialectsFor(world.caller, world.clock, at).filter(({ name }) =>
        mounted.some((wanted) => wanted === name),
      );
      const handler = createHandler({ pwreset: world.pwreset, dialects });
      const rows = dialects.flatMap((dialect) =>
        dialect.routes.map(({ method, path, wellKnown }) => ({
          method,
          path: wellKnown ? path : dialect.prefix + path,
        })),
      );
      const candidates = dialectsFor(world.caller, world.clock, elsewhere).flatMap((dialect) =>
        dialect.routes.flatMap(({ path }) => [path, dialect.prefix + path, `${dialect.prefix}${path}/`]),
      );
      for (const path of [...rows.map((row) => row.path), ...candidates].map(sample)) {
        const expected = rows.filter((row) => pattern(row.path).test(path)).map(({ method }) => method);
        const found = await methodsAt(handler, path);
        expect(found?.toSorted() ?? [], path).toEqual(expected.toSorted());
        if (expected.length > 0) expect(handler.owns(path), path).toBe(true);
      }
    }),
    { numRuns: 60 },
  );
});

test('what lies below no prefix and is no row is left to the application', async () => {
  await fc.assert(
    fc.asyncProperty(
      subset,
      fc.constantFrom('', ...Object.values(ownNames)),
      fc.webPath(),
      async (mounted, start, rest) => {
        const path = start + rest;
        const dialects = dialectsFor(world.caller, world.clock).filter(({ name }) =>
          mounted.some((wanted) => wanted === name),
        );
        const { owns } = createHandler({ pwreset: world.pwreset, dialects });
        const below = dialects.some(({ prefix: own }) => path === own || path.startsWith(`${own}/`));
        expect(owns(path)).toBe(below);
      },
    ),
  );
});

const shopNames: Prefixes = {
  sso: '/shop/sso',
  security: '/shop/security',
  iam: '/shop/iam',
  profile: '/shop/profile',
  native: '/shop/native',
};

/** Every dialect twice over one storage: for one service below its own name, and for another one below `/shop`. */
async function twoServices() {
  const own = await createBindingsWorld();
  const shop = await own.service('Shop');
  const dialects = [
    ...dialectsFor(own.caller, own.clock),
    ...dialectsFor(shop.caller, own.clock, shopNames).map(({ name, routes, ...dialect }) => ({
      ...dialect,
      name: `shop ${name}`,
      // A well-known path is the origin's, and leads to one place.
      routes: routes.filter(({ wellKnown }) => !wellKnown),
    })),
  ];
  const handler = createHandler({ pwreset: own.pwreset, dialects });
  const acme: Asking = { ...own, handler };
  return { user: await own.createUser(), acme, shop: { ...acme, ...shop } };
}

test.each(beginRows.map((row) => [row.name, row] as const))(
  'two mounts for two services do not take each other’s tokens: %s',
  async (_, begin) => {
    const { user, acme, shop } = await twoServices();
    for (const [mine, names, other, otherNames] of [
      [acme, ownNames, shop, shopNames],
      [shop, shopNames, acme, ownNames],
    ] as const) {
      expect((await begin.ask(mine, names[begin.dialect], user)).status).toBeLessThan(300);
      const { token, code } = await brought(mine, user);
      for (const confirm of confirmRows) {
        for (const given of [token, ...(code === null ? [] : [code])]) {
          const answer = await confirm.ask(other, otherNames[confirm.dialect], { email: user.email, token: given });
          expect([400, 404], confirm.name).toContain(answer.status);
        }
      }
      expect(await opens(mine, user, mine === acme ? password : newPassword)).toBe(true);
      const [confirm] = confirmRows;
      expect((await confirm?.ask(mine, names[confirm.dialect], { email: user.email, token }))?.status).toBe(200);

      const notice = await brought(mine, user);
      for (const revoke of revokeRows) {
        const answer = await revoke.ask(other, otherNames[revoke.dialect], notice);
        expect(answer.status, revoke.name).toBe(400);
      }
      expect(await opens(mine, user, newPassword)).toBe(true);
    }
  },
);
