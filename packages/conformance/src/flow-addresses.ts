import assert from 'node:assert/strict';
import { recipients } from './flow-checks.js';
import type { FlowTest } from './flow-parts.js';
import { ann, type World, worldOf } from './flow-world.js';

const cyrillicA = '\u0430';
const dotlessI = '\u0131';
const dottedI = '\u0130';

async function begin({ pwreset }: World, ...emails: readonly string[]): Promise<void> {
  for (const email of emails) await pwreset.beginReset({ email });
  await pwreset.idle();
}

export function testAddresses(test: FlowTest): void {
  test('look-alike addresses reach nobody', async (parts) => {
    const world = await worldOf(parts);
    await world.addUser('mike@example.com');
    await world.addUser('strasse@example.com');
    const lookAlikes = [
      `m${dotlessI}ke@example.com`,
      '\uff4dike@example.com',
      'stra\u00dfe@example.com',
      'm\u00eeke@example.com',
    ];
    await begin(world, ...lookAlikes, 'mike@\u0435xample.com');
    assert.deepEqual(world.mailer.mails, []);
  });

  test('of two users whose addresses look alike each is mailed at the stored one, and never for the other', async (parts) => {
    const world = await worldOf(parts);
    const pair = ['mike@example.org', `m${dotlessI}ke@example.org`];
    for (const email of pair) await world.addUser(email);
    for (const [n, email] of pair.entries()) {
      await begin(world, email);
      assert.deepEqual(recipients(world), pair.slice(0, n + 1));
    }
    await begin(world, 'MIKE@example.org', `M${dotlessI}KE@example.org`, `M${dottedI}KE@example.org`);
    assert.deepEqual([...recipients(world)].sort(), [...pair, ...pair].sort());
  });

  test('a Cyrillic letter in a domain makes another address', async (parts) => {
    const world = await worldOf(parts);
    const other = `ann@ex${cyrillicA}mple.com`;
    await world.addUser(other);
    await begin(world, ann);
    assert.deepEqual(recipients(world), [ann]);
    await begin(world, other);
    // Whether a domain that is stored in Unicode is found is up to the storage; that Ann is not mailed for it is not.
    for (const to of recipients(world).slice(1)) assert.equal(to, other);
  });

  test('an address is found in any spelling of its case, and mail goes to the stored one', async (parts) => {
    const world = await worldOf(parts);
    const { id } = await world.addUser('Mixed.Case@Example.org');
    // An application may bring addresses into lower case when it stores them.
    const stored = (await world.storage.findUserById(id))?.email ?? assert.fail('the user is not there');
    const spellings = ['mixed.case@example.org', 'MIXED.CASE@EXAMPLE.ORG', 'mIXED.cASE@eXAMPLE.oRG'];
    for (const email of spellings) await begin(world, email);
    assert.deepEqual(recipients(world), [stored, stored, stored]);
  });

  test('an address with letters beyond ASCII is found, composed or not, and its capitals are not', async (parts) => {
    const world = await worldOf(parts);
    const stored = '\u00e9lodie@example.org';
    await world.addUser(stored);
    await begin(world, '\u00e9LODIE@example.org');
    await begin(world, 'e\u0301lodie@example.org');
    await begin(world, '\u00c9lodie@example.org');
    assert.deepEqual(recipients(world), [stored, stored]);
  });

  test('mail goes to the stored address, never to the submitted one', async (parts) => {
    const world = await worldOf(parts);
    await world.addUser('mike@example.org');
    // U+212A, the Kelvin sign, is canonically the letter K; the full-width letters of a domain are mapped by IDNA.
    await begin(world, 'mi\u212ae@\uff45xample.org');
    assert.deepEqual(recipients(world), ['mike@example.org']);
  });

  test('two users whose addresses differ only in case are mailed nothing, and an event says so', async (parts) => {
    const world = await worldOf(parts);
    const twin = await world.addUser('Ann@example.com').catch(() => null);
    await begin(world, ann);
    const ambiguous = world.events.flatMap((event) =>
      event.type === 'address_ambiguous' ? [[...event.userIds].sort()] : [],
    );
    if (twin === null) {
      // A unique index has refused the address, and nothing but the address: there is nobody to confuse Ann with.
      await world.addUser('ann.else@example.com');
      assert.deepEqual(ambiguous, []);
      assert.deepEqual(recipients(world), [ann]);
    } else {
      assert.deepEqual(ambiguous, [[world.ann.id, twin.id].sort()]);
      assert.deepEqual(recipients(world), []);
    }
  });
}
