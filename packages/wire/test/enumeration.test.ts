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
import { faultyMailer, mailFaults } from './world-mailer.js';
import { beginRoutes, codeRoutes, nth, passwordRoutes, resetUrlRoutes, type WireRoute } from './world-routes.js';

const everybody = Object.values(addresses);

/**
 * Asks for each of them, and answers with what all are answered with. The bytes are the same, and so is what the storage is
 * asked meanwhile, which is what an answer's time is made of.
 */
async function forEverybody(world: World, ask: (email: string) => Promise<Answer>): Promise<Answer> {
  const { first, calls } = await askAll(world, ask);
  for (const each of calls) expect(each).toEqual(calls[0]);
  return first;
}

/** The same, where what else goes on asks the storage too. */
async function bytesForEverybody(world: World, ask: (email: string) => Promise<Answer>): Promise<Answer> {
  return (await askAll(world, ask)).first;
}

async function askAll({ storage }: World, ask: (email: string) => Promise<Answer>) {
  const seen: { readonly email: string; readonly answer: Answer; readonly calls: Readonly<Record<string, number>> }[] =
    [];
  for (const email of everybody) {
    const before = new Map(Object.entries(storage.calls));
    const answer = await ask(email);
    const calls = Object.entries(storage.calls).map(
      ([name, count]) => [name, count - (before.get(name) ?? 0)] as const,
    );
    seen.push({ email, answer, calls: Object.fromEntries(calls) });
  }
  const { answer: first } = nth(seen, 0);
  const bytes = seen.map(({ email, answer }) => [email, answer.bytes]);
  expect(bytes).toEqual(everybody.map((email) => [email, first.bytes]));
  return { first, calls: seen.map(({ calls }) => calls) };
}

const beginFor = (world: World, route: WireRoute): Promise<Answer> =>
  forEverybody(world, (email) => world.call(route, { email }));

describe.each(frameworks)('on %s', (server) => {
  describe.each(storagesBehind[server])('over %s', (storage) => {
    test.each(beginRoutes)(
      '$name: the bytes are the same for everybody, also over the limit of an address',
      async (route) => {
        const world = await createWorld({ server, storage, core: { limits: unlimitedCallers } });
        const first = await beginFor(world, route);
        expect(first.status).toBe(route.status);
        // Three mails an address are let through at once.
        for (let round = 2; round <= 5; round += 1) {
          await world.pwreset.idle();
          expect((await beginFor(world, route)).bytes).toBe(first.bytes);
        }
        await world.pwreset.idle();
        expect(world.mailer.mails.map(({ to }) => to)).toEqual(Array(3).fill(addresses.known));
        const over = world.events.filter((event) => event.type === 'limit_reached');
        expect(over.map(({ limit }) => limit)).toEqual(Array(10).fill('begin_by_address'));
        expect(world.faults).toEqual([]);
      },
    );
  });

  test.each(beginRoutes.filter(({ key }) => key === 'none'))(
    '$name: over the limit of a network everybody gets the same refusal',
    async (route) => {
      const world = await createWorld({ server });
      for (let count = 0; count < 60; count += 1) {
        expect((await world.call(route, { email: `user${count}@example.com` })).status).toBe(route.status);
      }
      const refused = await beginFor(world, route);
      expect(refused.status).toBe(429);
      expect(refused.headers.get('retry-after')).toBe('1');
    },
  );

  test.each(resetUrlRoutes.filter(({ names }) => names.email !== undefined))(
    '$name: a reset URL that is not allowed is told to everybody alike',
    async (route) => {
      const world = await createWorld({ server });
      for (const resetUrl of [
        'https://evil.example/?code={{code}}',
        'https://app.example/forgot',
        'javascript:{{code}}',
      ]) {
        expect((await forEverybody(world, (email) => world.call(route, { email, resetUrl }))).status).toBe(400);
      }
    },
  );

  describe.each(mailFaults)('while the mailer %s', (fault) => {
    test.each(beginRoutes)('$name: the bytes are the same for everybody', async (route) => {
      const well = await createWorld({ server });
      const usual = await beginFor(well, route);
      const mailer = faultyMailer(fault);
      mailer.breakDown();
      const delivery = { mode: 'background', beginDelayMs: 0 } as const;
      const world = await createWorld({ server, core: { mailer, delivery, limits: unlimitedCallers } });
      for (let round = 1; round <= 4; round += 1) {
        const answer = await bytesForEverybody(world, (email) => world.call(route, { email }));
        expect(answer.bytes).toBe(usual.bytes);
        // Time for what is in the background, so that it had a mail in hand and had failed at it.
        await world.clock.advance(1);
      }
      expect(mailer.attempts).not.toEqual([]);
      expect(world.faults).toEqual([]);
    });
  });

  describe.each(storagesBehind[server])('over %s', (storage) => {
    test.each(codeRoutes)(
      '$name: a wrong code is answered alike for everybody, call by call until 429 and beyond',
      async (route) => {
        const world = await createWorld({ server, storage, core: { limits: unlimitedCallers } });
        const { code } = await world.resetCode();
        const wrong = code.replace(/.$/, (last) => (last === '0' ? '1' : '0'));
        const statuses: number[] = [];
        for (let round = 1; round <= 8; round += 1) {
          const answer = await forEverybody(world, (email) => world.call(route, { email, code: wrong, newPassword }));
          statuses.push(answer.status);
        }
        expect(statuses).toEqual([400, 400, 400, 400, 400, 429, 429, 429]);
        await world.clock.advance(5 * 60_000);
        const later = await forEverybody(world, (email) => world.call(route, { email, code: wrong, newPassword }));
        expect(later.status).toBe(400);
      },
    );

    test.each(codeRoutes)('$name: a channel that is closed for codes is shown by nothing', async (route) => {
      const generous = { capacity: 1_000_000, refillMs: 1 };
      const limits = {
        ...unlimitedCallers,
        code_guess_by_address: generous,
        code_failures_by_address: { capacity: 6, refillMs: 10 ** 12 },
      };
      const world = await createWorld({ server, storage, core: { limits } });
      const { code, token } = await world.resetCode();
      const wrong = code.replace(/.$/, (last) => (last === '0' ? '1' : '0'));
      const guess = () => forEverybody(world, (email) => world.call(route, { email, code: wrong, newPassword }));
      const first = await guess();
      for (let round = 2; round <= 9; round += 1) expect((await guess()).bytes).toBe(first.bytes);
      expect((await world.call(route, { email: addresses.known, code, newPassword })).bytes).toBe(first.bytes);
      expect(world.events).toContainEqual(expect.objectContaining({ type: 'token_refused', reason: 'channel_closed' }));
      // A reset by link opens it again, for the one who has a link.
      expect((await world.call(route, { email: addresses.known, code: token, newPassword })).status).toBe(200);
      const later = await bytesForEverybody(world, (email) => world.call(route, { email, code: wrong, newPassword }));
      expect(later.bytes).toBe(first.bytes);
    });

    test.each(passwordRoutes)('$name: a wrong password is answered alike for everybody', async (route) => {
      const world = await createWorld({ server, storage, core: { limits: unlimitedCallers } });
      const answer = await forEverybody(world, (email) =>
        world.call(route, { email, password: 'a wrong password', newPassword }),
      );
      expect([400, 403]).toContain(answer.status);
      expect(world.hasher.verified).toBe(everybody.length);
    });
  });
});
