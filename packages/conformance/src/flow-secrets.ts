import assert from 'node:assert/strict';
import type { FlowTest } from './flow-parts.js';
import {
  assertFreeOf,
  eventsAreSilent,
  indiscreetOptions,
  indiscreetRelay,
  nothingUsableAtRest,
  otherAddress,
  refused,
} from './flow-secret-checks.js';
import { ann, minute, newPassword, worldOf } from './flow-world.js';

export function testSecrets(test: FlowTest): void {
  test('P2: with every mail still pending, nothing that is at rest is a token or a password', async (parts) => {
    const relay = indiscreetRelay(parts, Number.POSITIVE_INFINITY);
    await nothingUsableAtRest(await worldOf(parts, { mailer: relay.mailer }), relay, []);
  });

  test('P2: whoever runs the flows on a copy of the storage with another secret gets no mail, and a code is wrong there', async (parts) => {
    const world = await worldOf(parts);
    const { code } = await world.codeMail();
    await world.pwreset.beginCodeReset({ email: ann });
    const stolen = world.another({ secret: 'a secret that the thief has made up, 32 bytes' });
    await refused(stolen.confirmCodeReset({ email: ann, code, newPassword }));
    world.mailer.failNext(new Error('down'));
    await world.pwreset.idle();
    const mails = world.mailer.mails.length;
    await world.clock.advance(minute);
    await stolen.idle();
    assert.equal(world.mailer.mails.length, mails);
  });

  test('P2: an address that was queued is erased when its job has ended', async (parts) => {
    const world = await worldOf(parts);
    await world.pwreset.beginReset({ email: otherAddress });
    assert.ok((await parts.dump()).toLowerCase().includes(otherAddress.toLowerCase()));
    await world.pwreset.idle();
    assertFreeOf([otherAddress], JSON.stringify(await world.application.jobs()));
  });

  test('P12: no event of any flow carries a token, a password or a full address', async (parts) => {
    const relay = indiscreetRelay(parts, 1);
    await eventsAreSilent(await worldOf(parts, indiscreetOptions(relay)), relay, []);
  });
}
