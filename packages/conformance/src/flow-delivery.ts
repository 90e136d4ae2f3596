import assert from 'node:assert/strict';
import { type ClaimedJob, type DirectoryPwreset, finishJob, holdJob, jobId } from '@pwreset/core';
import { ann, day, type FlowTest, hour, minute, newPassword, second, tokenIn, worldOf } from './flow-world.js';

export function testDelivery(test: FlowTest): void {
  test('P5: a mail that fails is tried again, later each time, with the same id and the same link', async (parts) => {
    const world = await worldOf(parts);
    world.mailer.failNext(new Error('the relay is down'), 3);
    await world.pwreset.beginReset({ email: ann });
    await world.pwreset.idle();
    for (const waitMs of [7 * second, 13 * second, 26 * second]) {
      assert.equal(world.mailer.mails.length, 0);
      await world.clock.advance(waitMs);
      await world.pwreset.idle();
    }
    assert.equal(world.mailer.mails.length, 1);
    const retries = world.eventsOf('job_retried');
    assert.deepEqual(
      retries.map((event) => event.attempt),
      [1, 2, 3],
    );
    const waits = retries.map((event) => event.dueAt - event.at);
    assert.ok(
      waits.every((wait, n) => wait >= 5 * second * 2 ** n && wait <= 6.25 * second * 2 ** n),
      String(waits),
    );
    assert.equal(retries[0]?.fault.message, 'the relay is down');
    const sent = world.eventsOf('mail_sent')[0];
    assert.equal(sent?.messageId, world.mailer.mails[0]?.messageId);
    assert.match(sent?.messageId ?? '', /^[0-9a-f-]{36}@acme\.example$/);
  });

  test('P5: a reset mail is given up when its link is dead, a notice after its 7 days, with an event', async (parts) => {
    const world = await worldOf(parts);
    const token = await world.resetToken();
    world.mailer.failNext(new Error('down'), 1_000_000);
    await world.pwreset.confirmReset({ token, password: newPassword });
    await world.clock.advance(10 * minute);
    await world.pwreset.beginReset({ email: ann });
    for (let hours = 0; hours < 8 * 24; hours += 1) {
      await world.pwreset.idle();
      await world.clock.advance(hour);
    }
    await world.pwreset.idle();
    assert.deepEqual(
      world.eventsOf('job_dead').map((event) => [event.kind, event.reason]),
      [
        ['mail', 'expired'],
        ['notice', 'expired'],
      ],
    );
    const dead = await world.storage.listJobs({ state: 'dead', limit: 10 });
    assert.deepEqual(
      dead.map((job) => job.address),
      [null, null],
    );
    assert.deepEqual(await world.storage.listJobs({ state: 'pending', limit: 10 }), []);
  });

  test('P5: what a worker held when it died is taken by another once its lease is over', async (parts) => {
    const world = await worldOf(parts);
    await world.pwreset.beginReset({ email: ann });
    const claim = { now: world.clock.now(), leaseMs: minute, limit: 10 };
    assert.equal((await world.storage.claimJobs(claim)).length, 1);
    await world.pwreset.idle();
    assert.equal(world.mailer.mails.length, 0);
    await world.clock.advance(minute);
    await world.pwreset.idle();
    assert.equal(world.mailer.mails.length, 1);
  });

  test('P5: a notice whose secret was dropped is sent without its link', async (parts) => {
    const world = await worldOf(parts);
    await world.pwreset.updatePassword({ userId: world.ann.id, password: 'the old password', newPassword });
    await world.another({ secret: 'a fresh secret, after a compromise of the old one' }).idle();
    const notice = world.mailer.lastMail(ann);
    assert.ok(notice.kind === 'update_notice' && notice.url === null);
  });

  test('P5: a worker that lost its job changes nothing', async (parts) => {
    const world = await worldOf(parts);
    let late: (() => void) | undefined;
    const slow = world.another({
      mailer: {
        send: () =>
          new Promise((resolve) => {
            late = resolve;
          }),
      },
      delivery: { mode: 'manual', leaseMs: minute, timeoutMs: hour, concurrent: 1 },
    });
    await world.pwreset.beginReset({ email: ann });
    const pass = slow.deliver();
    await world.clock.advance(1);
    world.storage.failNext('commit', 2);
    await world.clock.advance(minute);
    assert.equal(world.eventsOf('storage_fault').length, 2);
    await world.another().deliver();
    assert.equal(world.mailer.mails.length, 1);
    late?.();
    await pass;
    assert.deepEqual(
      world.eventsOf('job_lost').map((event) => event.attempt),
      [1],
    );
    assert.deepEqual(await world.storage.listJobs({ state: 'pending', limit: 10 }), []);
  });

  test('P5: several workers at once deliver each mail once', async (parts) => {
    const world = await worldOf(parts);
    const emails = Array.from({ length: 12 }, (_, n) => `user${n}@example.com`);
    for (const email of emails) {
      await world.pwreset.users.create({ email, password: newPassword });
      await world.pwreset.beginReset({ email });
    }
    const workers: readonly DirectoryPwreset[] = [world.pwreset, world.another(), world.another()];
    await Promise.all(workers.map((worker) => worker.idle()));
    assert.deepEqual(world.mailer.mails.map((mail) => mail.to).sort(), emails.sort());
  });

  test('P5: a commit whose answer is lost in the middle of a delivery loses no mail', async (parts) => {
    const world = await worldOf(parts);
    await world.pwreset.beginReset({ email: ann });
    world.storage.loseNextAnswer();
    await world.pwreset.idle();
    assert.equal(world.mailer.mails.length, 1);
  });

  test('P5: a mail that was sent is not sent again because storage failed afterwards', async (parts) => {
    const world = await worldOf(parts);
    await world.pwreset.beginReset({ email: ann });
    await world.pwreset.deliver();
    await world.clock.advance(10 * minute);
    await world.pwreset.beginReset({ email: ann });
    const claimed: readonly ClaimedJob[] = await world.storage.claimJobs({
      now: world.clock.now(),
      leaseMs: 1,
      limit: 1,
    });
    assert.equal(claimed.length, 1);
    const [job] = claimed;
    assert.ok(job);
    const stale = [holdJob(job.id, job.attempt + 1), finishJob(job.id, world.clock.now())];
    assert.deepEqual(await world.storage.commit(stale), { outcome: 'guard_failed', guard: 0 });
    assert.deepEqual(await world.storage.commit([holdJob(jobId('none'), 1)]), { outcome: 'guard_failed', guard: 0 });
  });

  test('sessions that cannot be ended are tried again', async (parts) => {
    let failures = 2;
    const ended: number[] = [];
    const world = await worldOf(parts, {
      sessions: {
        endAll: async (_, { startedBefore }) => {
          if (failures-- > 0) throw new Error('the session store is down');
          ended.push(startedBefore);
        },
      },
    });
    const at = world.clock.now();
    await world.pwreset.updatePassword({ userId: world.ann.id, password: 'the old password', newPassword });
    for (let count = 0; count < 3; count += 1) {
      await world.pwreset.idle();
      await world.clock.advance(minute);
    }
    assert.deepEqual(ended, [at]);
  });

  test('a listener that throws changes nothing', async (parts) => {
    const world = await worldOf(parts, {
      onEvent: () => {
        throw new Error('a careless listener');
      },
    });
    await world.pwreset.confirmReset({ token: await world.resetToken(), password: newPassword });
    await world.pwreset.idle();
    await world.pwreset.revoke({ token: tokenIn(world.mailer.lastLink(ann)) });
  });

  test('purge deletes what ended long ago and nothing that is live', async (parts) => {
    const world = await worldOf(parts);
    await world.resetToken();
    await world.clock.advance(100 * day);
    const token = await world.resetToken();
    await world.pwreset.beginReset({ email: 'later@example.com' });
    assert.ok((await world.pwreset.purge({ batch: 1 })) > 0);
    assert.equal(await world.pwreset.purge(), 0);
    assert.equal((await world.storage.listJobs({ state: 'pending', limit: 10 })).length, 1);
    await world.pwreset.confirmReset({ token, password: newPassword });
  });
}
