import { type Mail, userId } from '@pwreset/core';
import { describe, expect, test } from 'vitest';
import {
  addresses,
  createWorld,
  frameworks,
  newPassword,
  storagesBehind,
  unlimitedCallers,
  type World,
} from './world.js';
import type { Answer } from './world-answer.js';
import {
  beginByIdRoutes,
  beginRoutes,
  codeUrl,
  confirmRoutes,
  profileUrl,
  requestOf,
  resetUrlRoutes,
  type WireRoute,
} from './world-routes.js';

/** Pages that are no entry of the allow-list, however near. */
const pages = [
  '//evil.example/forgot',
  '///evil.example/forgot',
  '\\\\evil.example\\forgot',
  'https:\\\\evil.example/forgot',
  'https:/evil.example/forgot',
  'https:evil.example/forgot',
  'https:///evil.example/forgot',
  'https://evil.example/forgot',
  'https://app.example@evil.example/forgot',
  'https://app.example:443@evil.example/forgot',
  'https://user:secret@app.example/forgot',
  'https://@app.example/forgot',
  'https://app.example%40evil.example/forgot',
  'https://app.example%2f.evil.example/forgot',
  'https://app.example%00.evil.example/forgot',
  'https://app.example\\@evil.example/forgot',
  'https://app.example\\.evil.example/forgot',
  'https://app.example.evil.example/forgot',
  'https://evil.example/app.example/forgot',
  'https://evilapp.example/forgot',
  'https://www.app.example/forgot',
  'https://app.example./forgot',
  'https://app.example:8443/forgot',
  'http://app.example/forgot',
  'ftp://app.example/forgot',
  'https://\u0430pp.example/forgot',
  'https://app.example/forgot/../evil',
  'https://app.example/forgot/..%2fevil',
  'https://app.example/./forgot',
  'https://app.example//forgot',
  'https://app.example/forgot/',
  'https://app.example/FORGOT',
  'https://app.example/%66orgot',
  'https://app.example/forgot;x=1',
  'https://app.example/forgot\r\nBcc: evil@example.com',
  'https://app.example/forgot\nhttps://evil.example/',
  'https://app.example/forgot\u2028',
  'https://app.example/forgot\u0000',
  'https://app.example/forgot ',
  ' https://app.example/forgot',
  '\thttps://app.example/forgot',
  'https://app.example\t/forgot',
  'ht\ttps://app.example/forgot',
  'https://app.example/forgot">',
  'javascript:alert(1)',
  'JavaScript://app.example/%0aalert(1)',
  'java\nscript:alert(1)',
  'data:text/html,<script>alert(1)</script>',
  'vbscript:x',
  'file:///etc/passwd',
  'blob:https://app.example/forgot',
  'view-source:https://app.example/forgot',
  '/forgot',
  'forgot',
  '?',
  '',
] as const;

/** As each wire says where the token goes: by a placeholder, or after the URL. */
const asked = (route: WireRoute, page: string): string =>
  route.names.resetUrl === 'resetPasswordUrl' && route.further?.['resetPasswordUrl'] === profileUrl
    ? page
    : `${page}?code={{code}}`;

/** Further ones, where the caller writes the placeholder. */
const templates = [
  codeUrl.replace('{{code}}', ''),
  `${codeUrl}&code={{code}}`,
  `${codeUrl}&next=https://evil.example`,
  `${codeUrl}#{{code}}`,
  `${codeUrl}#@evil.example`,
  `https://evil.example/?next=${codeUrl}`,
  `https://evil.example/#${codeUrl}`,
  'https://app.example/{{code}}',
  'https://{{code}}.evil.example/forgot',
  'https://app.example/forgot?{{code}}=code',
  'https://app.example/forgot?code={{code}}{{code}}',
  'https://app.example/forgot?code={{email}}',
  'https://app.example/forgot?code={{ code }}',
  'https://app.example/forgot?x={{code}}',
  // The entry leaves one value to the caller, and no more than a value.
  'https://app.example/free?lang={{code}}&code={{code}}',
  'https://app.example/free?lang=de',
  'https://app.example/free?lang=de&code={{code}}&code=x',
  'https://app.example/free?lang=de&lang=en&code={{code}}',
  'https://app.example/free?lang=de&code={{code}}&next=//evil.example',
  'https://app.example/free?lang=de\r\nBcc:x&code={{code}}',
  'https://app.example/free?lang=de"onclick=x&code={{code}}',
  'https://app.example/free?lang=de&code={{code}}#@evil.example',
] as const;

