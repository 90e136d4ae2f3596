import assert from 'node:assert/strict';
import { enqueue, jobId, type Pwreset } from '@pwreset/core';
import { pendingJobs, recipients } from './flow-checks.js';
import { elapse } from './flow-faults.js';
import type { FlowTest } from './flow-parts.js';
import { ann, day, hour, minute, newPassword, oldPassword, second, tokenIn, worldOf } from './flow-world.js';

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
    for (let hours = 0; hours < 8 * 24; hours += 12) {
      await world.pwreset.idle();
      await world.clock.advance(12 * hour);
    }
    await world.pwreset.idle();
    assert.deepEqual(
      world.eventsOf('job_dead').map((event) => [event.kind, event.reason]),
      [
        ['mail', 'expired'],
        ['notice', 'expired'],
      ],
    );
    const dead = (await world.application.jobs()).filter((job) => job.state === 'dead');
    assert.deepEqual(
      dead.map((job) => job.address),
      [null, null],
    );
    assert.deepEqual(await pendingJobs(world), []);
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
    await world.pwreset.updatePassword({ userId: world.ann.id, password: oldPassword, newPassword });
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
    await elapse(world, 1);
    world.storage.failNext('commit', 2);
    await elapse(world, minute);
    assert.equal(world.eventsOf('storage_fault').length, 2);
    await world.another().deliver();
    assert.equal(world.mailer.mails.length, 1);
    late?.();
    await pass;
    assert.deepEqual(
      world.eventsOf('job_lost').map((event) => event.attempt),
      [1],
    );
    assert.deepEqual(await pendingJobs(world), []);
  });

  test('P5: several workers at once deliver each mail once', async (parts) => {
    const world = await worldOf(parts);
    const emails = Array.from({ length: 8 }, (_, n) => `user${n}@example.com`);
    for (const email of emails) {
      await world.addUser(email);
      await world.pwreset.beginReset({ email });
    }
    const workers: readonly Pwreset[] = [world.pwreset, world.another(), world.another()];
    await Promise.all(workers.map((worker) => worker.idle()));
    assert.deepEqual([...recipients(world)].sort(), emails.sort());
  });

  test('P5: a commit whose answer is lost in the middle of a delivery loses no mail', async (parts) => {
    const world = await worldOf(parts);
    await world.pwreset.beginReset({ email: ann });
    world.storage.loseNextAnswer();
    await world.pwreset.idle();
    assert.equal(world.mailer.mails.length, 1);
  });

  for (const [times, sent] of [
    [1, 1],
    [2, 2],
  ] as const) {
    const again = times === 1 ? 'is not sent again' : 'goes again after its lease, with the same id';
    test(`P5: a mail that was sent ${again} when storage fails ${times} times afterwards`, async (parts) => {
      const world = await worldOf(parts);
      let failures = 1;
      const server = world.another({
        mailer: {
          async send(mail, options) {
            await world.mailer.send(mail, options);
            if (failures-- > 0) world.storage.failNext('commit', times);
          },
        },
      });
      await server.beginReset({ email: ann });
      await server.idle();
      assert.equal(world.eventsOf('storage_fault').length, times);
      for (let minutes = 0; minutes < 30; minutes += 2) {
        await world.clock.advance(2 * minute);
        await server.idle();
      }
      assert.equal(world.mailer.mails.length, sent);
      assert.equal(new Set(world.mailer.mails.map((mail) => mail.messageId)).size, 1);
      assert.deepEqual(world.eventsOf('job_retried'), []);
      assert.deepEqual(await pendingJobs(world), []);
    });
  }

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
    await world.pwreset.updatePassword({ userId: world.ann.id, password: oldPassword, newPassword });
    for (let count = 0; count < 3; count += 1) {
      await world.pwreset.idle();
      await world.clock.advance(minute);
    }
    assert.deepEqual(ended, [at + 1]);
  });

  test('what this release cannot read is kept for one that can, until it has expired', async (parts) => {
    const world = await worldOf(parts);
    const now = world.clock.now();
    const base = {
      kind: 'mail',
      uniqueKey: null,
      address: ann,
      createdAt: now,
      dueAt: now,
      expiresAt: now + hour,
    } as const;
    const later = { ...base, id: jobId('of a later release'), payload: '{"kind":"mail","mail":"telegram"}' };
    const broken = { ...base, id: jobId('damaged'), payload: 'not json' };
    await world.storage.commit([enqueue(later), enqueue(broken)]);
    for (let minutes = 0; minutes < 90; minutes += 5) {
      await world.pwreset.idle();
      assert.equal((await pendingJobs(world)).length, minutes < 60 ? 2 : 0, `${minutes} minutes`);
      await world.clock.advance(5 * minute);
    }
    assert.ok(world.eventsOf('job_retried').length > 10);
    const dead = world.eventsOf('job_dead').map((event) => [event.reason, event.at >= base.expiresAt]);
    assert.deepEqual(dead, [
      ['unreadable', true],
      ['unreadable', true],
    ]);
    assert.deepEqual(world.mailer.mails, []);
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
    assert.equal((await pendingJobs(world)).length, 1);
    await world.pwreset.confirmReset({ token, password: newPassword });
  });
}
