import assert from 'node:assert/strict';
import type { Pwreset, Storage } from '@pwreset/core';
import { pendingJobs, recipients } from './flow-checks.js';
import { elapse, hanging, rest } from './flow-faults.js';
import type { FlowTest } from './flow-parts.js';
import { ann, day, minute, second, type World, worldOf } from './flow-world.js';

const bo = 'bo@example.com';

async function closed(world: World, server: Pwreset): Promise<void> {
  const closing = server.close();
  await elapse(world, 10 * second);
  await closing;
}

export function testBackground(test: FlowTest): void {
  test('a mailer that hangs is given up after its time, and the others do not wait for it', async (parts) => {
    const world = await worldOf(parts);
    await world.addUser(bo);
    let hangs = true;
    const relay: typeof world.mailer.send = (mail, options) => {
      if (mail.to !== ann || !hangs) return world.mailer.send(mail, options);
      hangs = false;
      return hanging();
    };
    const server = world.another({ mailer: { send: relay } });
    await server.beginReset({ email: ann });
    await server.beginReset({ email: bo });
    const idle = server.idle();
    await elapse(world, second);
    assert.deepEqual(recipients(world), [bo]);
    await elapse(world, 29 * second);
    await idle;
    assert.equal(world.eventsOf('job_retried').length, 1);
    await world.clock.advance(10 * second);
    await server.idle();
    assert.deepEqual(recipients(world), [bo, ann]);
  });

  test('in the background a begin is delivered by itself, leftovers of an earlier process too', async (parts) => {
    const world = await worldOf(parts);
    await world.pwreset.beginReset({ email: ann });
    const server = world.another({ delivery: 'background' });
    await rest(world);
    assert.deepEqual(recipients(world), [ann]);
    await world.addUser(bo);
    await server.beginReset({ email: bo });
    await elapse(world, second);
    assert.deepEqual(recipients(world), [ann, bo]);
    await server.close();
    await world.clock.advance(10 * minute);
    await server.beginReset({ email: ann });
    await world.clock.advance(day);
    assert.equal(world.mailer.mails.length, 2);
  });

  test('in the background a storage that fails is an event, and delivery goes on when it is back', async (parts) => {
    const world = await worldOf(parts);
    await world.pwreset.beginReset({ email: ann });
    let down = true;
    const faulty: Storage = {
      ...world.storage,
      claimJobs(query) {
        if (down) world.storage.failNext('claimJobs');
        return world.storage.claimJobs(query);
      },
    };
    const server = world.another({ delivery: 'background' }, faulty);
    await elapse(world, 20 * second);
    assert.equal(world.mailer.mails.length, 0);
    const faults = world.eventsOf('storage_fault').length;
    assert.ok(faults >= 4 && faults <= 12, `${faults} faults`);
    down = false;
    await elapse(world, 5 * second);
    assert.deepEqual(recipients(world), [ann]);
    await closed(world, server);
  });

  test('a claim that fails while a slow mail is in hand keeps no other mail waiting', async (parts) => {
    const world = await worldOf(parts);
    await world.addUser(bo);
    world.mailer.failNext('hang');
    await world.pwreset.beginReset({ email: ann });
    const server = world.another({ delivery: 'background' });
    await rest(world);
    world.storage.failNext('claimJobs', 2);
    await server.beginReset({ email: bo });
    await elapse(world, 12 * second);
    assert.ok(world.eventsOf('storage_fault').length > 0);
    assert.deepEqual(recipients(world), [bo]);
    await closed(world, server);
  });

  for (const mode of ['manual', 'background'] as const) {
    test(`sessions that hang keep no mail waiting, those that are asked for later neither (${mode})`, async (parts) => {
      const world = await worldOf(parts, { sessions: { endAll: hanging } });
      await world.addUser(bo);
      for (let count = 0; count < 20; count += 1) await world.pwreset.users.invalidatePassword(world.ann.id);
      const server = world.another({ delivery: mode });
      const passes: Promise<unknown>[] = [];
      for (const email of [ann, bo]) {
        await server.beginReset({ email });
        if (mode === 'manual') passes.push(server.deliver());
        await elapse(world, 10 * second);
        assert.equal(recipients(world).at(-1), email);
      }
      assert.deepEqual(recipients(world), [ann, bo]);
      await closed(world, server);
      await Promise.all(passes);
      assert.equal((await pendingJobs(world)).length, 20);
    });
  }

  test('close gives back what it holds, and another worker takes it at once', async (parts) => {
    const world = await worldOf(parts);
    world.mailer.failNext('hang');
    await world.pwreset.beginReset({ email: ann });
    const server = world.another({ delivery: 'background' });
    await rest(world);
    await closed(world, server);
    await world.pwreset.idle();
    assert.deepEqual(recipients(world), [ann]);
  });

  for (const method of ['claimJobs', 'commit'] as const) {
    test(`close ends within twice its grace, even when ${method} of the storage hangs`, async (parts) => {
      const world = await worldOf(parts);
      await world.pwreset.beginReset({ email: ann });
      const stuck: Storage = { ...world.storage, [method]: hanging };
      const server = world.another({ delivery: { mode: 'background', closeGraceMs: 3 * second } }, stuck);
      await rest(world);
      let isClosed = false;
      const closing = server.close().then(() => {
        isClosed = true;
      });
      await elapse(world, 3 * second);
      assert.equal(isClosed, false);
      await elapse(world, 3 * second);
      assert.equal(isClosed, true);
      await closing;
    });
  }
}
