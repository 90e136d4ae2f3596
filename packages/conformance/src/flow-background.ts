import assert from 'node:assert/strict';
import { ann, day, type FlowTest, newPassword, second, worldOf } from './flow-world.js';

export function testBackground(test: FlowTest): void {
  test('a mailer that hangs is given up after its time, and the others do not wait for it', async (parts) => {
    const world = await worldOf(parts);
    await world.pwreset.users.create({ email: 'bo@example.com', password: newPassword });
    world.mailer.failNext('hang');
    await world.pwreset.beginReset({ email: ann });
    await world.pwreset.beginReset({ email: 'bo@example.com' });
    const idle = world.pwreset.idle();
    await world.clock.advance(1);
    assert.deepEqual(
      world.mailer.mails.map((mail) => mail.to),
      ['bo@example.com'],
    );
    await world.clock.advance(30 * second);
    await idle;
    assert.equal(world.eventsOf('job_retried').length, 1);
    await world.clock.advance(10 * second);
    await world.pwreset.idle();
    assert.equal(world.mailer.mails.length, 2);
  });

  test('in the background a begin is delivered by itself, leftovers of an earlier process too', async (parts) => {
    const world = await worldOf(parts);
    await world.pwreset.beginReset({ email: ann });
    const server = world.another({ delivery: 'background' });
    await world.clock.advance(1);
    assert.equal(world.mailer.mails.length, 1);
    await world.pwreset.users.create({ email: 'bo@example.com', password: newPassword });
    await server.beginReset({ email: 'bo@example.com' });
    await world.clock.advance(250);
    assert.equal(world.mailer.mails.length, 2);
    await server.close();
    await server.beginReset({ email: ann });
    await world.clock.advance(day);
    assert.equal(world.mailer.mails.length, 2);
  });

  test('in the background a storage that fails is an event, and delivery goes on when it is back', async (parts) => {
    const world = await worldOf(parts);
    await world.pwreset.beginReset({ email: ann });
    world.storage.failNext('claimJobs', 2);
    const server = world.another({ delivery: 'background' });
    await world.clock.advance(5 * second);
    assert.equal(world.mailer.mails.length, 0);
    await world.clock.advance(5 * second);
    assert.equal(world.mailer.mails.length, 1);
    assert.equal(world.eventsOf('storage_fault').length, 2);
    await server.close();
  });

  test('close gives back what it holds, and another worker takes it at once', async (parts) => {
    const world = await worldOf(parts);
    world.mailer.failNext('hang');
    await world.pwreset.beginReset({ email: ann });
    const server = world.another({ delivery: 'background' });
    await world.clock.advance(1);
    const closed = server.close();
    await world.clock.advance(5 * second);
    await closed;
    await world.pwreset.idle();
    assert.equal(world.mailer.mails.length, 1);
  });
}
