import { describe, expect, test } from 'vitest';
import { addresses, createWorld, frameworks, newPassword, password, unlimitedCallers } from './world.js';
import { beginByIdRoutes, beginRoutes, confirmRoutes, named, nth, revokeRoutes } from './world-routes.js';

const victim = addresses.known;
const evil = 'evil@example.com';

/** What stands where one address belongs. */
const notOneAddress: readonly unknown[] = [
  [victim, evil],
  [victim],
  [[victim, evil]],
  { email: victim, cc: evil },
  { 0: victim, 1: evil, length: 2 },
  { toString: victim },
  `${victim},${evil}`,
  `${victim}, ${evil}`,
  `${victim};${evil}`,
  `${victim} ${evil}`,
  `${victim}\n${evil}`,
  `${victim}\r\nBcc: ${evil}`,
  `${victim}\u0000${evil}`,
  `${victim}%0a${evil}`.replace('%0a', '\u2028'),
  `<${victim}>`,
  `"${victim}"@example.com`,
  `Ann <${evil}>`,
  `${victim}@${evil}`,
  `${evil}\\@example.com`,
  `ann(comment)@example.com`,
  true,
  1,
  null,
  '',
];

/** Bodies in which a name comes twice, once for each address. */
const twice = {
  json: [
    (name: string) => `{"${name}":"${victim}","${name}":"${evil}"}`,
    (name: string) => `{"${name}":"${victim}","\\u00${name.charCodeAt(0).toString(16)}${name.slice(1)}":"${evil}"}`,
    (name: string) => `[{"${name}":"${victim}"},{"${name}":"${evil}"}]`,
  ],
  form: [
    (name: string) => `${name}=${victim}&${name}=${evil}`,
    (name: string) => `${name}=${victim}&%${name.charCodeAt(0).toString(16)}${name.slice(1)}=${evil}`,
    (name: string) => `${name}[]=${victim}&${name}[]=${evil}`,
    (name: string) => `${name}[0]=${victim}&${name}[1]=${evil}`,
  ],
  query: [],
} as const;

describe.each(frameworks)('on %s', (server) => {
  describe.each(beginRoutes)('$name', (route) => {
    test('attack 1: more than one address is no address, and mails nobody', async () => {
      const world = await createWorld({ server, core: { limits: unlimitedCallers } });
      await world.addUser(evil);
      const before = await world.contents();
      for (const email of notOneAddress) {
        // A form has one text for each value that is none.
        if (route.media === 'form' && typeof email !== 'string' && !Array.isArray(email) && email !== null) continue;
        if (route.media === 'form' && Array.isArray(email) && email.length === 1) continue;
        const { status } = await world.call(route, { email });
        expect([email, status]).toEqual([email, 400]);
      }
      for (const body of twice[route.media]) {
        const { status } = await world.call(route, {}, { body: body('email') });
        expect([body('email'), status]).toEqual([body('email'), 400]);
      }
      expect(await world.contents()).toBe(before);
      await world.pwreset.idle();
      expect(world.mailer.mails).toEqual([]);
    });

    test('attack 1: an address in the query is not read beside the one in the body', async () => {
      const world = await createWorld({ server });
      await world.addUser(evil);
      await world.call(route, { email: victim }, { query: `email=${evil}&email[]=${evil}` });
      await world.call(
        route,
        { email: victim },
        { fields: { 'email[]': evil, Email: evil, cc: evil, emails: [evil] } },
      );
      await world.pwreset.idle();
      expect(world.mailer.mails.map(({ to }) => to)).toEqual([victim]);
    });
  });

  test('attack 1: a key, a token or a URL that came twice, in one place or in two, is refused', async () => {
    const world = await createWorld({ server });
    const { key } = world.caller;
    const token = await world.resetToken();
    const before = await world.contents();
    const begin = nth(beginByIdRoutes, 0);
    const confirm = named(confirmRoutes, 'profile');
    const given = { token, newPassword };
    const answers = [
      await world.call(begin, {}, { query: 'resetPasswordUrl=https://app.example/account' }),
      await world.call(
        begin,
        {},
        { fields: { resetPasswordUrl: ['https://app.example/account', 'https://evil.example'] } },
      ),
      await world.call(confirm, given, { query: `resetTokenId=${token}` }),
      await world.call(confirm, { ...given, token: [token, token] }),
      await world.call(confirm, { ...given, newPassword: [newPassword, password] }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([400, 400, 400, 400, 400]);
    const keys = [
      await world.call(confirm, given, { query: `accessTokenId=${world.other.key}` }),
      await world.call(confirm, given, { fields: { accessTokenId: [key, world.other.key] } }),
    ];
    expect(keys.every(({ status }) => status === 400 || status === 403)).toBe(true);
    expect(await world.contents()).toBe(before);
  });

  describe.each(confirmRoutes)('$name', (route) => {
    test('attack 1: lists and objects are no token, no code and no password', async () => {
      const world = await createWorld({ server });
      const token = await world.resetToken();
      const before = await world.contents();
      const good = { email: victim, token, newPassword };
      const wrong: readonly Readonly<Record<string, unknown>>[] = [
        { ...good, token: [token, token] },
        { ...good, token: { token } },
        { ...good, newPassword: [newPassword, newPassword] },
        { ...good, newPassword: { length: 20, normalize: newPassword } },
      ];
      for (const values of wrong) expect((await world.call(route, values)).status).toBe(400);
      expect(await world.contents()).toBe(before);
      expect((await world.call(route, good)).status).toBe(200);
    });
  });

  test.each(revokeRoutes)('attack 1: $name: lists and objects are no token', async (route) => {
    const world = await createWorld({ server });
    const token = await world.revokeToken();
    for (const wrong of [[token, token], { token }, { 0: token }]) {
      expect((await world.call(route, { token: wrong })).status).toBe(400);
    }
    expect((await world.pwreset.users.get(world.known))?.enabled).toBe(true);
  });
});