/** What a request does to the storage. */
async function counted(world: World, ask: () => Promise<Answer>) {
  const before = new Map(Object.entries(world.storage.calls));
  const answer = await ask();
  const calls = Object.entries(world.storage.calls).map(
    ([name, count]) => [name, count - (before.get(name) ?? 0)] as const,
  );
  return { answer, calls: Object.fromEntries(calls) };
}

/** Nobody is looked up, and nothing is written or charged. */
const untouched = { findUserById: 0, findUsersByEmail: 0, findToken: 0, findCodes: 0, commit: 0, charge: 0 } as const;

const unknownId = userId('00000000-0000-4000-8000-000000000000');

const linkOf = (mail: Mail | undefined): string => (mail !== undefined && 'url' in mail ? (mail.url ?? '') : '');
const withoutToken = (link: string): string => link.replace(/[0-9a-z]{50}/, '…');

describe.each(frameworks)('on %s', (server) => {
  describe.each(resetUrlRoutes)('$name', (route) => {
    const wrong = [...pages.map((page) => asked(route, page)), ...(asked(route, '') === '' ? [] : templates)].filter(
      (url) => url !== '',
    );

    test('attack 12: a URL that is not on the list is refused, and nothing is begun', async () => {
      const world = await createWorld({ server, core: { limits: unlimitedCallers } });
      const before = await world.contents();
      for (const resetUrl of [...wrong, '']) {
        const { status } = await world.call(route, { email: addresses.known, resetUrl });
        expect([resetUrl, status]).toEqual([resetUrl, 400]);
      }
      expect(await world.contents()).toBe(before);
      await world.pwreset.idle();
      expect(world.mailer.mails).toEqual([]);
    });

    test('attack 4: the refusal is the same for a known and an unknown user, before any look-up', async () => {
      const world = await createWorld({ server, core: { limits: unlimitedCallers } });
      for (const resetUrl of wrong) {
        const known = await counted(world, () => world.call(route, { email: addresses.known, resetUrl }));
        const by = { userId: unknownId };
        const unknown = await counted(world, () => world.call(route, { email: addresses.unknown, resetUrl }, { by }));
        expect(known.answer.status).toBe(400);
        expect(unknown.answer.bytes).toBe(known.answer.bytes);
        // Who calls is all that may be asked.
        expect(unknown.calls).toEqual(known.calls);
        expect(known.calls).toMatchObject(untouched);
      }
    });
  });

  test.each(storagesBehind[server])('attack 4: over %s not even a limit is charged', async (storage) => {
    const world = await createWorld({ server, storage });
    const before = await world.contents({ limits: true });
    for (const route of resetUrlRoutes) {
      for (const email of [addresses.known, addresses.unknown]) {
        const resetUrl = asked(route, 'https://evil.example/forgot');
        expect((await world.call(route, { email, resetUrl })).status).toBe(400);
      }
    }
    expect(await world.contents({ limits: true })).toBe(before);
  });

  /** The listed page, as two readers of URLs may not read it alike. */
  const respelt = [
    'HTTPS://APP.EXAMPLE/forgot?code={{code}}',
    'https://app.example:443/forgot?code={{token}}',
    'https://app.example:0443/forgot?code={{code}}',
    'https://app\u3002example/forgot?code={{code}}',
    'https://\uff41pp.example/forgot?code={{code}}',
    'https://%61pp.example/forgot?code={{code}}',
    'https://app.example/forgot?c%6fde={{code}}',
  ];

  test.each(resetUrlRoutes.filter((route) => asked(route, '') !== ''))(
    'attack 12: $name: the listed page in another spelling is refused, or leads to the listed one as it is listed',
    async (route) => {
      for (const resetUrl of respelt) {
        const world = await createWorld({ server });
        const { status } = await world.call(route, { email: addresses.known, resetUrl });
        expect([route.status, 400], resetUrl).toContain(status);
        await world.pwreset.idle();
        const links = world.mailer.mails.map((mail) => withoutToken(linkOf(mail)));
        expect(links, resetUrl).toEqual(status === 400 ? [] : ['https://app.example/forgot?code=…']);
      }
    },
  );

  /** Each names another host than the configured one. */
  const hostile: readonly (readonly (readonly [string, string])[])[] = [
    [['Host', 'evil.example']],
    [['Host', 'app.example:@evil.example']],
    [['Host', 'evil.example:80']],
    [['Host', '']],
    [['X-Forwarded-Host', 'evil.example']],
    [['X-Forwarded-Host', 'app.example, evil.example']],
    [
      ['X-Forwarded-Server', 'evil.example'],
      ['X-Host', 'evil.example'],
      ['X-HTTP-Host-Override', 'evil.example'],
    ],
    [['Forwarded', 'for=203.0.113.9;host=evil.example;proto=http']],
    [
      ['X-Forwarded-Proto', 'http'],
      ['X-Forwarded-Port', '8443'],
      ['X-Forwarded-Prefix', '/evil'],
    ],
    [
      ['X-Original-URL', '//evil.example/x'],
      ['X-Rewrite-URL', 'https://evil.example/x'],
    ],
    [
      ['Origin', 'https://evil.example'],
      ['Referer', 'https://evil.example/'],
    ],
    [
      ['X-Original-Host', 'evil.example'],
      ['Base-Url', 'https://evil.example/'],
    ],
  ];
  describe.each([{ trustedProxies: [] }, { trustedProxies: ['loopback'] }])('behind %j', ({ trustedProxies }) => {
    test.each([...beginRoutes, ...beginByIdRoutes])(
      'attack 11: $name: the link is the configured one',
      async (route) => {
        const roomy = { capacity: 1_000, refillMs: 1 };
        const world: World = await createWorld({
          server,
          trustedProxies,
          core: { limits: { ...unlimitedCallers, begin_by_address: roomy } },
        });
        await world.call(route, { email: addresses.known });
        await world.pwreset.idle();
        const usual = withoutToken(linkOf(world.mailer.mails[0]));
        expect(usual).toMatch(/^https:\/\/app\.example\/(?:reset\?token|forgot\?code|account\?tokenId)=…$/);
        const request = requestOf(route, world.caller, { email: addresses.known });
        for (const headers of hostile) {
          const { status, text } = await world.ask({ ...request, headers: [...(request.headers ?? []), ...headers] });
          // A server may well refuse a host that is none, but not what it need not understand.
          const refusable = headers.some(([name]) => name === 'Host');
          expect([headers, status === route.status || (refusable && status === 400), text.includes('evil')]).toEqual([
            headers,
            true,
            false,
          ]);
          await world.pwreset.idle();
        }
        await world.ask({ ...request, target: `http://evil.example${request.target}` });
        await world.ask({ ...request, target: `https://evil.example:8443${request.target}` });
        await world.pwreset.idle();
        expect(world.mailer.mails.length).toBeGreaterThan(hostile.length - 3);
        expect(new Set(world.mailer.mails.map((mail) => withoutToken(linkOf(mail))))).toEqual(new Set([usual]));
      },
    );
  });

  test.each(confirmRoutes)('attack 11: $name: the link of the notice is the configured one', async (route) => {
    const world = await createWorld({ server, trustedProxies: ['loopback'] });
    const token = await world.resetToken();
    const headers = hostile.flat().filter(([name]) => name !== 'Host');
    const values = { email: addresses.known, token, newPassword };
    expect((await world.call(route, values, { headers: [...headers, ['Host', 'evil.example']] })).status).toBe(200);
    await world.pwreset.idle();
    expect(withoutToken(world.mailer.lastLink(addresses.known, 'reset_notice'))).toBe(
      'https://app.example/not-me?token=…',
    );
  });

  test('attack 11: the page for changing a password is the configured one', async () => {
    const world = await createWorld({ server, trustedProxies: ['loopback'] });
    for (const headers of hostile) {
      const { status, headers: answered } = await world.ask({
        method: 'GET',
        target: '/.well-known/change-password',
        headers,
      });
      if (status === 302) expect(answered.get('location')).toBe('https://app.example/account');
      else expect([headers, status]).toEqual([headers, 400]);
    }
  });
});
