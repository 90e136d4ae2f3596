import assert from 'node:assert/strict';
import { canLogIn, refuses } from './flow-checks.js';
import { rest } from './flow-faults.js';
import type { FlowTest } from './flow-parts.js';
import { ann, minute, newPassword, oldPassword, second, worldOf } from './flow-world.js';

export function testLogin(test: FlowTest): void {
  test('the right password gives the user and an estimate of its strength', async (parts) => {
    const world = await worldOf(parts, { strength: () => 3 });
    const { user, strength } = await world.pwreset.login({ email: 'ann@EXAMPLE.com', password: oldPassword });
    assert.equal(user.id, world.ann.id);
    assert.equal(user.email, ann);
    assert.equal(strength, 3);
    assert.equal('credential' in user, false);
  });

  test('the time of a login was taken before the password was read, so that what changes meanwhile ends its session', async (parts) => {
    const world = await worldOf(parts);
    const { clock, hasher, storage } = world;
    const start = clock.now();
    const slowly = {
      ...storage,
      async findUsersByEmail(...query: Parameters<typeof storage.findUsersByEmail>) {
        await clock.advance(second);
        return storage.findUsersByEmail(...query);
      },
    };
    const verify: typeof hasher.verify = async (password, stored) => {
      await clock.advance(second);
      return hasher.verify(password, stored);
    };
    const slow = world.another({ hasher: { ...hasher, verify } }, slowly);
    const { authenticatedAt } = await slow.login({ email: ann, password: oldPassword });
    assert.equal(authenticatedAt, start);
    assert.equal(clock.now(), start + 2 * second);
  });

  test('unknown and disabled users, one whose password is unusable and a wrong password get one answer at one cost', async (parts) => {
    const world = await worldOf(parts);
    const unusable = await world.addUser('unusable@example.com', { password: oldPassword });
    await world.pwreset.users.invalidatePassword(unusable.id);
    await world.addUser('disabled@example.com', { password: oldPassword, enabled: false });
    for (const email of [ann, 'unknown@example.com', 'unusable@example.com', 'disabled@example.com']) {
      const verified = world.hasher.verified;
      const password = email === ann ? 'a wrong password' : oldPassword;
      await assert.rejects(world.pwreset.login({ email, password }), {
        code: 'invalid_credentials',
        message: 'the credentials are invalid',
      });
      assert.equal(world.hasher.verified - verified, 1, email);
    }
  });

  test('P9: a flood from one network delays that network only; from everywhere it takes a high ceiling, for minutes', async (parts) => {
    const world = await worldOf(parts);
    const from = (ip: string, password: string) => world.pwreset.login({ email: ann, password, client: { ip } });
    for (let count = 0; count < 10; count += 1)
      await refuses(from('192.0.2.1', 'wrong password'), 'invalid_credentials');
    await refuses(from('192.0.2.1', oldPassword), 'too_many_requests');
    for (let count = 0; count < 90; count += 1)
      await refuses(from(`198.51.100.${count}`, 'wrong password'), 'invalid_credentials');
    await refuses(from('203.0.113.1', oldPassword), 'too_many_requests');
    const token = await world.resetToken();
    await world.clock.advance(5 * minute);
    await from('203.0.113.1', oldPassword);
    await world.pwreset.confirmReset({ token, password: newPassword });
  });

  test('P9: a flood of logins fills no queue that a reset waits in', async (parts) => {
    const world = await worldOf(parts);
    const token = await world.resetToken();
    const waiting: (() => void)[] = [];
    const hasher: typeof world.hasher = {
      ...world.hasher,
      hashed: 0,
      verified: 0,
      verify: () => new Promise((resolve) => waiting.push(() => resolve('mismatched'))),
    };
    const small = world.another({ hasher, hashing: { concurrent: 1, queued: 1 } });
    const flood = Array.from({ length: 5 }, () => small.login({ email: ann, password: 'a wrong password' }));
    const settled = Promise.allSettled(flood);
    await small.confirmReset({ token, password: newPassword });
    for (let count = 0; count < 2; count += 1) {
      await rest(world);
      waiting.shift()?.();
    }
    const outcomes = (await settled).map((result) => (result.status === 'rejected' ? result.reason.code : 'none'));
    assert.deepEqual(outcomes.sort(), [
      ...Array<string>(2).fill('invalid_credentials'),
      ...Array<string>(3).fill('overloaded'),
    ]);
  });

  test('P9: a reset makes the failures of before moot', async (parts) => {
    const world = await worldOf(parts, { limits: { login_by_address: { capacity: 2, refillMs: minute } } });
    for (let count = 0; count < 2; count += 1) {
      await refuses(world.pwreset.login({ email: ann, password: 'a wrong password' }), 'invalid_credentials');
    }
    await refuses(world.pwreset.login({ email: ann, password: oldPassword }), 'too_many_requests');
    await world.pwreset.confirmReset({ token: await world.resetToken(), password: newPassword });
    await world.pwreset.login({ email: ann, password: newPassword });
  });

  test('guesses are charged before they are compared, at once too', async (parts) => {
    const world = await worldOf(parts, { limits: { login_by_address: { capacity: 5, refillMs: minute } } });
    const guesses = Array.from({ length: 20 }, () => world.pwreset.login({ email: ann, password: 'wrong password' }));
    await Promise.allSettled(guesses);
    assert.equal(world.eventsOf('login_refused').length, 5);
  });

  test('a client that the service does not forward is not counted, and nobody is locked out by it', async (parts) => {
    const world = await worldOf(parts, {
      limits: { login_by_network: { capacity: 1, refillMs: minute }, ip: { capacity: 1, refillMs: minute } },
    });
    const call = (limitBy: 'service' | 'service_and_client', password: string) =>
      world.pwreset.login({ email: ann, password, limitBy, client: { ip: '192.0.2.1' } });
    for (let count = 0; count < 5; count += 1) await refuses(call('service', 'wrong password'), 'invalid_credentials');
    await call('service', oldPassword);
    await refuses(call('service_and_client', 'wrong password'), 'invalid_credentials');
    await refuses(call('service_and_client', oldPassword), 'too_many_requests');
  });

  test('oversize and ill-formed passwords are refused before any look-up, for known and unknown alike', async (parts) => {
    const world = await worldOf(parts);
    const before = JSON.stringify(world.storage.calls);
    for (const email of [ann, 'unknown@example.com']) {
      for (const password of ['', 'x'.repeat(2_000), 'ä'.repeat(600), 'lone \udfff']) {
        await refuses(world.pwreset.login({ email, password }), 'invalid_input');
      }
    }
    assert.equal(JSON.stringify(world.storage.calls), before);
  });

  test('a weaker stored form is renewed, once, and a failure to renew does not fail the login', async (parts) => {
    const world = await worldOf(parts);
    const { hasher } = world;
    const outdated: typeof hasher = {
      ...hasher,
      hashed: 0,
      verified: 0,
      verify: async (password, stored) => {
        const outcome = await hasher.verify(password, stored);
        return outcome === 'matched' && stored === first ? 'outdated' : outcome;
      },
    };
    const first = (await world.storage.findUserById(world.ann.id))?.credential.stored;
    const other = world.another({ hasher: outdated });
    hasher.failNext(new Error('busy'));
    await other.login({ email: ann, password: oldPassword });
    assert.equal(world.eventsOf('rehash_failed').length, 1);
    await other.login({ email: ann, password: oldPassword });
    const renewed = (await world.storage.findUserById(world.ann.id))?.credential.stored;
    assert.notEqual(renewed, first);
    await other.login({ email: ann, password: oldPassword });
    assert.equal((await world.storage.findUserById(world.ann.id))?.credential.stored, renewed);
  });

  test('a stored form that no hasher knows refuses and says so in an event', async (parts) => {
    const world = await worldOf(parts);
    const other = world.another({ hasher: { ...world.hasher, verify: async () => 'unrecognised' } });
    await refuses(other.login({ email: ann, password: oldPassword }), 'invalid_credentials');
    assert.equal(world.eventsOf('credential_unrecognised').length, 1);
  });

  test('hashes beyond the queue are refused with a time to come back, before anything changes', async (parts) => {
    const world = await worldOf(parts);
    const waiting: (() => void)[] = [];
    const verify: typeof world.hasher.verify = async (password, stored) => {
      await new Promise<void>((resolve) => waiting.push(resolve));
      return world.hasher.verify(password, stored);
    };
    const small = world.another({
      hasher: { ...world.hasher, verify },
      hashing: { concurrent: 1, queued: 2, retryAfterMs: 7 * second },
    });
    const logins = Array.from({ length: 10 }, () => small.login({ email: ann, password: oldPassword }));
    const settled = Promise.allSettled(logins);
    for (let count = 0; count < 3; count += 1) {
      await rest(world);
      assert.equal(waiting.length, 1);
      waiting.shift()?.();
    }
    const refused = (await settled).filter((result) => result.status === 'rejected');
    assert.equal(refused.length, 7);
    for (const { reason } of refused) {
      assert.equal(reason.code, 'overloaded');
      assert.equal(reason.retryAfterMs, 7 * second);
    }
    assert.equal(await canLogIn(world, oldPassword), true);
  });
}
