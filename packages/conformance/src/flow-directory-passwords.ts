import assert from 'node:assert/strict';
import { canLogIn, costsOfBegin, recipients, refuses } from './flow-checks.js';
import type { DirectoryFlowParts, FlowTest } from './flow-parts.js';
import { ann, type DirectoryWorld, newPassword, oldPassword, directoryWorldOf as worldOf } from './flow-world.js';

const kindsOfAddress = 'P1: known, unknown, disabled, password-less and reset-forbidden addresses';

/** Users whom only a Directory knows to tell from others. */
async function addOddUsers({ pwreset: { users } }: DirectoryWorld): Promise<void> {
  await users.create({ email: 'disabled@example.com', password: oldPassword, enabled: false });
  await users.create({ email: 'never@example.com' });
}

/** The flows for users without a local password, with one that must not be reset, or one that has to be changed. */
export function testDirectoryPasswords(test: FlowTest<DirectoryFlowParts>): void {
  test(`${kindsOfAddress} cost the same calls and read no user`, async (parts) => {
    const world = await worldOf(parts);
    await addOddUsers(world);
    const forbidden = { email: 'forbidden@example.com', password: newPassword, passwordAllowReset: false };
    await world.pwreset.users.create(forbidden);
    const odd = ['unknown@example.com', 'disabled@example.com', 'never@example.com', forbidden.email];
    for (const cost of await costsOfBegin(world, [ann, ...odd])) assert.deepEqual(cost, { commit: 1 });
    await world.pwreset.idle();
    assert.deepEqual(recipients(world), [ann]);
    const reasons = world.eventsOf('begin_ignored').map((event) => event.reason);
    assert.deepEqual(reasons.sort(), ['no_local_password', 'reset_not_allowed', 'unknown_address', 'user_disabled']);
  });

  test('mail goes to the stored address, never to the submitted one, also where its domain is stored in Unicode', async (parts) => {
    const world = await worldOf(parts);
    await world.pwreset.users.create({ email: 'Mike@b\u00fccher.example', password: newPassword });
    // U+212A, the Kelvin sign, is canonically the letter K; the full-width letters of a domain are mapped by IDNA.
    await world.pwreset.beginReset({ email: 'mi\u212ae@xn--bcher-kva.\uff45xample' });
    await world.pwreset.idle();
    assert.deepEqual(recipients(world), ['Mike@b\u00fccher.example']);
  });

  test('a user without a local password gets a mail only where the application allows it', async (parts) => {
    const world = await worldOf(parts, { resetWithoutPassword: true });
    const { user } = await world.pwreset.users.create({ email: 'never@example.com' });
    await world.pwreset.users.patch(user.id, { passwordAllowReset: true });
    await world.pwreset.confirmReset({ token: await world.resetToken('never@example.com'), password: newPassword });
    await world.pwreset.login({ email: 'never@example.com', password: newPassword });
  });

  test('a disabled user and one whose reset is no longer allowed cannot confirm; enabling revives nothing', async (parts) => {
    const world = await worldOf(parts);
    const { pwreset, ann: user } = world;
    const token = await world.resetToken();
    const confirm = () => pwreset.confirmReset({ token, password: newPassword });
    await pwreset.users.patch(user.id, { passwordAllowReset: false });
    await refuses(confirm(), 'invalid_token');
    assert.equal(world.eventsOf('token_refused').at(-1)?.reason, 'reset_not_allowed');
    await pwreset.users.patch(user.id, { passwordAllowReset: true });
    assert.equal((await pwreset.checkToken({ token })).valid, true);
    await pwreset.users.disable(user.id);
    await refuses(confirm(), 'invalid_token');
    await pwreset.users.enable(user.id);
    await refuses(confirm(), 'invalid_token');
  });

  test('P7: a patch that disables closes outstanding tokens', async (parts) => {
    const world = await worldOf(parts);
    const { pwreset, ann: user } = world;
    const token = await world.resetToken();
    await pwreset.users.patch(user.id, { enabled: false });
    await refuses(pwreset.confirmReset({ token, password: newPassword }), 'invalid_token');
    assert.equal(world.eventsOf('token_refused').at(-1)?.reason, 'closed');
    await pwreset.users.patch(user.id, { enabled: true });
    await refuses(pwreset.confirmReset({ token, password: newPassword }), 'invalid_token');
  });

  for (const flow of ['confirm', 'update'] as const) {
    test(`${flow === 'confirm' ? 'a confirm' : 'an update'} clears the flag that a password has to be changed`, async (parts) => {
      const world = await worldOf(parts);
      const { pwreset, ann: user } = world;
      await pwreset.users.requirePasswordUpdate(user.id);
      await refuses(pwreset.login({ email: ann, password: oldPassword }), 'password_update_required');
      const changed =
        flow === 'confirm'
          ? await pwreset.confirmReset({ token: await world.resetToken(), password: newPassword })
          : await pwreset.updatePassword({ userId: user.id, password: oldPassword, newPassword });
      assert.equal(changed.user.passwordRequireUpdate, false);
      assert.equal(await canLogIn(world, newPassword), true);
    });
  }

  test('a flag that the password has to be changed shows only after the password matched', async (parts) => {
    const world = await worldOf(parts);
    await world.pwreset.users.requirePasswordUpdate(world.ann.id);
    await refuses(world.pwreset.login({ email: ann, password: 'wrong password' }), 'invalid_credentials');
    await refuses(world.pwreset.login({ email: ann, password: oldPassword }), 'password_update_required');
  });

  test('renewing the stored form takes back no demand for an update that came meanwhile', async (parts) => {
    const world = await worldOf(parts);
    const { hasher, pwreset } = world;
    const other = world.another({
      hasher: {
        ...hasher,
        verify: async () => 'outdated',
        hash: async (password) => {
          await pwreset.users.requirePasswordUpdate(world.ann.id);
          return hasher.hash(password);
        },
      },
    });
    await other.login({ email: ann, password: oldPassword });
    await refuses(pwreset.login({ email: ann, password: oldPassword }), 'password_update_required');
  });

  test('a login of unknown, disabled and password-less users and one with a wrong password get one answer at one cost', async (parts) => {
    const world = await worldOf(parts);
    await addOddUsers(world);
    for (const email of [ann, 'unknown@example.com', 'never@example.com', 'disabled@example.com']) {
      const verified = world.hasher.verified;
      const password = email === ann ? 'a wrong password' : oldPassword;
      await assert.rejects(world.pwreset.login({ email, password }), {
        code: 'invalid_credentials',
        message: 'the credentials are invalid',
      });
      assert.equal(world.hasher.verified - verified, 1, email);
    }
  });

  test('an update of unknown, disabled and password-less users and one with a wrong password get one answer at one cost', async (parts) => {
    const world = await worldOf(parts);
    await addOddUsers(world);
    for (const email of ['unknown@example.com', 'never@example.com', 'disabled@example.com', ann]) {
      const verified = world.hasher.verified;
      const password = email === ann ? 'a wrong password' : oldPassword;
      await refuses(world.pwreset.updatePassword({ email, password, newPassword }), 'invalid_credentials');
      assert.equal(world.hasher.verified - verified, 1, email);
    }
    assert.deepEqual(
      world.eventsOf('login_refused').map((event) => event.reason),
      ['unknown_user', 'no_usable_password', 'user_disabled', 'wrong_password'],
    );
  });
}
