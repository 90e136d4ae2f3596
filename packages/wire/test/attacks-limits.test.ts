import { describe, expect, test } from 'vitest';
import { addresses, createWorld, frameworks, newPassword, storagesBehind, unlimitedCallers } from './world.js';
import {
  beginRoutes,
  codeRoutes,
  confirmRoutes,
  named,
  nth,
  passwordRoutes,
  type Sent,
  type WireRoute,
} from './world-routes.js';

const local = (text: string): string => text.slice(0, text.indexOf('@'));

/** Ways to write one request: each is to count as the one before. */
function disguises(route: WireRoute, email: string): readonly (Sent & { readonly email?: string })[] {
  const type = route.media === 'json' ? 'application/json' : 'application/x-www-form-urlencoded';
  const json = JSON.stringify({ ...route.further, email });
  const form = `email=${encodeURIComponent(email)}`;
  return [
    {},
    { fields: { nonce: 1, identifier: 'x', username: 'somebody else', ip: '203.0.113.1' } },
    { fields: { nonce: 2, realm: 'other', tenant: 'other', service: 'other', code: 'x', token: 'x' } },
    { email: email.toUpperCase() },
    { email: `${local(email).toUpperCase()}${email.slice(local(email).length)}` },
    { headers: [['User-Agent', 'another browser']] },
    {
      headers: [
        ['X-Forwarded-For', '203.0.113.2'],
        ['X-Real-IP', '203.0.113.3'],
        ['CF-Connecting-IP', '203.0.113.4'],
      ],
    },
    {
      headers: [
        ['Forwarded', 'for=203.0.113.5'],
        ['True-Client-IP', '203.0.113.6'],
        ['X-Client-IP', '203.0.113.7'],
      ],
    },
    {
      headers: [
        ['x-FORWARDED-for', '2001:db8::1'],
        ['X-Cluster-Client-IP', '203.0.113.8'],
        ['Via', '1.1 x'],
      ],
    },
    {
      headers: [
        ['CONTENT-TYPE', type.toUpperCase()],
        ['Accept-Language', 'de'],
        ['Cookie', 'a=b'],
      ],
    },
    {
      headers: [
        ['content-type', `${type}; charset="UTF-8"`],
        ['X-App-Name', ' '],
      ],
    },
    { query: 'email=nobody@example.com&nonce=3' },
    { body: route.media === 'json' ? `\n${json.replace('{', '{ "z" : [1, {"y":null}], ')}\t` : `z=1&&${form}&` },
    { body: route.media === 'json' ? json.replace('ann', '\\u0061nn') : form.replace('ann', '%61nn') },
  ];
}

const unlimitedAddresses = { begin_by_address: { capacity: 1_000_000, refillMs: 1 } } as const;

