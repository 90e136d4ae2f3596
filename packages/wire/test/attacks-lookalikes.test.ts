import { describe, expect, test } from 'vitest';
import {
  createWorld,
  frameworks,
  newPassword,
  password,
  storagesBehind,
  unlimitedCallers,
  type World,
} from './world.js';
import { beginRoutes, codeRoutes, confirmRoutes, nth, passwordRoutes } from './world-routes.js';

const roomy = { capacity: 1_000_000, refillMs: 1 } as const;

/** Whom the attacks are on. */
const victims = [
  'mike@example.org',
  'kate@example.org',
  'strasse@example.org',
  'jose@example.org',
  'ann@strasse.example',
  'ann@apple.example',
] as const;

/** Each is another address than any above, however alike a font, a collation or an upper case makes them. */
const lookalikes = [
  // U+0131 and U+0130: the i without a dot, and with one above its capital.
  'm\u0131ke@example.org',
  'm\u0130ke@example.org',
  'mi\u0307ke@example.org',
  // U+017F and U+00DF: a long s and a sharp one.
  '\u017ftra\u017f\u017fe@example.org',
  'stra\u00dfe@example.org',
  'STRA\u1e9eE@example.org',
  'ann@stra\u00dfe.example',
  // Fullwidth, small capitals, mathematical, circled.
  '\uff4d\uff49\uff4b\uff45@example.org',
  'm\u026ake@example.org',
  '\u{1d426}ike@example.org',
  '\u24dcike@example.org',
  // Accents, combined and precomposed.
  'jos\u00e9@example.org',
  'jose\u0301@example.org',
  'jos\u0435@example.org',
  // A Cyrillic a, as IDN and as what it is written.
  'ann@\u0430pple.example',
  'ann@xn--pple-43d.example',
  // What a trim, a cut or a filter would make equal.
  ' mike@example.org',
  'mike@example.org ',
  'mike@example.org\u00a0',
  'mi\u200bke@example.org',
  'mi\u00adke@example.org',
  'mike\u0000@example.org',
  'mike@example.org\u0000.evil.example',
  'mike@example.org.',
  'mike+x@example.org',
  'm.ike@example.org',
] as const;

/** The same address, however it is written. */
const spellings = [
  'MIKE@EXAMPLE.ORG',
  'Mike@Example.Org',
  'mike@\uff45xample.org',
  'kate@EXAMPLE.org',
  // U+212A, the sign for kelvin, is a K to Unicode itself (NFC), and so to whoever sends the mail.
  '\u212aate@example.org',
  'mi\u212aE@example.org',
  'ANN@STRASSE.EXAMPLE',
] as const;

const addVictims = async (world: World): Promise<void> => {
  for (const email of victims) await world.addUser(email);
};

const limits = { ...unlimitedCallers, begin_by_address: roomy, login_by_address: roomy, code_guess_by_address: roomy };

describe.each(frameworks)('on %s', (server) => {
  describe.each(storagesBehind[server])('over %s', (storage) => {
    test('attack 2: an address that looks like another one gets that one no mail, and itself none', async () => {
      const world = await createWorld({ server, storage, core: { limits } });
      await addVictims(world);
      for (const [index, email] of lookalikes.entries()) {
        const route = nth(beginRoutes, index);
        expect([email, [200, 202, 400].includes((await world.call(route, { email })).status)]).toEqual([email, true]);
      }
      await world.pwreset.idle();
      expect(world.mailer.mails).toEqual([]);
    });

    test('attack 2: however an address is spelt, the mail goes to the stored one', async () => {
      const world = await createWorld({ server, storage, core: { limits } });
      await addVictims(world);
      for (const email of spellings) {
        for (const route of beginRoutes) expect((await world.call(route, { email })).status).toBe(route.status);
        await world.pwreset.idle();
      }
      expect(new Set(world.mailer.mails.map(({ to }) => to))).toEqual(
        new Set(['mike@example.org', 'kate@example.org', 'ann@strasse.example']),
      );
    });

    test('attack 2: who registered a look-alike gets a token for the look-alike alone', async () => {
      const world = await createWorld({ server, storage, core: { limits } });
      await addVictims(world);
      const evil = 'm\u0131ke@example.org';
      await world.addUser(evil, { password: 'the password of the attacker' });
      const begin = nth(beginRoutes, 0);
      const confirm = nth(confirmRoutes, 0);
      await world.call(begin, { email: evil });
      await world.pwreset.idle();
      expect(world.mailer.mails.map(({ to }) => to)).toEqual([evil]);
      const token = world.mailedToken('reset', evil);
      expect((await world.call(confirm, { token, newPassword })).status).toBe(200);
      expect(await world.opens(newPassword, evil)).toBe(true);
      expect(await world.opens(newPassword, 'mike@example.org')).toBe(false);
      expect(await world.opens(password, 'mike@example.org')).toBe(true);
    });
  });

  test.each(codeRoutes)(
    'attack 2: $name: neither the code nor the link of a user is good with a look-alike',
    async (route) => {
      const world = await createWorld({ server, core: { limits } });
      await addVictims(world);
      const { code, token } = await world.resetCode('mike@example.org');
      const before = await world.contents();
      for (const email of lookalikes) {
        for (const given of [code, token]) {
          const { status } = await world.call(route, { email, code: given, newPassword });
          expect([email, status]).toEqual([email, 400]);
        }
      }
      expect(await world.contents()).toBe(before);
      expect((await world.call(route, { email: 'MIKE@example.org', code, newPassword })).status).toBe(200);
    },
  );

  test.each(passwordRoutes)('attack 2: $name: the password of a user is not that of a look-alike', async (route) => {
    const world = await createWorld({ server, core: { limits } });
    await addVictims(world);
    const before = await world.contents();
    for (const email of lookalikes) {
      const { status } = await world.call(route, { email, password, newPassword });
      expect([email, status >= 400 && status < 500]).toEqual([email, true]);
    }
    expect(await world.contents()).toBe(before);
  });
});
