import assert from 'node:assert/strict';
import { canLogIn, costOf, refuses } from './flow-checks.js';
import { guess, manyGuesses, openCode } from './flow-code-parts.js';
import type { FlowTest } from './flow-parts.js';
import { ann, day, newPassword, oldPassword, worldOf } from './flow-world.js';

const year = 365 * day;

/** What refuses a right code, or a call with one, and what is left afterwards. */
export function testCodeAttempts(test: FlowTest): void {
  test('P10: what is no address, no code or no password is refused before anything is charged', async (parts) => {
    const world = await worldOf(parts);
    const { code } = await world.codeMail();
    const good = { email: ann, code, newPassword, client: { ip: '192.0.2.1' } };
    const cost = await costOf(world, async () => {
      for (const email of ['', 'ann', 'ann@example.com, eve@example.com', 'ann@\r\nexample.com'])
        await refuses(world.pwreset.confirmCodeReset({ ...good, email }), 'invalid_input');
      for (const none of ['', '  ', '\n'])
        await refuses(world.pwreset.confirmCodeReset({ ...good, code: none }), 'invalid_input');
      for (const bad of ['0', `${code}0`, code.slice(1), 'x'.repeat(1_000_000)])
        await refuses(world.pwreset.confirmCodeReset({ ...good, code: bad }), 'invalid_token');
      for (const weak of ['short', 'x'.repeat(2_000), 'lone \ud800 surrogate'])
        await refuses(world.pwreset.confirmCodeReset({ ...good, newPassword: weak }), 'password_refused');
      await refuses(world.pwreset.confirmCodeReset({ ...good, newPassword: '' }), 'invalid_input');
    });
    assert.deepEqual(cost, {});
    await world.pwreset.confirmCodeReset(good);
  });

  test('P3: what refuses after the right code gives the guess back and leaves the code usable, however often', async (parts) => {
    let policy: readonly string[] = [];
    let factor: 'required' | 'passed' = 'passed';
    const world = await worldOf(parts, {
      policy: () => policy,
      secondFactor: { verify: async () => factor },
      limits: { code_failures_by_address: { capacity: 6, refillMs: year } },
    });
    const { code } = await world.codeMail();
    const open = await openCode(world);
    const confirm = (password = newPassword) =>
      world.pwreset.confirmCodeReset({ email: ann, code, newPassword: password });
    for (let round = 0; round < 4; round += 1) {
      await refuses(confirm(ann), 'password_refused');
      policy = ['known to be breached'];
      await refuses(confirm(), 'password_refused');
      policy = [];
      factor = 'required';
      await refuses(confirm(), 'second_factor_required');
      factor = 'passed';
      world.hasher.failNext(new Error('out of memory'));
      await assert.rejects(confirm(), /out of memory/);
      world.storage.loseNextCommit();
      world.storage.loseNextCommit();
      await refuses(confirm(), 'unavailable');
    }
    assert.deepEqual(await openCode(world), open);
    assert.equal(await canLogIn(world, oldPassword), true);
    await confirm();
    assert.equal(await canLogIn(world, newPassword), true);
  });

  test('P3: a storage that cannot give a guess back says so in an event, and the refusal stays what it was', async (parts) => {
    const world = await worldOf(parts, { policy: (password) => (password === newPassword ? ['breached'] : []) });
    const { code } = await world.codeMail();
    world.storage.failNext('commit');
    await refuses(world.pwreset.confirmCodeReset({ email: ann, code, newPassword }), 'password_refused');
    assert.deepEqual(
      world.eventsOf('storage_fault').map((event) => event.flow),
      ['confirm_code_reset'],
    );
    await guess(world, 4);
    await refuses(world.pwreset.confirmCodeReset({ email: ann, code, newPassword: oldPassword }), 'too_many_requests');
  });

  test('P3: a commit whose answer was lost is settled as what happened', async (parts) => {
    const world = await worldOf(parts);
    const { code } = await world.codeMail();
    world.storage.loseNextAnswer();
    const { audit } = await world.pwreset.confirmCodeReset({ email: ann, code, newPassword });
    assert.equal(await world.storage.settle(audit, world.clock.now()), 'applied');
    assert.equal(await canLogIn(world, newPassword), true);
  });

  for (const servers of [1, 3]) {
    test(`P3: of one right code many times at once, over ${servers} servers, one succeeds and each hashes at most once`, async (parts) => {
      const world = await worldOf(parts, manyGuesses);
      const { code } = await world.codeMail();
      const all = [world.pwreset, world.another(), world.another()].slice(0, servers);
      const hashed = world.hasher.hashed;
      const attempts = Array.from({ length: 21 }, (_, n) =>
        all[n % servers]?.confirmCodeReset({ email: ann, code, newPassword: `password number ${n}` }),
      );
      const outcomes = await Promise.allSettled(attempts);
      const winners = outcomes.flatMap(({ status }, n) => (status === 'fulfilled' ? [n] : []));
      assert.equal(winners.length, 1);
      assert.ok(world.hasher.hashed - hashed <= servers, `${world.hasher.hashed - hashed} hashes`);
      assert.equal(await canLogIn(world, `password number ${winners[0]}`), true);
      await world.pwreset.idle();
      assert.equal(world.mailer.mails.filter((mail) => mail.kind === 'reset_notice').length, 1);
    });
  }

  test('P3: a link and a code of one mail at once set one password', async (parts) => {
    const world = await worldOf(parts, manyGuesses);
    const { code, token } = await world.codeMail();
    const attempts = [code, token, code, token].map((either, n) =>
      world.pwreset.confirmCodeReset({ email: ann, code: either, newPassword: `password number ${n}` }),
    );
    const outcomes = await Promise.allSettled(attempts);
    const winners = outcomes.flatMap(({ status }, n) => (status === 'fulfilled' ? [n] : []));
    assert.equal(winners.length, 1);
    assert.equal(await canLogIn(world, `password number ${winners[0]}`), true);
  });
}
