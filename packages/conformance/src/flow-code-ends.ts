import assert from 'node:assert/strict';
import { serviceId } from '@pwreset/core';
import { canLogIn, refuses } from './flow-checks.js';
import { openCode, otherService } from './flow-code-parts.js';
import { overtaken } from './flow-faults.js';
import type { FlowTest } from './flow-parts.js';
import { ann, minute, newPassword, oldPassword, suiteSecret, tokenIn, type World, worldOf } from './flow-world.js';

const bo = 'bo@example.com';
const moved = 'ann@new.example.com';
const otherPassword = 'a password of the application';
const freshSecret = 'another secret of the suite, of thirty-two bytes';

const lastReason = (world: World): string | undefined => world.eventsOf('token_refused').at(-1)?.reason;

interface Ending {
  readonly change: (world: World) => Promise<unknown>;
  /** Why the code, and the link of its mail, are refused afterwards. */
  readonly reasons: readonly [code: string, link: string];
  /** The address afterwards. */
  readonly email?: string;
}

const endings: Readonly<Record<string, Ending>> = {
  'a change of password': {
    change: ({ pwreset }) => pwreset.updatePassword({ email: ann, password: oldPassword, newPassword }),
    reasons: ['no_code', 'closed'],
  },
  'a password that is made unusable': {
    change: ({ pwreset, ann: { id } }) => pwreset.users.invalidatePassword(id),
    reasons: ['no_code', 'closed'],
  },
  disabling: {
    change: async ({ pwreset, ann: { id } }) => {
      await pwreset.users.disable(id);
      await pwreset.users.enable(id);
    },
    reasons: ['no_code', 'closed'],
  },
  'an address that the application changed, and says so': {
    change: async ({ pwreset, application, ann: { id } }) => {
      await application.editUser(id, { email: moved });
      await pwreset.emailChanged({ userId: id, oldEmail: ann });
    },
    reasons: ['no_code', 'closed'],
    email: moved,
  },
  'an address that the application changes in its own table': {
    change: ({ application, ann: { id } }) => application.editUser(id, { email: moved }),
    reasons: ['credential_changed', 'credential_changed'],
    email: moved,
  },
  'a password that the application changes in its own table': {
    change: async ({ application, hasher, ann: { id } }) =>
      application.editUser(id, { hash: await hasher.hash(otherPassword) }),
    reasons: ['credential_changed', 'credential_changed'],
  },
  'a user whom the application disables in its own table': {
    change: ({ application, ann: { id } }) => application.editUser(id, { enabled: false }),
    reasons: ['user_disabled', 'user_disabled'],
  },
};

