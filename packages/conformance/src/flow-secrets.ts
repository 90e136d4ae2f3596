import assert from 'node:assert/strict';
import type { FlowTest } from './flow-parts.js';
import {
  assertFreeOf,
  eventsAreSilent,
  indiscreetOptions,
  indiscreetRelay,
  nothingUsableAtRest,
  otherAddress,
} from './flow-secret-checks.js';
import { worldOf } from './flow-world.js';

export function testSecrets(test: FlowTest): void {
  test('P2: with every mail still pending, nothing that is at rest is a token or a password', async (parts) => {
    const relay = indiscreetRelay(parts, Number.POSITIVE_INFINITY);
    await nothingUsableAtRest(await worldOf(parts, { mailer: relay.mailer }), relay, []);
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
