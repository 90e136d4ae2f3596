import { type UserId, userId } from '@pwreset/core';
import { describe, expect, test } from 'vitest';
import { addresses, createWorld, frameworks, newPassword, password, storagesBehind, type World } from './world.js';
import { at } from './world-answer.js';
import { beginRoutes, confirmRoutes, named, passwordRoutes, revokeRoutes } from './world-routes.js';

const email = addresses.known;

/** Signs in, and answers from when on the application counts the session. */
async function signIn(world: World, withPassword: string, as: string = email): Promise<number> {
  const { status } = await world.call(named(passwordRoutes, 'sso login'), { email: as, password: withPassword });
  const begun = world.begun.at(-1);
  if (status !== 200 || begun === undefined) throw new Error(`the login was answered with ${status}`);
  return begun.startedAt;
}

/** Whether the sessions port was told to end a session of this user that began then. */
const isEnded = (world: World, user: string, startedAt: number): boolean =>
  world.ended.some((told) => told.userId === user && startedAt < told.startedBefore);

describe.each(frameworks)('on %s', (server) => {
  describe.each(storagesBehind[server])('over %s', (storage) => {
    test('attack 6: a reset ends both sessions that were open, and spares the next', async () => {
      const world = await createWorld({ server, storage });
      for (const [index, route] of confirmRoutes.entries()) {
        const current = index === 0 ? password : newPassword;
        const first = await signIn(world, current);
        await world.clock.advance(60 * 60_000);
        const second = await signIn(world, current);
        // In the same millisecond as the second login.
        const token = await world.resetToken();
        expect((await world.call(route, { email, token, newPassword })).status).toBe(200);
        const open = (): readonly boolean[] =>
          [first, second].map((startedAt) => !isEnded(world, world.known, startedAt));
        expect(open()).toEqual([true, true]);
        await world.pwreset.idle();
        expect(open()).toEqual([false, false]);
        await world.clock.advance(1);
        expect(isEnded(world, world.known, await signIn(world, newPassword))).toBe(false);
      }
    });

    test('attack 6: a session port that is down is told later, and the reset does not wait for it', async () => {
      let down = true;
      const told: { readonly user: UserId; readonly startedBefore: number }[] = [];
      const endAll = async (user: UserId, { startedBefore }: { readonly startedBefore: number }): Promise<void> => {
        if (down) throw new Error('the session store is down');
        told.push({ user, startedBefore });
      };
      const world = await createWorld({ server, storage, core: { sessions: { endAll } } });
      const startedAt = await signIn(world, password);
      const token = await world.resetToken();
      expect((await world.call(named(confirmRoutes, 'native'), { token, newPassword })).status).toBe(200);
      await world.pwreset.idle();
      expect(told).toEqual([]);
      down = false;
      await world.clock.advance(60_000);
      await world.pwreset.idle();
      expect(told.map(({ user }) => user)).toEqual([world.known]);
      expect(told[0]?.startedBefore).toBeGreaterThan(startedAt);
    });

    test('attack 16: who registered the address of a victim has neither password nor session after its reset', async () => {
      const world = await createWorld({ server, storage });
      const victim = 'victim@example.com';
      const evil = 'the password of the attacker';
      const create = { ...named(beginRoutes, 'sso'), path: '/v1/user', names: {} };
      const created = await world.call(
        create,
        {},
        {
          fields: { name: 'Victim', email: victim, password: evil, password_allow_reset: true, is_enabled: true },
        },
      );
      const id = userId(String(at(created.json, 'data', 'id')));
      const startedAt = await signIn(world, evil, victim);
      const made = await world.call(
        { ...create, path: '/v1/key' },
        {},
        { fields: { name: 'phone', type: 'TOKEN', user_id: id } },
      );
      const key = String(at(made.json, 'data', 'value'));
      const verify = { ...create, path: '/v1/auth/key/verify' };
      const keyWorks = async (): Promise<boolean> => (await world.call(verify, {}, { fields: { key } })).status === 200;
      expect(await keyWorks()).toBe(true);
      // And a link that the attacker asked for, in case it can be had.
      const earlier = await world.resetToken(victim);

      await world.clock.advance(60_000);
      await world.call(named(beginRoutes, 'security'), { email: victim });
      await world.pwreset.idle();
      const token = world.mailedToken('reset', victim);
      expect(token).not.toBe(earlier);
      expect((await world.call(named(confirmRoutes, 'security'), { token, newPassword })).status).toBe(200);
      await world.pwreset.idle();
      expect(await world.opens(evil, victim)).toBe(false);
      expect(await world.opens(newPassword, victim)).toBe(true);
      expect(isEnded(world, id, startedAt)).toBe(true);
      const again = await world.call(named(confirmRoutes, 'sso'), { token: earlier, newPassword: evil });
      expect(again.status).toBe(400);

      // Keys are devices' and programs', so a reset leaves them, and there is no option yet that would have it end them. The
      // link of the notice ends them, as does an application that revokes what it finds in the user's list of keys.
      expect(await keyWorks()).toBe(true);
      const revoke = world.mailedToken('reset_notice', victim);
      expect((await world.call(named(revokeRoutes, 'native'), { token: revoke })).status).toBe(200);
      expect(await keyWorks()).toBe(false);
      expect((await world.pwreset.keys.list(id)).map(({ revoked, enabled }) => [revoked, enabled])).toEqual([
        [true, false],
      ]);
      expect(await world.opens(newPassword, victim)).toBe(false);
      expect((await world.pwreset.users.get(id))?.enabled).toBe(false);
    });
  });

  test('attack 16: nobody can register the address of a victim a second time, however it is spelt', async () => {
    const world = await createWorld({ server });
    const create = { ...named(beginRoutes, 'sso'), path: '/v1/user', names: {} };
    for (const taken of [email, email.toUpperCase(), 'Ann@Example.com', 'ann@\uff45xample.com']) {
      const fields = {
        name: 'Ann',
        email: taken,
        password: 'the password of the attacker',
        password_allow_reset: true,
      };
      expect((await world.call(create, {}, { fields })).status).toBe(400);
    }
    expect(await world.opens(password)).toBe(true);
  });
});