/** What a code dies with, and what else it is not good for. */
export function testCodeEnds(test: FlowTest): void {
  for (const [what, { change, reasons, email = ann }] of Object.entries(endings)) {
    test(`P7: ${what} ends a code and the link of its mail`, async (parts) => {
      const world = await worldOf(parts);
      const { code, token } = await world.codeMail();
      await change(world);
      const before = await world.storage.findUserById(world.ann.id);
      const confirm = (typed: string, at = email) =>
        refuses(
          world.pwreset.confirmCodeReset({ email: at, code: typed, newPassword: otherPassword }),
          'invalid_token',
        );
      await confirm(code);
      assert.equal(lastReason(world), reasons[0]);
      await confirm(token);
      assert.equal(lastReason(world), reasons[1]);
      if (email !== ann) {
        await confirm(code, ann);
        assert.equal(lastReason(world), 'no_code');
      }
      assert.deepEqual(await world.storage.findUserById(world.ann.id), before);
    });
  }

  test('P7: a mail that waits does not show a code once the application has changed the password', async (parts) => {
    const world = await worldOf(parts);
    world.mailer.failNext(new Error('down'));
    await world.pwreset.beginCodeReset({ email: ann });
    await world.pwreset.idle();
    await world.application.editUser(world.ann.id, { hash: await world.hasher.hash(otherPassword) });
    await world.clock.advance(minute);
    await world.pwreset.idle();
    assert.deepEqual(world.mailer.mails, []);
    assert.equal(world.eventsOf('mail_dropped')[0]?.reason, 'credential_changed');
  });

  test('P7: a password that the application changes while a code is confirmed stays', async (parts) => {
    const world = await worldOf(parts);
    const { code } = await world.codeMail();
    const change = async () =>
      world.application.editUser(world.ann.id, { hash: await world.hasher.hash(otherPassword) });
    const slow = world.another({}, overtaken(world.storage, 'setPassword', change));
    await refuses(slow.confirmCodeReset({ email: ann, code, newPassword }), 'invalid_token');
    assert.equal(lastReason(world), 'credential_changed');
    assert.equal(await canLogIn(world, otherPassword), true);
  });

  test('P6: a user who is disabled while a code is confirmed is given no new password', async (parts) => {
    const world = await worldOf(parts);
    const { code } = await world.codeMail();
    const disable = () => world.application.editUser(world.ann.id, { enabled: false });
    const slow = world.another({}, overtaken(world.storage, 'setPassword', disable));
    await refuses(slow.confirmCodeReset({ email: ann, code, newPassword }), 'invalid_token');
    assert.equal(lastReason(world), 'user_disabled');
    await world.pwreset.users.enable(world.ann.id);
    assert.equal(await canLogIn(world, oldPassword), true);
  });

  test('a code that a new one supersedes while it is confirmed sets nothing', async (parts) => {
    const world = await worldOf(parts);
    const { code } = await world.codeMail();
    const slow = world.another(
      {},
      overtaken(world.storage, 'setPassword', () => world.codeMail()),
    );
    await refuses(slow.confirmCodeReset({ email: ann, code, newPassword }), 'invalid_token');
    assert.equal(await canLogIn(world, oldPassword), true);
  });

  test('P7: a user who is given the id of a deleted one inherits no code', async (parts) => {
    const world = await worldOf(parts);
    const { application, clock, pwreset, storage } = world;
    const { id, hash } = world.ann;
    const { code } = await world.codeMail();
    if ((await storage.findUserById(id))?.createdAt === null) await pwreset.users.forget(id);
    await application.deleteUser(id);
    await clock.advance(minute);
    await application.addUser({ id, email: bo, enabled: true, hash, createdAt: clock.now() });
    await refuses(pwreset.confirmCodeReset({ email: bo, code, newPassword }), 'invalid_token');
    await refuses(pwreset.confirmCodeReset({ email: ann, code, newPassword }), 'invalid_token');
    assert.equal(await canLogIn(world, oldPassword, bo), true);
  });

  test('secrets rotate: a code of the old one is mailed and taken until it is dropped', async (parts) => {
    const world = await worldOf(parts);
    const rotated = world.another({ secret: [freshSecret, suiteSecret] });
    const dropped = world.another({ secret: freshSecret });
    world.mailer.failNext(new Error('down'));
    await world.pwreset.beginCodeReset({ email: ann });
    await world.pwreset.idle();
    await world.clock.advance(minute);
    await rotated.idle();
    const mail = world.mailer.lastMail(ann);
    assert.ok(mail.kind === 'reset_code');
    await refuses(dropped.confirmCodeReset({ email: ann, code: mail.code, newPassword }), 'invalid_token');
    assert.equal(lastReason(world), 'no_code');
    await rotated.confirmCodeReset({ email: ann, code: mail.code, newPassword });
  });

  test('secrets rotate: a code that is issued afterwards is of the new one', async (parts) => {
    const world = await worldOf(parts);
    const rotated = world.another({ secret: [freshSecret, suiteSecret] });
    const { code } = await world.codeMail();
    const old = await openCode(world);
    await rotated.beginCodeReset({ email: ann });
    await rotated.idle();
    const mail = world.mailer.lastMail(ann);
    assert.ok(mail.kind === 'reset_code' && mail.code !== code);
    assert.notEqual((await openCode(world))?.secretId, old?.secretId);
    await world.another({ secret: freshSecret }).confirmCodeReset({ email: ann, code: mail.code, newPassword });
  });

  test('a code is good where codes are taken, and a link for what it was mailed for and to whom', async (parts) => {
    const world = await worldOf(parts, { limits: { code_guess_by_address: { capacity: 100, refillMs: minute } } });
    const { pwreset } = world;
    await world.addUser(bo, { password: oldPassword });
    const revoke = await world.revokeToken();
    const mine = await world.codeMail();
    const theirs = await world.codeMail(bo);
    const other = world.another({ service: otherService });
    const byCode = (email: string, code: string) => ({ email, code, newPassword: otherPassword });
    const refusals: readonly (readonly [() => Promise<unknown>, string])[] = [
      [() => pwreset.confirmReset({ token: mine.code, password: otherPassword }), 'malformed'],
      [() => pwreset.revoke({ token: mine.code }), 'malformed'],
      [() => pwreset.revoke({ token: mine.token }), 'wrong_purpose'],
      [() => pwreset.confirmCodeReset(byCode(ann, revoke)), 'wrong_purpose'],
      [() => pwreset.confirmCodeReset(byCode(ann, theirs.code)), 'mismatched'],
      [() => pwreset.confirmCodeReset(byCode(bo, mine.code)), 'mismatched'],
      [() => pwreset.confirmCodeReset(byCode(ann, theirs.token)), 'other_user'],
      [() => pwreset.confirmCodeReset(byCode('unknown@example.com', theirs.token)), 'other_user'],
      [() => pwreset.confirmCodeReset(byCode('unknown@example.com', theirs.code)), 'no_code'],
      [() => other.confirmCodeReset(byCode(ann, mine.code)), 'other_service'],
      [() => other.confirmCodeReset(byCode(ann, mine.token)), 'other_service'],
      [() => pwreset.confirmCodeReset({ ...byCode(ann, mine.code), service: serviceId('other') }), 'other_service'],
    ];
    for (const [refusal] of refusals) await refuses(refusal(), 'invalid_token');
    const reasons = world.eventsOf('token_refused').map((event) => event.reason);
    assert.deepEqual(
      reasons,
      refusals.map(([, reason]) => reason),
    );
    assert.deepEqual(await pwreset.checkToken({ token: mine.code }), { valid: false });
    await pwreset.confirmCodeReset(byCode(ann, mine.code));
    await pwreset.confirmCodeReset(byCode(bo, theirs.token));
    await pwreset.idle();
    assert.notEqual(tokenIn(world.mailer.lastLink(bo, 'reset_notice')), revoke);
  });
}
