import assert from 'node:assert/strict';
import type { DirectoryPwreset, DirectoryStorage } from '@pwreset/core';
import { elapse, hanging, rest } from './flow-faults.js';
import { ann, day, type FlowTest, minute, newPassword, second, type World, worldOf } from './flow-world.js';

const bo = 'bo@example.com';

const recipients = ({ mailer }: World): readonly string[] => mailer.mails.map((mail) => mail.to);

async function closed(world: World, server: DirectoryPwreset): Promise<void> {
  const closing = server.close();
  await elapse(world.clock, 10 * second);
  await closing;
}

export function testBackground(test: FlowTest): void {
  test('a mailer that hangs is given up after its time, and the others do not wait for it', async (parts) => {
    const world = await worldOf(parts);
    await world.pwreset.users.create({ email: bo, password: newPassword });
    world.mailer.failNext('hang');
    await world.pwreset.beginReset({ email: ann });
    await world.pwreset.beginReset({ email: bo });
    const idle = world.pwreset.idle();
    await elapse(world.clock, second);
    assert.deepEqual(recipients(world), [bo]);
    await elapse(world.clock, 29 * second);
    await idle;
    assert.equal(world.eventsOf('job_retried').length, 1);
    await world.clock.advance(10 * second);
    await world.pwreset.idle();
    assert.deepEqual(recipients(world), [bo, ann]);
  });

  test('in the background a begin is delivered by itself, leftovers of an earlier process too', async (parts) => {
    const world = await worldOf(parts);
    await world.pwreset.beginReset({ email: ann });
    const server = world.another({ delivery: 'background' });
    await rest(world.clock);
    assert.deepEqual(recipients(world), [ann]);
    await world.pwreset.users.create({ email: bo, password: newPassword });
    await server.beginReset({ email: bo });
    await elapse(world.clock, second);
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
    const faulty: DirectoryStorage = {
      ...world.storage,
      claimJobs(query) {
        if (down) world.storage.failNext('claimJobs');
        return world.storage.claimJobs(query);
      },
    };
    const server = world.another({ delivery: 'background' }, faulty);
    await elapse(world.clock, 20 * second);
    assert.equal(world.mailer.mails.length, 0);
    const faults = world.eventsOf('storage_fault').length;
    assert.ok(faults >= 4 && faults <= 12, `${faults} faults`);
    down = false;
    await elapse(world.clock, 5 * second);
    assert.deepEqual(recipients(world), [ann]);
    await closed(world, server);
  });

  test('a claim that fails while a slow mail is in hand keeps no other mail waiting', async (parts) => {
    const world = await worldOf(parts);
    await world.pwreset.users.create({ email: bo, password: newPassword });
    world.mailer.failNext('hang');
    await world.pwreset.beginReset({ email: ann });
    const server = world.another({ delivery: 'background' });
    await rest(world.clock);
    world.storage.failNext('claimJobs', 2);
    await server.beginReset({ email: bo });
    await elapse(world.clock, 12 * second);
    assert.ok(world.eventsOf('storage_fault').length > 0);
    assert.deepEqual(recipients(world), [bo]);
    await closed(world, server);
  });

  for (const mode of ['manual', 'background'] as const) {
    test(`sessions that hang keep no mail waiting, those that are asked for later neither (${mode})`, async (parts) => {
      const world = await worldOf(parts, { sessions: { endAll: hanging } });
      await world.pwreset.users.create({ email: bo, password: newPassword });
      for (let count = 0; count < 50; count += 1) await world.pwreset.users.invalidatePassword(world.ann.id);
      const server = world.another({ delivery: mode });
      const passes: Promise<unknown>[] = [];
      for (const email of [ann, bo]) {
        await server.beginReset({ email });
        if (mode === 'manual') passes.push(server.deliver());
        await elapse(world.clock, 10 * second);
        assert.equal(recipients(world).at(-1), email);
      }
      assert.deepEqual(recipients(world), [ann, bo]);
      await closed(world, server);
      await Promise.all(passes);
      assert.equal((await world.storage.listJobs({ state: 'pending', limit: 100 })).length, 50);
    });
  }

  test('close gives back what it holds, and another worker takes it at once', async (parts) => {
    const world = await worldOf(parts);
    world.mailer.failNext('hang');
    await world.pwreset.beginReset({ email: ann });
    const server = world.another({ delivery: 'background' });
    await rest(world.clock);
    const closing = server.close();
    await world.clock.advance(5 * second);
    await closing;
    await world.pwreset.idle();
    assert.deepEqual(recipients(world), [ann]);
  });

  for (const method of ['claimJobs', 'commit'] as const) {
    test(`close ends within twice its grace, even when ${method} of the storage hangs`, async (parts) => {
      const world = await worldOf(parts);
      await world.pwreset.beginReset({ email: ann });
      const stuck: DirectoryStorage = { ...world.storage, [method]: hanging };
      const server = world.another({ delivery: { mode: 'background', closeGraceMs: 3 * second } }, stuck);
      await rest(world.clock);
      let isClosed = false;
      const closing = server.close().then(() => {
        isClosed = true;
      });
      await elapse(world.clock, 3 * second);
      assert.equal(isClosed, false);
      await elapse(world.clock, 3 * second);
      assert.equal(isClosed, true);
      await closing;
    });
  }
}