describe.each(frameworks)('on %s', (server) => {
  describe.each(beginRoutes)('$name', (route) => {
    test('attack 7: however a begin is disguised, an address has one budget', async () => {
      const world = await createWorld({ server, core: { limits: unlimitedCallers } });
      for (const { email = addresses.known, ...sent } of disguises(route, addresses.known)) {
        expect((await world.call(route, { email }, sent)).status).toBe(route.status);
        await world.pwreset.idle();
      }
      expect(world.mailer.mails).toHaveLength(3);
    });
  });

  test('attack 7: all dialects, mails with a code and without, share the budget of an address', async () => {
    const world = await createWorld({ server, core: { limits: unlimitedCallers } });
    for (const route of [...beginRoutes, ...beginRoutes]) {
      expect((await world.call(route, { email: addresses.known })).status).toBe(route.status);
      await world.pwreset.idle();
    }
    expect(world.mailer.mails).toHaveLength(3);
  });

  test.each(beginRoutes.filter(({ key }) => key === 'none'))(
    'attack 7: $name: however a begin is disguised, a network has one budget',
    async (route) => {
      const world = await createWorld({ server, core: { limits: unlimitedAddresses } });
      const statuses: number[] = [];
      for (let count = 0; count < 66; count += 1) {
        const email = `user${count}@example.com`;
        const every = disguises(route, email);
        const { email: written = email, ...sent } = every[count % every.length] ?? {};
        statuses.push((await world.call(route, { email: written }, sent)).status);
      }
      expect(statuses).toEqual([...Array(60).fill(route.status), ...Array(6).fill(429)]);
    },
  );

  test('attack 7: all dialects share the budget of a network', async () => {
    const world = await createWorld({ server, core: { limits: unlimitedAddresses } });
    const open = beginRoutes.filter(({ key }) => key === 'none');
    const statuses: number[] = [];
    for (let count = 0; count < 66; count += 1) {
      const route = nth(open, count);
      statuses.push((await world.call(route, { email: `user${count}@example.com` })).status);
    }
    expect(statuses.slice(60)).toEqual(Array(6).fill(429));
    expect(statuses.slice(0, 60)).not.toContain(429);
  });

  test.each(passwordRoutes)(
    'attack 7: $name: guesses of a password have one budget, however disguised',
    async (route) => {
      const world = await createWorld({
        server,
        core: { limits: { ...unlimitedCallers, login_by_address: { capacity: 10, refillMs: 3_000 } } },
      });
      const statuses: number[] = [];
      for (let count = 0; count < 14; count += 1) {
        const email = count % 2 === 0 ? addresses.known : addresses.known.toUpperCase();
        const sent = {
          fields: { nonce: count, username: `x${count}`, realm: String(count) },
          headers: [
            ['X-Forwarded-For', `203.0.113.${count}`],
            ['User-Agent', `browser ${count}`],
          ],
        } as const;
        const values = { email, password: `wrong password ${count}`, newPassword };
        statuses.push((await world.call(route, values, sent)).status);
      }
      expect(statuses.slice(0, 10)).not.toContain(429);
      expect(statuses.slice(10)).toEqual(Array(4).fill(429));
      expect(world.hasher.verified).toBe(10);
    },
  );

  /** The right one but for its last digit. */
  const wrongOf = (code: string, count: number): string =>
    code.slice(0, -1) + '0123456789ABCDEFGHJKMNPQRSTVWXYZ'.replace(code.slice(-1), '')[count % 31];

  describe.each(storagesBehind[server])('over %s', (storage) => {
    test('attack 9: wrong codes at once, from everywhere, through every route, share the budget of the address', async () => {
      const world = await createWorld({
        server,
        storage,
        trustedProxies: ['loopback'],
        core: { limits: unlimitedCallers },
      });
      const processes = [world, await world.twin()];
      const { code, token } = await world.resetCode();
      const { hashed } = world.hasher;
      const answers = await Promise.all(
        Array.from({ length: 40 }, (_, count) => {
          const route = nth(codeRoutes, count);
          const email = count % 3 === 0 ? addresses.known.toUpperCase() : addresses.known;
          const headers = [
            ['X-Forwarded-For', `203.0.113.${count}`],
            ['User-Agent', `browser ${count}`],
          ] as const;
          const at = processes[(count >> 1) % 2] ?? world;
          return at.call(route, { email, code: wrongOf(code, count), newPassword }, { headers });
        }),
      );
      expect(answers.map(({ status }) => status).toSorted()).toEqual([...Array(5).fill(400), ...Array(35).fill(429)]);
      // The clients' addresses were told apart: it is not one of theirs that was used up.
      expect(
        new Set(world.events.flatMap((event) => (event.type === 'token_refused' ? [event.client.ip] : []))).size,
      ).toBe(5);

      // Not even the right one is compared now; the link is.
      for (const route of codeRoutes) {
        const values = { email: addresses.known, newPassword };
        expect((await world.call(route, { ...values, code })).status).toBe(429);
      }
      expect(world.hasher.hashed).toBe(hashed);
      const route = nth(confirmRoutes, 0);
      expect((await world.call(route, { token, newPassword })).status).toBe(200);
    });

    test('attack 9: neither a new code nor another service nor another realm refills the budget', async () => {
      const world = await createWorld({
        server,
        storage,
        core: { limits: { ...unlimitedCallers, ...unlimitedAddresses } },
      });
      const iam = nth(codeRoutes, 0);
      const native = nth(codeRoutes, 1);
      const begins = beginRoutes.filter(({ name }) => /iam|code/.test(name));
      const values = { email: addresses.known, newPassword };
      const statuses: number[] = [];
      for (let count = 0; count < 12; count += 1) {
        const begin = nth(begins, count);
        await world.call(begin, values);
        await world.pwreset.idle();
        const { code } = await world.resetCode();
        const wrong = { ...values, code: wrongOf(code, count) };
        const other = { headers: [['Authorization', `Bearer ${world.other.key}`]] } as const;
        const asked = [
          () => world.call(iam, wrong),
          () => world.call(native, wrong, other),
          () => world.call(iam, wrong, { headers: [['X-App-Name', world.other.id]] }),
          () => world.call(native, wrong, { fields: { realm: 'other', service: 'other', ip: '203.0.113.1' } }),
          () => world.call(iam, wrong, { headers: [['X-App-Name', `nobody ${count}`]] }),
        ][count % 5];
        if (asked === undefined) throw new Error('nothing to ask');
        statuses.push((await asked()).status);
      }
      expect(statuses).toEqual([...Array(5).fill(400), ...Array(7).fill(429)]);
    });

    test('attack 9: a hundred wrong codes in a row close codes for good, and a reset by link opens them again', async () => {
      const generous = { capacity: 1_000_000, refillMs: 1 } as const;
      const limits = { ...unlimitedCallers, ...unlimitedAddresses, code_guess_by_address: generous };
      const world = await createWorld({ server, storage, core: { limits } });
      const route = nth(codeRoutes, 0);
      const confirm = nth(confirmRoutes, 0);
      const begin = named(beginRoutes, 'iam');
      const { code } = await world.resetCode();
      const guess = (count: number) =>
        world.call(route, { email: addresses.known, code: wrongOf(code, count), newPassword });
      const statuses: number[] = [];
      for (let count = 0; count < 102; count += 1) statuses.push((await guess(count)).status);
      expect(statuses).toEqual(Array(102).fill(400));
      // The right one is no exception.
      expect((await world.call(route, { email: addresses.known, code, newPassword })).status).toBe(400);
      await world.clock.advance(24 * 60 * 60_000);
      expect((await guess(0)).status).toBe(400);

      const kinds = () => world.mailer.mails.map(({ kind }) => kind);
      world.mailer.clear();
      await world.call(begin, { email: addresses.known });
      await world.pwreset.idle();
      expect(kinds()).toEqual(['reset']);
      const token = world.mailedToken('reset');
      expect((await world.call(confirm, { token, newPassword })).status).toBe(200);
      world.mailer.clear();
      await world.call(begin, { email: addresses.known });
      await world.pwreset.idle();
      expect(kinds()).toContain('reset_code');
    });
  });
});
