import assert from 'node:assert/strict';
import { serviceId } from '@pwreset/core';
import { auditOf, canLogIn, refuses, rowOf, stateOf } from './flow-checks.js';
import { otherService } from './flow-code-parts.js';
import type { FlowTest } from './flow-parts.js';
import { ann, hour, minute, newPassword, oldPassword, suiteSecret, tokenIn, worldOf } from './flow-world.js';

export function testConfirm(test: FlowTest): void {
  test('a confirm sets the password, ends sessions and sends the notice', async (parts) => {
    const world = await worldOf(parts);
    const token = await world.resetToken();
    const before = world.clock.now();
    const { user, authenticatedAt, audit } = await world.pwreset.confirmReset({ token, password: newPassword });
    await world.pwreset.idle();
    assert.equal(user.id, world.ann.id);
    assert.equal('credential' in user, false);
    assert.equal(await canLogIn(world, newPassword), true);
    assert.equal(await canLogIn(world, oldPassword), false);
    const notice = world.mailer.lastMail(ann);
    assert.equal(notice.kind, 'reset_notice');
    assert.match(world.mailer.lastLink(ann), /^https:\/\/acme\.example\/not-me\?token=[0-9a-hjkmnp-tv-z]{50}$/);
    assert.deepEqual(world.ended, [{ userId: world.ann.id, startedBefore: authenticatedAt }]);
    assert.equal(authenticatedAt, before + 1);
    const rows = await auditOf(world, world.ann.id);
    assert.deepEqual(
      rows.filter((row) => row.id === audit).map((row) => row.event),
      ['password_reset'],
    );
  });

  test('P3: a token works once, and the second use changes nothing', async (parts) => {
    const world = await worldOf(parts);
    const token = await world.resetToken();
    await world.pwreset.confirmReset({ token, password: newPassword });
    const state = await stateOf(world);
    await refuses(world.pwreset.confirmReset({ token, password: 'yet another password' }), 'invalid_token');
    assert.deepEqual(await stateOf(world), state);
    assert.equal(world.eventsOf('token_refused').at(-1)?.reason, 'used');
  });

  test('P3: of many confirms at once, over several servers, one succeeds and each server hashes at most once', async (parts) => {
    const world = await worldOf(parts);
    const token = await world.resetToken();
    const servers = [world.pwreset, world.another(), world.another()];
    const hashed = world.hasher.hashed;
    const attempts = Array.from({ length: 30 }, (_, n) =>
      servers[n % 3]?.confirmReset({ token, password: `password number ${n}` }),
    );
    const results = await Promise.allSettled(attempts);
    const winners = results.flatMap((result, n) => (result.status === 'fulfilled' ? [n] : []));
    assert.equal(winners.length, 1);
    assert.ok(world.hasher.hashed - hashed <= servers.length, `${world.hasher.hashed - hashed} hashes`);
    assert.equal(await canLogIn(world, `password number ${winners[0]}`), true);
    await world.pwreset.idle();
    assert.equal(world.mailer.mails.filter((mail) => mail.kind === 'reset_notice').length, 1);
  });

  test('P3: whatever refuses an attempt leaves the token usable', async (parts) => {
    let policy: readonly string[] = [];
    let factor: 'failed' | 'passed' = 'failed';
    const world = await worldOf(parts, {
      policy: async () => policy,
      secondFactor: { verify: async () => factor },
    });
    const token = await world.resetToken();
    policy = ['known to be breached'];
    const confirm = (password: string) => world.pwreset.confirmReset({ token, password });
    for (const weak of ['short', 'x'.repeat(2_000), 'lone \ud800 surrogate'])
      await refuses(confirm(weak), 'password_refused');
    await refuses(confirm('ann@example.com'), 'password_refused');
    await refuses(confirm(newPassword), 'password_refused');
    policy = [];
    await refuses(confirm(newPassword), 'second_factor_required');
    factor = 'passed';
    world.hasher.failNext(new Error('out of memory'));
    await assert.rejects(confirm(newPassword), /out of memory/);
    world.storage.failNext('commit');
    await refuses(confirm(newPassword), 'unavailable');
    world.storage.loseNextCommit();
    await refuses(confirm(newPassword), 'unavailable');
    assert.equal(await canLogIn(world, oldPassword), true);
    await confirm(newPassword);
    assert.equal(await canLogIn(world, newPassword), true);
  });

  test('P3: a commit whose answer was lost is settled as what happened', async (parts) => {
    const world = await worldOf(parts);
    const token = await world.resetToken();
    world.storage.loseNextAnswer();
    const { audit } = await world.pwreset.confirmReset({ token, password: newPassword });
    assert.equal(await world.storage.settle(audit, world.clock.now()), 'applied');
    assert.equal(await canLogIn(world, newPassword), true);
    assert.deepEqual(
      world.eventsOf('commit_settled').map((event) => event.outcome),
      ['applied'],
    );
  });

  test('a token expires to the millisecond', async (parts) => {
    const world = await worldOf(parts);
    const token = await world.resetToken();
    await world.clock.advance(hour - 1);
    assert.equal((await world.pwreset.checkToken({ token })).valid, true);
    await world.clock.advance(1);
    assert.equal((await world.pwreset.checkToken({ token })).valid, false);
    await refuses(world.pwreset.confirmReset({ token, password: newPassword }), 'invalid_token');
    assert.equal(world.eventsOf('token_refused').at(-1)?.reason, 'expired');
  });

  test('tokens that are malformed, forged or of another purpose are refused before storage is asked', async (parts) => {
    const world = await worldOf(parts);
    const revoke = await world.revokeToken();
    const token = await world.resetToken();
    const calls = JSON.stringify(world.storage.calls);
    const forged = token.slice(0, -1) + (token.endsWith('0') ? '1' : '0');
    const wrong = ['', ' ', 'null', '0'.repeat(50), forged, token.slice(1), `${token}0`, 'x'.repeat(1_000_000), revoke];
    for (const bad of wrong)
      await refuses(world.pwreset.confirmReset({ token: bad, password: newPassword }), 'invalid_token');
    assert.equal(JSON.stringify(world.storage.calls), calls);
    await refuses(world.pwreset.revoke({ token }), 'invalid_token');
    await world.pwreset.confirmReset({
      token: ` ${token.toUpperCase().replaceAll('0', 'O').replaceAll('1', 'I')}\n`,
      password: 'one more password',
    });
  });

  test('a token of another service is refused', async (parts) => {
    const world = await worldOf(parts);
    const token = await world.resetToken();
    const other = world.another({ service: otherService });
    await refuses(other.confirmReset({ token, password: newPassword }), 'invalid_token');
    await refuses(
      world.pwreset.confirmReset({ token, password: newPassword, service: serviceId('other') }),
      'invalid_token',
    );
    assert.deepEqual(
      world.eventsOf('token_refused').map((event) => event.reason),
      ['other_service', 'other_service'],
    );
    await world.pwreset.confirmReset({ token, password: newPassword });
  });

  test('P7: a reset closes every other outstanding token, and so does any change of password or of who may log in', async (parts) => {
    const world = await worldOf(parts);
    const { clock, pwreset } = world;
    const used = await world.resetToken();
    let outstanding = used;
    const dies = async (change: () => Promise<unknown>): Promise<void> => {
      await clock.advance(10 * minute);
      outstanding = await world.resetToken();
      assert.equal((await rowOf(world, outstanding)).closedAt, null);
      await change();
      assert.equal((await rowOf(world, outstanding)).closedAt, clock.now());
      await refuses(pwreset.confirmReset({ token: outstanding, password: 'yet another password' }), 'invalid_token');
    };
    await dies(() => pwreset.confirmReset({ token: used, password: newPassword }));
    assert.equal((await rowOf(world, used)).closedAt, null);
    await dies(() => pwreset.updatePassword({ email: ann, password: newPassword, newPassword: oldPassword }));
    await dies(() => pwreset.users.invalidatePassword(world.ann.id));
    await dies(() => pwreset.users.disable(world.ann.id));
  });

  test('a disabled user cannot confirm, and enabling revives nothing', async (parts) => {
    const world = await worldOf(parts);
    const token = await world.resetToken();
    await world.pwreset.users.disable(world.ann.id);
    await refuses(world.pwreset.confirmReset({ token, password: newPassword }), 'invalid_token');
    await world.pwreset.users.enable(world.ann.id);
    await refuses(world.pwreset.confirmReset({ token, password: newPassword }), 'invalid_token');
  });

  test('passwords are compared in NFC, not trimmed, not cut and not folded', async (parts) => {
    const world = await worldOf(parts);
    const long = 'é'.repeat(200);
    await world.pwreset.confirmReset({ token: await world.resetToken(), password: `${long.normalize('NFD')} ` });
    assert.equal(await canLogIn(world, `${long} `), true);
    assert.equal(await canLogIn(world, long), false);
    assert.equal(await canLogIn(world, `${long.toUpperCase()} `), false);
  });

  test('checkToken consumes nothing and tells the purpose', async (parts) => {
    const world = await worldOf(parts);
    const token = await world.resetToken();
    for (let count = 0; count < 10; count += 1) {
      const result = await world.pwreset.checkToken({ token });
      assert.ok(result.valid && result.purpose === 'reset' && result.expiresAt === world.clock.now() + hour);
    }
    await world.pwreset.confirmReset({ token, password: newPassword });
    await world.pwreset.idle();
    const notice = tokenIn(world.mailer.lastLink(ann, 'reset_notice'));
    const result = await world.pwreset.checkToken({ token: notice });
    assert.ok(result.valid && result.purpose === 'revoke');
  });

  test('secrets rotate: tokens of the old one work until it is dropped', async (parts) => {
    const world = await worldOf(parts);
    const token = await world.resetToken();
    const fresh = 'another secret of the suite, of thirty-two bytes';
    const rotated = world.another({ secret: [fresh, suiteSecret] });
    const dropped = world.another({ secret: fresh });
    await refuses(dropped.confirmReset({ token, password: newPassword }), 'invalid_token');
    await rotated.confirmReset({ token, password: newPassword });
  });
}
