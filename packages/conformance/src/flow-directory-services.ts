import assert from 'node:assert/strict';
import { refuses } from './flow-checks.js';
import { keyFor, links } from './flow-directory-parts.js';
import type { DirectoryFlowParts, FlowTest } from './flow-parts.js';
import {
  eventsAreSilent,
  indiscreetOptions,
  indiscreetRelay,
  nothingUsableAtRest,
  refused,
} from './flow-secret-checks.js';
import { ann, minute, newPassword, oldPassword, directoryWorldOf as worldOf } from './flow-world.js';

const serviceB = { name: 'B', url: 'https://b.example', links };

/** The flows in the name of services that the Directory keeps, and the secrets of those and of its keys. */
export function testDirectoryServices(test: FlowTest<DirectoryFlowParts>): void {
  test('a token of another service is refused', async (parts) => {
    const world = await worldOf(parts);
    const token = await world.resetToken();
    const { service } = await world.pwreset.services.createWithKey(serviceB);
    await refuses(world.pwreset.confirmReset({ token, password: newPassword, service: service.id }), 'invalid_token');
    assert.equal(world.eventsOf('token_refused').at(-1)?.reason, 'other_service');
    await world.pwreset.confirmReset({ token, password: newPassword });
  });

  test('P5: a notice whose service is unknown for a while is sent when it is known', async (parts) => {
    const world = await worldOf(parts);
    const { service } = await world.pwreset.services.createWithKey(serviceB);
    const update = { userId: world.ann.id, password: oldPassword, newPassword, service: service.id };
    await world.pwreset.updatePassword(update);
    const unknowing = world.another({}, { ...world.storage, findService: async () => null });
    await unknowing.idle();
    await world.clock.advance(minute);
    await unknowing.idle();
    assert.deepEqual(world.mailer.mails, []);
    assert.deepEqual(world.eventsOf('mail_dropped'), []);
    assert.equal(world.eventsOf('job_retried').length, 2);
    await world.clock.advance(minute);
    await world.pwreset.idle();
    assert.equal(world.mailer.lastMail(ann).kind, 'update_notice');
  });

  test('P2: with every mail still pending, nothing that is at rest is a token, a key or a password', async (parts) => {
    const relay = indiscreetRelay(parts, Number.POSITIVE_INFINITY);
    const world = await worldOf(parts, { mailer: relay.mailer });
    const { services, users } = world.pwreset;
    const key = await keyFor(world);
    const service = await services.createWithKey(serviceB);
    const password = 'the password of another user';
    await users.create({ email: 'bo@example.com', password });
    const secrets = [key.value, service.value, password];
    await nothingUsableAtRest(world, relay, secrets);
    const read = JSON.stringify(await world.storage.findKey(key.id));
    for (const secret of secrets) assert.ok(!read.includes(secret));
  });

  test('P12: no event of any flow carries a token, a key, a password or a full address', async (parts) => {
    const relay = indiscreetRelay(parts, 1);
    const world = await worldOf(parts, indiscreetOptions(relay));
    const { keys, services, users } = world.pwreset;
    const key = await keyFor(world);
    const service = await services.createWithKey(serviceB);
    const other = { email: 'Somebody.New@example.org', password: 'the password of another user' };
    await users.create(other);
    await refused(keys.verify(`${key.value}x`), services.authenticate(key.value));
    await eventsAreSilent(world, relay, [key.value, service.value, other.email, other.password]);
  });
}
