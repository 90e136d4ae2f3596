import assert from 'node:assert/strict';
import { type Realm, realm, type UserId, userId } from '@pwreset/core';
import { auditOf, costOf, costsOfBegin, recipients, refuses } from './flow-checks.js';
import { guessed } from './flow-code-parts.js';
import { links } from './flow-directory-parts.js';
import type { DirectoryFlowParts, FlowTest } from './flow-parts.js';
import { ann, type DirectoryWorld, newPassword, tokenIn, directoryWorldOf as worldOf } from './flow-world.js';

const resetUrls = ['https://b.example/forgot?code={{code}}', 'https://b.example/app#{{token}}'];
const serviceB = { name: 'B', url: 'https://b.example', links, resetUrls };

/** Users whom only a Directory knows to tell from others, by why they are mailed nothing. */
async function oddUsers({ pwreset: { users } }: DirectoryWorld): Promise<ReadonlyMap<string, UserId>> {
  const password = newPassword;
  const odd = [
    ['user_disabled', await users.create({ email: 'user_disabled@example.com', password, enabled: false })],
    ['no_local_password', await users.create({ email: 'no_local_password@example.com' })],
    [
      'reset_not_allowed',
      await users.create({ email: 'reset_not_allowed@example.com', password, passwordAllowReset: false }),
    ],
  ] as const;
  return new Map(odd.map(([reason, { user }]) => [reason, user.id]));
}

