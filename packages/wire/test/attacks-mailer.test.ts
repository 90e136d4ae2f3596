import { describe, expect, test } from 'vitest';
import { addresses, createWorld, frameworks, newPassword, password, storagesBehind, type World } from './world.js';
import { type FaultyMailer, faultyMailer, mailFaults } from './world-mailer.js';
import {
  beginByIdRoutes,
  beginRoutes,
  confirmRoutes,
  nth,
  passwordRoutes,
  revokeRoutes,
  type WireRoute,
} from './world-routes.js';

const email = addresses.known;
const background = { mode: 'background', beginDelayMs: 0 } as const;

/** The token in the link of the newest mail that was sent. */
function newestToken({ sent }: FaultyMailer): string {
  const mail = sent.at(-1);
  return new URL(mail !== undefined && 'url' in mail ? (mail.url ?? '') : '').searchParams.get('token') ?? '';
}

async function resetToken({ pwreset }: World, mailer: FaultyMailer): Promise<string> {
  await pwreset.beginReset({ email, limitBy: 'service' });
  await pwreset.idle();
  return newestToken(mailer);
}

async function revokeToken(world: World, mailer: FaultyMailer): Promise<string> {
  const token = await resetToken(world, mailer);
  await world.pwreset.confirmReset({ token, password, limitBy: 'service' });
  await world.pwreset.idle();
  return newestToken(mailer);
}

/** Every route that has a mail sent, and the token that it needs for that. */
const mailing: readonly (readonly [string, WireRoute, typeof resetToken | null])[] = [
  ...[...beginRoutes, ...beginByIdRoutes].map((route) => [`begin, ${route.name}`, route, null] as const),
  ...confirmRoutes.map((route) => [`confirm, ${route.name}`, route, resetToken] as const),
  ...revokeRoutes.map((route) => [`revoke, ${route.name}`, route, revokeToken] as const),
  ...passwordRoutes
    .filter(({ names }) => names.newPassword !== undefined)
    .map((route) => [`update, ${route.name}`, route, null] as const),
];

describe.each(frameworks)('on %s', (server) => {
  test.each(mailing)(
    'attack 21: %s: what the mailer throws is no error for those who get a mail',
    async (_, route, tokenOf) => {
      const mailer = faultyMailer('throws');
      const world = await createWorld({ server, core: { mailer, delivery: background } });
      const token = await tokenOf?.(world, mailer);
      mailer.breakDown();
      expect((await world.call(route, { email, token, password, newPassword })).status).toBe(route.status);
      await mailer.asked;
      expect(world.faults).toEqual([]);
    },
  );

  describe.each(mailFaults)('a mailer that %s', (fault) => {
    test.each(beginRoutes)('attack 3: $name: status, body and time are those for an unknown address', async (route) => {
      const mailer = faultyMailer(fault);
      mailer.breakDown();
      const world = await createWorld({ server, core: { mailer, delivery: background } });
      const unknown = await world.call(route, { email: addresses.unknown });
      // Whoever waited for the mailer would wait for ever.
      const known = await world.call(route, { email });
      await mailer.asked;
      const again = await world.call(route, { email });
      expect([known.bytes, again.bytes]).toEqual([unknown.bytes, unknown.bytes]);
      expect(unknown.status).toBe(route.status);
      expect(mailer.attempts[0]?.to).toBe(email);
      expect(world.faults).toEqual([]);
    });

    describe.each(storagesBehind[server])('over %s', (storage) => {
      /** Delivers what is due and fails at it, then what is left of it. */
      async function deliverAtLast({ pwreset, clock }: World, mailer: FaultyMailer): Promise<void> {
        const idle = pwreset.idle();
        await mailer.asked;
        if (fault === 'hangs') await clock.advance(30_000);
        if (fault === 'is late') mailer.heal();
        await idle;
        expect(mailer.attempts).toHaveLength(1);
        mailer.heal();
        await clock.advance(60_000);
        await pwreset.idle();
      }

      test('attack 23: a reset that was begun stays begun, and its mail is tried again as it was', async () => {
        const mailer = faultyMailer(fault);
        const world = await createWorld({ server, storage, core: { mailer } });
        mailer.breakDown();
        const { status } = await world.call(nth(beginRoutes, 0), { email });
        expect(status).toBe(200);
        await deliverAtLast(world, mailer);
        expect(mailer.sent).toEqual(mailer.attempts);
        const token = newestToken(mailer);
        expect((await world.call(nth(confirmRoutes, 0), { token, newPassword })).status).toBe(200);
      });

      test('attack 23: a password that was set stays set, its token used, its notice owed', async () => {
        const mailer = faultyMailer(fault);
        const world = await createWorld({ server, storage, core: { mailer } });
        const token = await resetToken(world, mailer);
        const route = nth(confirmRoutes, 0);
        mailer.breakDown();
        expect((await world.call(route, { token, newPassword })).status).toBe(200);
        await deliverAtLast(world, mailer);
        expect([await world.opens(newPassword), await world.opens(password)]).toEqual([true, false]);
        expect((await world.call(route, { token, newPassword: password })).status).toBe(400);
        expect(mailer.sent.map(({ kind }) => kind)).toEqual(['reset', 'reset_notice']);
        expect(mailer.sent.at(-1)).toEqual(mailer.attempts[0]);
        const revoke = { token: newestToken(mailer) };
        expect((await world.call(nth(revokeRoutes, 0), revoke)).status).toBe(200);
      });
    });
  });
});
