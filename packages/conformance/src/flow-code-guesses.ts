import assert from 'node:assert/strict';
import { serviceId, TooManyRequests } from '@pwreset/core';
import { canLogIn, costOf, refuses } from './flow-checks.js';
import { guess, guessed, manyGuesses, otherService, wrongCode } from './flow-code-parts.js';
import type { FlowTest } from './flow-parts.js';
import { ann, day, minute, newPassword, oldPassword, type World, worldOf } from './flow-world.js';

const bo = 'bo@example.com';
const year = 365 * day;

const lastLimit = (world: World): string | undefined => world.eventsOf('limit_reached').at(-1)?.limit;
/** What was mailed last, notices apart, which are delivered beside. */
const lastMail = ({ mailer }: World): string | undefined =>
  mailer.mails.findLast(({ kind }) => kind === 'reset' || kind === 'reset_code')?.kind;

async function begun(world: World): Promise<string | undefined> {
  await world.pwreset.beginCodeReset({ email: ann });
  await world.pwreset.idle();
  return lastMail(world);
}

/** What a guess of a code costs whoever guesses, and what it costs nobody else. */
export function testCodeGuesses(test: FlowTest): void {
  test('P8: a guess is charged before anything is looked up: where the charge fails nothing is compared', async (parts) => {
    const world = await worldOf(parts);
    const { code } = await world.codeMail();
    const confirm = () => world.pwreset.confirmCodeReset({ email: ann, code, newPassword });
    world.storage.failNext('charge');
    assert.deepEqual(await costOf(world, () => refuses(confirm(), 'unavailable')), { charge: 1 });
    await guess(world, 5);
    assert.deepEqual(await costOf(world, () => refuses(confirm(), 'too_many_requests')), { charge: 1 });
    assert.equal(lastLimit(world), 'code_guess_by_address');
  });

  test('P8: one budget is shared by every server, service and network, and comes back by one in five minutes', async (parts) => {
    const world = await worldOf(parts);
    const { code } = await world.codeMail();
    const servers = [world.pwreset, world.another(), world.another({ service: otherService })];
    for (let count = 0; count < 5; count += 1) {
      const from = { ip: `192.0.2.${count}` };
      const given = { email: count % 2 === 0 ? ann : 'ANN@Example.com', code: wrongCode(code), newPassword };
      const limitBy = count === 3 ? 'service' : 'client';
      await refuses(
        servers[count % 3]?.confirmCodeReset({ ...given, client: from, limitBy }) ?? Promise.resolve(),
        'invalid_token',
      );
    }
    for (const server of servers) {
      await assert.rejects(server.confirmCodeReset({ email: ann, code, newPassword }), (error) => {
        assert.ok(error instanceof TooManyRequests);
        assert.deepEqual([error.retryAfterMs, error.capacity], [5 * minute, 5]);
        assert.equal(error.retryAt, world.clock.now() + 5 * minute);
        return true;
      });
    }
    await world.clock.advance(5 * minute - 1);
    await refuses(world.pwreset.confirmCodeReset({ email: ann, code, newPassword }), 'too_many_requests');
    await world.clock.advance(1);
    await world.pwreset.confirmCodeReset({ email: ann, code, newPassword });
  });

  test('P8: a new code does not fill the budget again', async (parts) => {
    const world = await worldOf(parts);
    await world.codeMail();
    await guess(world, 3);
    await world.codeMail();
    await guess(world, 2);
    const { code } = await world.codeMail();
    await refuses(world.pwreset.confirmCodeReset({ email: ann, code, newPassword }), 'too_many_requests');
  });

  test('P8: a call in the name of another service is charged too', async (parts) => {
    const world = await worldOf(parts);
    const { code } = await world.codeMail();
    const other = world.another({ service: otherService });
    for (let count = 0; count < 5; count += 1) {
      await refuses(other.confirmCodeReset({ email: ann, code, newPassword }), 'invalid_token');
      assert.equal(world.eventsOf('token_refused').at(-1)?.reason, 'other_service');
    }
    await refuses(world.pwreset.confirmCodeReset({ email: ann, code, newPassword }), 'too_many_requests');
  });

  test('P1: for known, unknown, disabled and code-less addresses every guess has one answer and one cost', async (parts) => {
    const world = await worldOf(parts, { limits: { code_failures_by_address: { capacity: 7, refillMs: year } } });
    await world.addUser('disabled@example.com', { enabled: false });
    await world.addUser(bo);
    await world.codeMail();
    const reasons: unknown[] = [];
    const series = async (email: string) => {
      const answers: unknown[] = [];
      const costs: unknown[] = [];
      for (let count = 0; count < 12; count += 1) {
        costs.push(await costOf(world, async () => answers.push(await guessed(world, { email }))));
      }
      reasons.push(world.eventsOf('token_refused').at(-1)?.reason);
      return { answers, costs };
    };
    const known = await series(ann);
    assert.deepEqual(known.costs.slice(0, 6), [...Array(5).fill({ charge: 1, findCodes: 1 }), { charge: 1 }]);
    for (const email of ['unknown@example.com', 'disabled@example.com', bo])
      assert.deepEqual(await series(email), known);
    assert.deepEqual(reasons, ['mismatched', 'no_code', 'no_code', 'no_code']);
    await world.clock.advance(25 * minute);
    const later = await series(ann);
    assert.ok(world.eventsOf('limit_reached').some(({ limit }) => limit === 'code_failures_by_address'));
    for (const email of ['unknown@example.com', 'disabled@example.com', bo])
      assert.deepEqual(await series(email), later);
  });

  test('P8: of many wrong codes at once, over several servers, no more are compared than the budget has', async (parts) => {
    const world = await worldOf(parts);
    const { code } = await world.codeMail();
    const servers = [world.pwreset, world.another(), world.another()];
    const outcomes = await Promise.allSettled(
      Array.from({ length: 24 }, (_, n) =>
        servers[n % 3]?.confirmCodeReset({ email: ann, code: wrongCode(code), newPassword }),
      ),
    );
    assert.ok(outcomes.every(({ status }) => status === 'rejected'));
    assert.equal(world.eventsOf('token_refused').filter(({ reason }) => reason === 'mismatched').length, 5);
    assert.equal(world.eventsOf('limit_reached').length, 19);
    assert.equal(world.storage.calls.findCodes, 5);
    await refuses(world.pwreset.confirmCodeReset({ email: ann, code, newPassword }), 'too_many_requests');
  });

  test('P8: after 100 failures in a row the right code is refused, for life, and a begin mails a link only', async (parts) => {
    const world = await worldOf(parts);
    const { clock, pwreset } = world;
    for (let count = 0; count < 99; count += 1) {
      await guess(world, 1);
      await clock.advance(5 * minute);
    }
    const { code } = await world.codeMail();
    await guess(world, 1);
    await clock.advance(5 * minute);
    await refuses(pwreset.confirmCodeReset({ email: ann, code, newPassword }), 'invalid_token');
    assert.equal(lastLimit(world), 'code_failures_by_address');
    assert.equal(world.eventsOf('token_refused').at(-1)?.reason, 'channel_closed');
    for (const waitMs of [0, day, year, 20 * year]) {
      await clock.advance(waitMs);
      assert.equal(await begun(world), 'reset');
      const { userId, reason } = world.eventsOf('code_withheld').at(-1) ?? {};
      assert.deepEqual([userId, reason], [world.ann.id, 'channel_closed']);
      await refuses(pwreset.confirmCodeReset({ email: ann, code, newPassword }), 'invalid_token');
      assert.equal(lastLimit(world), 'code_failures_by_address');
    }
    assert.equal(world.eventsOf('code_withheld').length, 4);
    await world.addUser(bo);
    await world.pwreset.confirmCodeReset({ email: bo, ...(await world.codeMail(bo)), newPassword: oldPassword });
  });

  for (const how of ['confirmReset', 'confirmCodeReset'] as const) {
    test(`P8: only a reset by link opens the closed channel again, and nobody is kept from one: ${how}`, async (parts) => {
      const world = await worldOf(parts, manyGuesses);
      const { clock, pwreset } = world;
      await guess(world, 100);
      await pwreset.login({ email: ann, password: oldPassword });
      const update = { email: ann, password: oldPassword };
      await refuses(pwreset.updatePassword({ ...update, newPassword: oldPassword }), 'password_refused');
      await pwreset.updatePassword({ ...update, newPassword });
      assert.equal(await begun(world), 'reset');
      await clock.advance(60 * minute);
      const token = await world.resetToken();
      if (how === 'confirmReset') await pwreset.confirmReset({ token, password: oldPassword });
      else await pwreset.confirmCodeReset({ email: ann, code: token, newPassword: oldPassword });
      assert.equal(await begun(world), 'reset_code');
      await guess(world, 99);
      const { code } = await world.codeMail();
      await pwreset.confirmCodeReset({ email: ann, code, newPassword });
    });
  }

  test('P8: a right code ends the row of failures', async (parts) => {
    const world = await worldOf(parts, manyGuesses);
    for (const password of [newPassword, oldPassword]) {
      await guess(world, 99);
      const { code } = await world.codeMail();
      await world.pwreset.confirmCodeReset({ email: ann, code, newPassword: password });
    }
    await guess(world, 100);
    assert.equal(await begun(world), 'reset');
  });

  test('P8: a code of the wrong shape, and a forged or foreign link, are no guesses and end no row of them', async (parts) => {
    const world = await worldOf(parts, manyGuesses);
    await world.addUser(bo);
    const foreign = await world.resetToken(bo);
    await guess(world, 99);
    for (const code of ['0000000', '000000000', 'UUUUUUUU', foreign.slice(0, -1), foreign]) {
      await refuses(world.pwreset.confirmCodeReset({ email: ann, code, newPassword }), 'invalid_token');
    }
    await guess(world, 1);
    assert.equal(await begun(world), 'reset');
  });

  test('P9: whoever uses up the guesses keeps nobody from the link of the same mail', async (parts) => {
    const world = await worldOf(parts);
    const { code, token } = await world.codeMail();
    await guess(world, 5);
    await refuses(world.pwreset.confirmCodeReset({ email: ann, code, newPassword }), 'too_many_requests');
    await world.pwreset.confirmCodeReset({ email: ann, code: token, newPassword });
    assert.equal(await canLogIn(world, newPassword), true);
    // Whoever used it up must not see by its return that somebody has this address.
    await refuses(world.pwreset.confirmCodeReset({ email: ann, code, newPassword }), 'too_many_requests');
  });

  test('P8: a closed channel answers as a wrong code does, so that no reset of somebody shows when it opens', async (parts) => {
    const world = await worldOf(parts, manyGuesses);
    const answers = async () => [
      await guessed(world, { email: ann }),
      await guessed(world, { email: 'unknown@example.com' }),
    ];
    await guess(world, 100);
    await guess(world, 100, 'unknown@example.com');
    const [closed, same] = await answers();
    assert.deepEqual(closed, same);
    await world.pwreset.confirmReset({ token: await world.resetToken(), password: newPassword });
    assert.deepEqual(await answers(), [closed, closed]);
  });

  test('P8: a call that names a service the code was not issued by learns nothing of it', async (parts) => {
    const world = await worldOf(parts);
    const { code } = await world.codeMail();
    const foreign = { email: ann, newPassword, service: serviceId('other') };
    const right = await world.pwreset.confirmCodeReset({ ...foreign, code }).catch(String);
    const wrong = await world.pwreset.confirmCodeReset({ ...foreign, code: wrongCode(code) }).catch(String);
    assert.equal(right, wrong);
  });
}