/** Codes and resets by id, for users and services that only a Directory has. */
export function testDirectoryCodes(test: FlowTest<DirectoryFlowParts>): void {
  test('P1: known, unknown, disabled, password-less and reset-forbidden addresses are asked for a code, and tried, alike', async (parts) => {
    const world = await worldOf(parts);
    const reasons = [...(await oddUsers(world)).keys()];
    const emails = [ann, 'unknown@example.com', ...reasons.map((reason) => `${reason}@example.com`)];
    const costs = await costsOfBegin(world, emails, (email) => world.pwreset.beginCodeReset({ email }));
    for (const cost of costs) assert.deepEqual(cost, { commit: 1 });
    await world.pwreset.idle();
    assert.deepEqual(recipients(world), [ann]);
    const ignored = world.eventsOf('begin_ignored').map((event) => event.reason);
    assert.deepEqual(ignored.sort(), [...reasons, 'unknown_address'].sort());
    const answers: unknown[] = [];
    for (const email of emails) {
      const cost = await costOf(world, async () => answers.push(await guessed(world, { email })));
      assert.deepEqual(cost, { charge: 1, findCodes: 1 });
    }
    for (const answer of answers) assert.deepEqual(answer, answers[0]);
  });

  test('P7: a code is not good for a user whose reset is no longer allowed', async (parts) => {
    const world = await worldOf(parts);
    const { code } = await world.codeMail();
    await world.pwreset.users.patch(world.ann.id, { passwordAllowReset: false });
    const confirm = () => world.pwreset.confirmCodeReset({ email: ann, code, newPassword });
    await refuses(confirm(), 'invalid_token');
    assert.equal(world.eventsOf('token_refused').at(-1)?.reason, 'reset_not_allowed');
    await world.pwreset.users.patch(world.ann.id, { passwordAllowReset: true });
    await confirm();
  });

  test('a service that begins a reset by id hears of each user who is mailed nothing', async (parts) => {
    const world = await worldOf(parts);
    for (const [reason, id] of await oddUsers(world)) {
      const before = await auditOf(world, id);
      const { user, begun } = await world.pwreset.beginProfileReset({ userId: id });
      assert.deepEqual([user, begun], [await world.pwreset.users.get(id), false]);
      assert.deepEqual(
        world
          .eventsOf('begin_ignored')
          .map((event) => [event.reason, event.userId])
          .at(-1),
        [reason, id],
      );
      assert.deepEqual(await auditOf(world, id), before);
    }
    await refuses(world.pwreset.beginProfileReset({ userId: userId('nobody') }), 'user_not_found');
    await world.pwreset.idle();
    assert.deepEqual(world.mailer.mails, []);
  });

  test('realms are apart: an address has a code, a budget and an id of its own in each', async (parts) => {
    const world = await worldOf(parts);
    const { pwreset, mailer } = world;
    const [here, there] = [realm('here'), realm('there')];
    const { user } = await pwreset.users.create({ email: ann, realm: here, password: newPassword });
    await pwreset.users.create({ email: ann, realm: there, password: newPassword });
    const { code } = await world.codeMail(ann, { realm: here });
    const confirm = (at: Realm | undefined, typed: string) =>
      pwreset.confirmCodeReset({ email: ann, code: typed, realm: at, newPassword });
    const link = tokenIn(mailer.lastLink(ann, 'reset_code'));
    for (const elsewhere of [there, undefined]) {
      for (const typed of [code, link]) await refuses(confirm(elsewhere, typed), 'invalid_token');
      for (let count = 0; count < 4; count += 1) await refuses(confirm(elsewhere, code), 'invalid_token');
      await refuses(confirm(elsewhere, code), 'too_many_requests');
    }
    assert.equal((await confirm(here, code)).user.id, user.id);
    await refuses(pwreset.beginProfileReset({ userId: user.id, realm: there }), 'user_not_found');
    assert.equal((await pwreset.beginProfileReset({ userId: user.id, realm: here })).begun, true);
    assert.equal((await pwreset.beginProfileReset({ userId: user.id })).begun, true);
  });

  test('a user without a local password is invited by a reset by id, where the application allows it', async (parts) => {
    const world = await worldOf(parts, { resetWithoutPassword: true });
    const { user } = await world.pwreset.users.create({ email: 'bo@example.com' });
    await world.pwreset.users.patch(user.id, { passwordAllowReset: true });
    assert.equal((await world.pwreset.beginProfileReset({ userId: user.id })).begun, true);
    await world.pwreset.idle();
    const token = tokenIn(world.mailer.lastLink('bo@example.com', 'reset'));
    await world.pwreset.confirmReset({ token, password: newPassword });
    await world.pwreset.login({ email: 'bo@example.com', password: newPassword });
  });

  test('P11: each service that the Directory keeps permits its own reset URLs, and its codes are its own', async (parts) => {
    const world = await worldOf(parts);
    const { pwreset, mailer } = world;
    const { service } = await pwreset.services.createWithKey(serviceB);
    assert.deepEqual(service.resetUrls, resetUrls);
    const without = await pwreset.services.createWithKey({ name: 'C', url: 'https://c.example', links });
    assert.deepEqual(without.service.resetUrls, []);
    const begin = (resetUrl: string, of = service.id) => pwreset.beginCodeReset({ email: ann, resetUrl, service: of });
    const [page = '', fragment = ''] = resetUrls;
    await refuses(begin(page, without.service.id), 'invalid_input');
    await refuses(pwreset.beginCodeReset({ email: ann, resetUrl: page }), 'invalid_input');
    await refuses(begin('https://acme.example/forgot?lang=&code={{code}}'), 'invalid_input');
    for (const url of [page, fragment]) {
      await begin(url);
      await pwreset.idle();
      assert.ok(mailer.lastLink(ann, 'reset_code').startsWith(url.slice(0, url.indexOf('{{'))));
    }
    const mail = mailer.lastMail(ann);
    assert.ok(mail.kind === 'reset_code');
    assert.equal(mail.service.name, 'B');
    const given = { email: ann, code: mail.code, newPassword };
    await refuses(pwreset.confirmCodeReset(given), 'invalid_token');
    await pwreset.confirmCodeReset({ ...given, service: service.id });
  });

  test('P11: a service is refused with a reset URL that no mail may link to', async (parts) => {
    const world = await worldOf(parts);
    const bad = [
      'https://b.example/',
      'http://b.example/?code={{code}}',
      'javascript:{{code}}',
      'https://b.example/{{code}}',
    ];
    for (const url of bad) {
      const create = world.pwreset.services.createWithKey({ ...serviceB, resetUrls: [...resetUrls, url] });
      await assert.rejects(create, TypeError);
    }
  });
}
