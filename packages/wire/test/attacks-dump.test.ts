import { createPwreset } from '@pwreset/core';
import { memoryMailer } from '@pwreset/memory';
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
import { beginRoutes, checkRoute, codeRoutes, confirmRoutes, nth, revokeRoutes } from './world-routes.js';

const email = addresses.known;
const generous = { capacity: 1_000_000, refillMs: 1 } as const;
const limits = {
  ...unlimitedCallers,
  begin_by_address: generous,
  code_guess_by_address: generous,
  login_by_address: generous,
} as const;

/** A world in which something of everything is under way, and all that was ever a secret in it. */
async function busyWorld(world: World) {
  const revoke = await world.revokeToken();
  const { value } = await world.pwreset.keys.create({ type: 'TOKEN', name: 'phone', userId: world.known });
  const reset = await world.resetToken();
  const { code, token } = await world.resetCode();
  const open = [revoke, reset, token];
  // One mail was not sent yet, and one not even looked into.
  world.mailer.failNext(new Error('the relay is down'), 1);
  await world.clock.advance(20 * 60_000);
  await world.pwreset.beginReset({ email, limitBy: 'service' });
  await world.pwreset.idle();
  await world.clock.advance(20 * 60_000);
  const begin = nth(beginRoutes, 0);
  await world.call(begin, { email });
  return { open, code, keys: [value, world.caller.key, world.other.key], passwords: [password, newPassword] };
}

/** Every word of the dump that could be an id, a digest or a token. */
const wordsOf = (dump: string): readonly string[] => [...new Set(dump.match(/[\w$!+/=.:-]{8,200}/g))];

describe.each(frameworks)('on %s', (server) => {
  describe.each(storagesBehind[server])('over %s', (storage) => {
    test('attack 20: the dump has no token, no code, no key and no password in it', async () => {
      const world = await createWorld({ server, storage, core: { limits } });
      const { open, code, keys, passwords } = await busyWorld(world);
      const dump = (await world.stolen()).toLowerCase();
      expect(dump).toContain(email);
      for (const secret of [...open, ...open.map((token) => token.slice(20)), code, ...keys, ...passwords]) {
        expect(dump.includes(secret.toLowerCase())).toBe(false);
        for (const encoding of ['base64', 'base64url', 'hex'] as const) {
          expect(dump.includes(Buffer.from(secret).toString(encoding).toLowerCase().replace(/=+$/, ''))).toBe(false);
        }
      }
    });

    test('attack 20: nothing of the dump is good for anything', async () => {
      const world = await createWorld({ server, storage, core: { limits } });
      await busyWorld(world);
      const before = await world.contents();
      const words = wordsOf(before);
      expect(words.length).toBeGreaterThan(50);
      const evil = 'the password of the thief';
      const key = nth(confirmRoutes, 0);
      const replay = async (word: string, index: number): Promise<void> => {
        const [confirmed, typed, revoked, checked, called, opened] = await Promise.all([
          world.call(nth(confirmRoutes, index), { email, token: word, newPassword: evil }),
          world.call(nth(codeRoutes, index), { email, code: word, newPassword: evil }),
          world.call(nth(revokeRoutes, index), { token: word }),
          world.call(checkRoute, { token: word }),
          world.call(key, { token: word, newPassword: evil }, { by: { key: word } }),
          world.opens(word),
        ]);
        expect(
          [confirmed.status, typed.status, revoked.status].every((status) => status >= 400),
          word,
        ).toBe(true);
        expect([checked.json, called.status, opened], word).toEqual([{ valid: false }, 401, false]);
      };
      for (let first = 0; first < words.length; first += 10) {
        await Promise.all(words.slice(first, first + 10).map((word, index) => replay(word, first + index)));
      }
      expect(await world.contents()).toBe(before);
    }, 20_000);

    test('attack 20: who has the whole database and another secret derives neither a token nor a code', async () => {
      const world = await createWorld({ server, storage, core: { limits } });
      const { open, code } = await busyWorld(world);
      const mailer = memoryMailer();
      // The thief runs the library itself, over all that was stolen, and has it send every mail that is owed.
      const thief = createPwreset({
        storage: world.storage,
        hasher: world.hasher,
        clock: world.clock,
        mailer,
        secret: 'a secret of the thief, of thirty-two bytes or more',
        delivery: 'manual',
        limits,
      });
      await thief.idle();
      await world.clock.advance(60 * 60_000);
      await thief.idle();
      await thief.close();
      const links = mailer.mails.flatMap((mail) => ('url' in mail && mail.url !== null ? [mail.url] : []));
      const derived = links.map((link) => new URL(link).searchParams.get('token') ?? '');
      expect(derived.some((token) => open.includes(token))).toBe(false);
      const codes = mailer.mails.flatMap((mail) => (mail.kind === 'reset_code' ? [mail.code] : []));
      expect(codes).not.toContain(code);
      for (const token of derived) {
        for (const route of confirmRoutes) {
          const { status } = await world.call(route, { email, token, newPassword: 'the password of the thief' });
          expect(status).toBe(route.refusals?.token ?? 400);
        }
      }
    });
  });
});
