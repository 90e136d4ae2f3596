import { userId } from '@pwreset/core';
import { testHasher } from '@pwreset/memory';
import { describe, expect, test } from 'vitest';
import {
  addresses,
  createWorld,
  frameworks,
  newPassword,
  password,
  storagesBehind,
  unlimitedCallers,
} from './world.js';
import { at } from './world-answer.js';
import { beginRoutes, checkRoute, codeRoutes, confirmRoutes, nth, revokeRoutes } from './world-routes.js';

const email = addresses.known;

/** What a lookup by an empty key, a loose comparison or a trim could match. */
const noTokens: readonly unknown[] = [
  '',
  ' ',
  '   \t ',
  '\u00a0',
  '\u2003',
  '\n',
  '\u0000',
  null,
  undefined,
  false,
  true,
  0,
  1,
  [],
  [''],
  [null],
  {},
  'null',
  'undefined',
  'NaN',
  '0',
  '%',
  '*',
  "' or '1'='1",
  '0'.repeat(50),
];

describe.each(frameworks)('on %s', (server) => {
  describe.each(storagesBehind[server])('over %s', (storage) => {
    test('attack 8: of fifty confirms of one token at once, through every route, one succeeds', async () => {
      const world = await createWorld({ server, storage, core: { limits: unlimitedCallers } });
      const token = await world.resetToken();
      const before = world.hasher.hashed;
      const passwords = Array.from({ length: 50 }, (_, index) => `${newPassword} ${index}`);
      const answers = await Promise.all(
        passwords.map((wanted, index) => world.call(nth(confirmRoutes, index), { email, token, newPassword: wanted })),
      );
      const won = answers.flatMap(({ status }, index) => (status === 200 ? [index] : []));
      expect(won).toHaveLength(1);
      const refused = answers.filter((_, index) => index !== won[0]).map(({ status }) => status);
      expect(new Set(refused)).toEqual(new Set([400, 404]));
      expect(await world.opens(passwords[won[0] ?? -1] ?? '')).toBe(true);
      expect(world.hasher.hashed - before).toBe(1);
      await world.pwreset.idle();
      expect(world.mailer.mails.map(({ kind }) => kind)).toEqual(['reset', 'reset_notice']);
    });

    test('attack 8: of fifty at two processes, which have both found the token good, one succeeds', async () => {
      const own = testHasher();
      const both = Promise.withResolvers<void>();
      let hashing = 0;
      let racing = false;
      const hash = async (text: string): Promise<string> => {
        hashing += racing ? 1 : 0;
        if (hashing === 2) both.resolve();
        if (racing) await both.promise;
        return own.hash(text);
      };
      const hasher = { dummy: own.dummy, verify: own.verify, hash };
      const world = await createWorld({ server, storage, core: { hasher, limits: unlimitedCallers } });
      const processes = [world, await world.twin()];
      const token = await world.resetToken();
      racing = true;
      const answers = await Promise.all(
        Array.from({ length: 50 }, (_, index) => {
          const wanted = `${newPassword} ${index}`;
          return nth(processes, index).call(nth(confirmRoutes, index >> 1), { email, token, newPassword: wanted });
        }),
      );
      const won = answers.flatMap(({ status }, index) => (status === 200 ? [index] : []));
      expect(won).toHaveLength(1);
      expect(hashing).toBe(2);
      expect(await world.opens(`${newPassword} ${won[0]}`)).toBe(true);
      await world.pwreset.idle();
      expect(world.mailer.mails.map(({ kind }) => kind)).toEqual(['reset', 'reset_notice']);
      expect(world.faults).toEqual([]);
    });

    test('attack 8: of thirty confirms of one code at once one succeeds, and so of revokes', async () => {
      const generous = { capacity: 100, refillMs: 1_000 } as const;
      const limits = { ...unlimitedCallers, code_guess_by_address: generous };
      const world = await createWorld({ server, storage, core: { limits } });
      const { code } = await world.resetCode();
      const confirmed = await Promise.all(
        Array.from({ length: 30 }, (_, index) => world.call(nth(codeRoutes, index), { email, code, newPassword })),
      );
      expect(confirmed.map(({ status }) => status).toSorted()).toEqual([200, ...Array(29).fill(400)]);
      await world.pwreset.idle();
      const token = world.mailedToken('reset_notice');
      const revoked = await Promise.all(
        Array.from({ length: 30 }, (_, index) => world.call(nth(revokeRoutes, index), { token })),
      );
      expect(revoked.map(({ status }) => status).toSorted()).toEqual([200, ...Array(29).fill(400)]);
      await world.pwreset.idle();
      expect(world.mailer.mails.filter(({ kind }) => kind === 'revoke_notice')).toHaveLength(1);
    });

    test('attack 13: what is good for one purpose is good for no other, and is not spent by trying', async () => {
      const limits = { ...unlimitedCallers, code_guess_by_address: { capacity: 1_000, refillMs: 1 } };
      const world = await createWorld({ server, storage, core: { limits } });
      const revoke = await world.revokeToken();
      const { key, value } = await world.pwreset.keys.create({ type: 'TOKEN', name: 'phone', userId: world.known });
      const { code, token } = await world.resetCode();
      const before = await world.contents();
      const foreign = [value, key.id, world.caller.key, world.known, token.slice(0, 20)];
      for (const route of confirmRoutes) {
        for (const wrong of [revoke, ...foreign, ...(codeRoutes.includes(route) ? [] : [code])]) {
          const { status } = await world.call(route, { email, token: wrong, newPassword: password });
          expect([route.name, status]).toEqual([route.name, route.refusals?.token ?? 400]);
        }
      }
      for (const route of revokeRoutes) {
        for (const wrong of [token, code, ...foreign]) {
          expect([route.name, (await world.call(route, { token: wrong })).status]).toEqual([route.name, 400]);
        }
      }
      const verify = { ...revokeRoutes[0], path: '/v1/auth/key/verify', names: { token: 'key' } } as const;
      for (const wrong of [token, revoke, code, world.caller.key]) {
        expect((await world.call({ ...nth(revokeRoutes, 0), ...verify }, { token: wrong })).status).toBe(400);
      }
      for (const wrong of [token, revoke, code, value]) {
        const headers = [['Authorization', `Bearer ${wrong}`]] as const;
        expect((await world.call(nth(confirmRoutes, 0), { token, newPassword }, { headers })).status).toBe(401);
      }
      expect(await world.contents()).toBe(before);
      expect((await world.call(nth(codeRoutes, 0), { email, code, newPassword })).status).toBe(200);
      expect((await world.call(nth(revokeRoutes, 0), { token: revoke })).status).toBe(200);
    });

    test('attack 22: a second token that was issued before a reset is dead after it', async () => {
      const world = await createWorld({
        server,
        storage,
        core: { limits: { ...unlimitedCallers, begin_by_address: { capacity: 100, refillMs: 1 } } },
      });
      const tokens: string[] = [];
      for (const route of beginRoutes) {
        await world.call(route, { email });
        await world.pwreset.idle();
        const kind = /iam|code/.test(route.name) ? 'reset_code' : 'reset';
        tokens.push(world.mailedToken(kind));
      }
      const { code } = await world.resetCode();
      const [used = '', ...others] = new Set(tokens);
      expect(others.length).toBeGreaterThan(4);
      expect((await world.call(nth(confirmRoutes, 0), { token: used, newPassword })).status).toBe(200);
      for (const [index, token] of [used, ...others].entries()) {
        const route = nth(confirmRoutes, index);
        const { status } = await world.call(route, { email, token, newPassword: password });
        expect(status).toBe(route.refusals?.token ?? 400);
        expect((await world.call(checkRoute, { token })).json).toEqual({ valid: false });
      }
      for (const route of codeRoutes) {
        expect((await world.call(route, { email, code, newPassword: password })).status).toBe(400);
      }
      expect(await world.opens(newPassword)).toBe(true);
    });

    test('attack 22: a mail that was still on its way is not sent after the reset', async () => {
      const world = await createWorld({ server, storage });
      const first = await world.resetToken();
      world.mailer.failNext(new Error('the relay is down'));
      await world.call(nth(beginRoutes, 2), { email });
      await world.pwreset.idle();
      expect((await world.call(nth(confirmRoutes, 0), { token: first, newPassword })).status).toBe(200);
      await world.clock.advance(60_000);
      await world.pwreset.idle();
      expect(world.mailer.mails.map(({ kind }) => kind)).toEqual(['reset', 'reset_notice']);
    });
  });

  describe.each(confirmRoutes)('$name', (route) => {
    test('attack 10: an empty, missing or blank token is refused and matches nothing', async () => {
      const limits = { ...unlimitedCallers, code_guess_by_address: { capacity: 100, refillMs: 1 } };
      const world = await createWorld({ server, core: { limits } });
      const { token } = await world.resetCode();
      const before = await world.contents();
      const hashed = world.hasher.hashed;
      for (const wrong of noTokens) {
        const { status } = await world.call(route, { email, token: wrong, newPassword });
        expect([wrong, [400, route.refusals?.token ?? 400].includes(status)]).toEqual([wrong, true]);
        // A form says the only value of a list as that value.
        const blank = wrong === '' || wrong === undefined || (typeof wrong === 'object' && route.media === 'json');
        if (blank) expect([wrong, status]).toEqual([wrong, 400]);
      }
      expect(await world.contents()).toBe(before);
      expect(world.hasher.hashed).toBe(hashed);
      expect((await world.call(route, { email, token, newPassword })).status).toBe(200);
    });
  });

  test.each(revokeRoutes)('attack 10: $name: an empty, missing or blank token revokes nobody', async (route) => {
    const world = await createWorld({ server, core: { limits: unlimitedCallers } });
    const token = await world.revokeToken();
    const before = await world.contents();
    for (const wrong of noTokens) {
      expect([wrong, (await world.call(route, { token: wrong })).status]).toEqual([wrong, 400]);
    }
    expect(await world.contents()).toBe(before);
    expect((await world.call(route, { token })).status).toBe(200);
  });

  test('attack 10: an empty, missing or blank token is not valid', async () => {
    const world = await createWorld({ server, core: { limits: unlimitedCallers } });
    await world.resetToken();
    for (const wrong of noTokens) {
      const { status, json } = await world.call(checkRoute, { token: wrong });
      expect([wrong, status === 400 || at(json, 'valid') === false]).toEqual([wrong, true]);
    }
  });

  test('attack 10: an empty or blank key is no service, and an empty id no user', async () => {
    const world = await createWorld({ server });
    const before = await world.contents();
    const token = await world.resetToken();
    for (const route of confirmRoutes.filter(({ key }) => key !== 'none')) {
      for (const key of ['', ' ', 'null', 'undefined', '0']) {
        const { status } = await world.call(route, { token, newPassword }, { by: { key } });
        expect([401, 403]).toContain(status);
      }
    }
    for (const id of ['', ' ', 'null', 'undefined', '%00']) {
      expect(await world.pwreset.users.get(userId(id))).toBeNull();
      const target = `/api/1/profile/${id === '%00' ? id : encodeURIComponent(id)}?accessTokenId=${world.caller.key}`;
      expect((await world.ask({ method: 'GET', target })).status).toBe(404);
    }
    expect(await world.opens(password)).toBe(true);
    expect(before).toContain(world.known);
  });
});
