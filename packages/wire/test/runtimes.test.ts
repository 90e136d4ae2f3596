import { fetchHandler } from '@pwreset/http';
import { expect, test } from 'vitest';
import { createBindingsWorld } from './bindings-world.js';

const { handler, mailer, pwreset, createUser } = await createBindingsWorld({
  limits: { ip: { capacity: 2, refillMs: 60_000 } },
});

const begin = async (origin: string, { email }: { readonly email: string }) =>
  new Request(`${origin}/native/password-resets`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-forwarded-for': '192.0.2.1', 'x-real-ip': '192.0.2.1' },
    body: JSON.stringify({ email }),
  });

/** A request as a platform passes it on that tells the client's address by a header, whatever came in it. */
function withHeader(request: Request, name: string, ip: string): Request {
  const seen = new Request(request);
  seen.headers.set(name, ip);
  return seen;
}

/** How each calls a function of ours, with what it has beside the request; `ip` is whom it means. */
const shapes: Readonly<Record<string, (basePath: string) => (request: Request, ip: string) => Promise<Response>>> = {
  // app/api/auth/[...path]/route.ts exports a function for each method.
  'Next.js on Vercel': (basePath) => {
    interface Context {
      readonly params: Promise<{ readonly path: readonly string[] }>;
    }
    const handle = fetchHandler<[Context]>(handler, {
      basePath,
      clientIp: ({ headers }) => headers.get('x-vercel-forwarded-for'),
    });
    const route = new Map([
      ['GET', handle],
      ['HEAD', handle],
      ['OPTIONS', handle],
      ['POST', handle],
    ]);
    return async (request, ip) => {
      const path = new URL(request.url).pathname.slice(basePath.length + 1).split('/');
      const exported = route.get(request.method);
      if (exported === undefined) throw new Error('Next.js would answer 405 by itself');
      return exported(withHeader(request, 'x-vercel-forwarded-for', ip), { params: Promise.resolve({ path }) });
    };
  },
  // src/routes/auth/[...path]/+server.ts exports functions of one event.
  SvelteKit: (basePath) => {
    interface RequestEvent {
      readonly request: Request;
      readonly getClientAddress: () => string;
    }
    const handle = fetchHandler(handler, {
      basePath,
      clientIp: (_request, { getClientAddress }: RequestEvent) => getClientAddress(),
    });
    const fallback = (event: RequestEvent) => handle(event.request, event);
    return (request, ip) => fallback({ request, getClientAddress: () => ip });
  },
  h3: (basePath) => {
    interface H3Event {
      readonly request: Request;
      readonly ip: string;
    }
    const toWebRequest = ({ request }: H3Event): Request => request;
    const getRequestIP = ({ ip }: H3Event): string | undefined => ip;
    const handle = fetchHandler(handler, {
      basePath,
      clientIp: (_request, event: H3Event) => getRequestIP(event) ?? null,
    });
    const onEvent = (event: H3Event) => handle(toWebRequest(event), event);
    return (request, ip) => onEvent({ request, ip });
  },
  Bun: (basePath) => {
    interface Server {
      readonly requestIP: (request: Request) => { readonly address: string } | null;
    }
    const fetch = fetchHandler(handler, {
      basePath,
      clientIp: (request, server: Server) => server.requestIP(request)?.address ?? null,
    });
    return (request, ip) => fetch(request, { requestIP: (one) => (one === request ? { address: ip } : null) });
  },
  Deno: (basePath) => {
    interface Info {
      readonly remoteAddr: { readonly hostname: string };
    }
    const serve = fetchHandler(handler, {
      basePath,
      clientIp: (_request, { remoteAddr }: Info) => remoteAddr.hostname,
    });
    return (request, ip) => serve(request, { remoteAddr: { hostname: ip } });
  },
  Workers: (basePath) => {
    const worker = {
      fetch: fetchHandler<[env: object, context: object]>(handler, {
        basePath,
        clientIp: ({ headers }) => headers.get('cf-connecting-ip'),
      }),
    };
    return (request, ip) => worker.fetch(withHeader(request, 'cf-connecting-ip', ip), {}, {});
  },
};

test.each(Object.entries(shapes).map(([name, shape], index) => [name, shape, `203.0.113.${index}`] as const))(
  '%s: serves below a path, and counts the client that the runtime names',
  async (_, shape, ip) => {
    const call = shape('/api/auth');
    const user = await createUser();
    const origin = 'https://app.example/api/auth';
    const answer = await call(await begin(origin, user), ip);
    expect([answer.status, await answer.json()]).toEqual([202, {}]);
    await pwreset.idle();
    expect(mailer.lastMail(user.email).client).toMatchObject({ ip });

    const head = await call(new Request(`${origin}/openapi.json`, { method: 'HEAD' }), ip);
    expect([head.status, await head.text()]).toEqual([200, '']);
    const options = await call(new Request(`${origin}/native/password-resets`, { method: 'OPTIONS' }), ip);
    expect([options.status, options.headers.get('allow')]).toEqual([204, 'POST, OPTIONS']);
    const elsewhere = await call(new Request('https://app.example/native/password-resets', { method: 'POST' }), ip);
    expect(elsewhere.status).toBe(404);

    const more = [await call(await begin(origin, user), ip), await call(await begin(origin, user), ip)];
    expect(more.map(({ status }) => status)).toEqual([202, 429]);
    expect(Number(more[1]?.headers.get('retry-after'))).toBeGreaterThan(0);
  },
);
