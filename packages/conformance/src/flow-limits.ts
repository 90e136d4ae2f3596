import assert from 'node:assert/strict';
import { canLogIn, refuses } from './flow-checks.js';
import { elapse, rest } from './flow-faults.js';
import type { FlowTest } from './flow-parts.js';
import { ann, minute, newPassword, oldPassword, second, worldOf } from './flow-world.js';

const wrong = 'a wrong password';

export function testLimits(test: FlowTest): void {
  test('P9: a success takes the charge back, however often', async (parts) => {
    const rule = { capacity: 3, refillMs: minute };
    const world = await worldOf(parts, { limits: { login_by_address: rule, login_by_network: rule } });
    const login = (password: string, client?: { readonly ip: string }) =>
      world.pwreset.login({ email: ann, password, client });
    for (const client of [undefined, { ip: '192.0.2.1' }]) {
      for (let round = 0; round < 3; round += 1) {
        for (let count = 0; count < 2; count += 1) await refuses(login(wrong, client), 'invalid_credentials');
        await login(oldPassword, client);
      }
    }
  });

  test('P9: a changed password makes the mails that were asked for before moot', async (parts) => {
    const world = await worldOf(parts);
    for (let count = 0; count < 3; count += 1) {
      await world.pwreset.beginReset({ email: ann });
      await world.pwreset.idle();
    }
    await world.pwreset.updatePassword({ email: ann, password: oldPassword, newPassword });
    await world.pwreset.confirmReset({ token: await world.resetToken(), password: oldPassword });
    assert.equal(world.mailer.mails.filter(({ kind }) => kind === 'reset').length, 4);
  });

  test('P9: one IPv6 /48 alone does not fill what counts from everywhere', async (parts) => {
    const world = await worldOf(parts);
    const from = (ip: string, password: string) => world.pwreset.login({ email: ann, password, client: { ip } });
    for (let network = 0; network < 120; network += 1) {
      const guess = from(`2001:db8:1:${network.toString(16)}::1`, wrong);
      await refuses(guess, network < 30 ? 'invalid_credentials' : 'too_many_requests');
    }
    const limits = world.eventsOf('limit_reached').map((event) => event.limit);
    assert.deepEqual([...new Set(limits)], ['login_by_wide_network']);
    await refuses(from('2001:db8:1:ffff::1', oldPassword), 'too_many_requests');
    await from('2001:db8:2::1', oldPassword);
    await from('192.0.2.1', oldPassword);
  });

  test('P8: guesses by id and by address share one budget', async (parts) => {
    const limits = { login_by_address: { capacity: 4, refillMs: minute } };
    const world = await worldOf(parts, { limits });
    const byId = (password: string) => world.pwreset.updatePassword({ userId: world.ann.id, password, newPassword });
    const byAddress = (password: string) => world.pwreset.updatePassword({ email: ann, password, newPassword });
    await refuses(byId(wrong), 'invalid_credentials');
    await refuses(byAddress(wrong), 'invalid_credentials');
    await refuses(byId(wrong), 'invalid_credentials');
    await refuses(world.pwreset.login({ email: 'ANN@example.com', password: wrong }), 'invalid_credentials');
    await refuses(byId(oldPassword), 'too_many_requests');
    await refuses(byAddress(oldPassword), 'too_many_requests');
    await refuses(world.pwreset.login({ email: ann, password: oldPassword }), 'too_many_requests');
  });

  test('P9: what refuses an update after the right password was given gives its charge back', async (parts) => {
    const world = await worldOf(parts, {
      limits: { login_by_address: { capacity: 2, refillMs: minute } },
      policy: (password) => (password === 'known to be breached' ? ['breached'] : []),
      secondFactor: { verify: async (_, factor) => (factor === 'right' ? 'passed' : 'required') },
    });
    const update = (next: string, factor?: string) =>
      world.pwreset.updatePassword({ email: ann, password: oldPassword, newPassword: next, factor });
    for (let count = 0; count < 5; count += 1) {
      await refuses(update('known to be breached', 'right'), 'password_refused');
      await refuses(update(oldPassword, 'right'), 'password_refused');
      await refuses(update(newPassword), 'second_factor_required');
    }
    await update(newPassword, 'right');
  });

  test('P9: a second factor that passed gives its charge back, whatever refuses afterwards', async (parts) => {
    const world = await worldOf(parts, {
      limits: { second_factor_by_user: { capacity: 2, refillMs: minute } },
      secondFactor: { verify: async () => 'passed' },
    });
    const token = await world.resetToken();
    for (let count = 0; count < 5; count += 1) {
      world.hasher.failNext(new Error('out of memory'));
      await assert.rejects(world.pwreset.confirmReset({ token, password: newPassword }), /out of memory/);
    }
    await world.pwreset.confirmReset({ token, password: newPassword });
  });

  test('P8: guesses of a second factor are limited per user over every flow, and spend neither token nor password', async (parts) => {
    let asked = 0;
    const world = await worldOf(parts, {
      limits: { second_factor_by_user: { capacity: 4, refillMs: minute } },
      secondFactor: {
        verify: async (_, factor) => {
          asked += 1;
          return factor === '123456' ? 'passed' : 'failed';
        },
      },
    });
    const token = await world.resetToken();
    const confirm = (factor: string) => world.pwreset.confirmReset({ token, password: newPassword, factor });
    const update = (factor: string) =>
      world.pwreset.updatePassword({ email: ann, password: oldPassword, newPassword, factor });
    for (const guess of ['000000', '000001']) {
      await refuses(confirm(guess), 'second_factor_required');
      await refuses(update(guess), 'second_factor_required');
    }
    await refuses(confirm('123456'), 'too_many_requests');
    await refuses(update('123456'), 'too_many_requests');
    assert.equal(asked, 4);
    assert.equal(world.eventsOf('limit_reached').at(-1)?.limit, 'second_factor_by_user');
    await world.clock.advance(minute);
    await confirm('123456');
  });

  test('P8: guesses of a second factor are charged before they are compared, at once too', async (parts) => {
    const world = await worldOf(parts, {
      limits: { second_factor_by_user: { capacity: 3, refillMs: minute } },
      secondFactor: { verify: async () => 'failed' },
    });
    const token = await world.resetToken();
    const servers = [world.pwreset, world.another(), world.another()];
    const guesses = Array.from({ length: 12 }, (_, n) =>
      servers[n % 3]?.confirmReset({ token, password: newPassword, factor: `${n}` }),
    );
    await Promise.allSettled(guesses);
    assert.equal(world.eventsOf('second_factor_refused').length, 3);
  });

  test('P9: a policy that hangs keeps its token from nobody for longer than half a minute', async (parts) => {
    let answer: (() => void) | undefined;
    const world = await worldOf(parts, {
      policy: (password) =>
        password === oldPassword
          ? []
          : new Promise((resolve) => {
              answer ??= () => resolve([]);
              if (password === newPassword) resolve([]);
            }),
    });
    const token = await world.resetToken();
    const stuck = refuses(world.pwreset.confirmReset({ token, password: 'the one that hangs' }), 'invalid_token');
    await rest(world);
    const next = world.pwreset.confirmReset({ token, password: newPassword });
    await elapse(world, 30 * second);
    await next;
    answer?.();
    await stuck;
    assert.equal(await canLogIn(world, newPassword), true);
  });
}
