import { describe, expect, test } from 'vitest';
import { alarm } from '../src/alarm.js';
import { delivery } from '../src/delivery.js';
import { encodeWork } from '../src/jobs.js';
import type { DeliveryOptions } from '../src/options.js';
import type { Storage } from '../src/storage.js';
import { contextOf, job, settled, start, stubClock, stubStorage } from './fixtures.js';

const signal = job({
  kind: 'signal',
  payload: encodeWork({ kind: 'signal', signal: 'end_sessions', userId: 'u', startedBefore: start }),
});

/** An outbox with one job in it, whose work ends when `end` is called. */
function setUp(mode: DeliveryOptions['mode'], claim?: Storage['claimJobs']) {
  const clock = stubClock();
  let [claims, left, running]: [number, number, boolean] = [0, 1, false];
  let end: () => void = () => undefined;
  const storage = stubStorage({
    claimJobs:
      claim ??
      (async () => {
        claims += 1;
        left -= 1;
        return left === 0 ? [signal] : [];
      }),
  });
  const sessions = {
    endAll: async () => {
      running = true;
      await new Promise<void>((resolve) => {
        end = resolve;
      });
      running = false;
    },
  };
  const context = contextOf({ storage, clock, sessions, delivery: { mode } });
  const outbox = delivery(context, [{ kinds: ['signal'], wakeUp: alarm(clock) }]);
  return { outbox, clock, context, state: () => ({ claims, running }), end: () => end() };
}

describe('idle', () => {
  test('waits for work in hand elsewhere without asking the storage over and over', async () => {
    const { outbox, state, end } = setUp('background');
    await settled();
    expect(state().running).toBe(true);
    const idle = outbox.idle().then(() => expect(state().running).toBe(false));
    // Were it asking meanwhile, no other turn would ever come.
    await settled();
    const { claims } = state();
    await settled();
    expect(state()).toEqual({ claims, running: true });
    end();
    await idle;
    await outbox.close();
  });

  test('carries out what is due itself', async () => {
    const { outbox, state, end } = setUp('manual');
    const idle = outbox.idle();
    await settled();
    expect(state().running).toBe(true);
    end();
    await idle;
    expect(state().running).toBe(false);
  });

  test('two that wait for each other both end', async () => {
    const { outbox, end } = setUp('manual');
    const both = Promise.all([outbox.idle(), outbox.idle()]);
    await settled();
    end();
    expect(await both).toEqual([undefined, undefined]);
  });
});

describe('deliver', () => {
  test('counts what it took in hand', async () => {
    const { outbox, end } = setUp('manual');
    const first = outbox.deliver();
    await settled();
    end();
    expect(await first).toBe(1);
    expect(await outbox.deliver()).toBe(0);
  });

  test('takes nothing once its signal aborted or delivery is closed', async () => {
    const { outbox, state } = setUp('manual');
    expect(await outbox.deliver({ signal: AbortSignal.abort() })).toBe(0);
    await outbox.close();
    expect(await outbox.deliver()).toBe(0);
    await outbox.close();
    expect(state().claims).toBe(0);
  });

  test('an error of the storage is the error of whoever asked', async () => {
    const { outbox } = setUp('manual', async () => {
      throw new Error('gone');
    });
    await expect(outbox.deliver()).rejects.toThrow('gone');
    await expect(outbox.idle()).rejects.toThrow('gone');
  });
});

describe('in the background', () => {
  test('looks again after pollMs, also when the storage failed', async () => {
    let claims = 0;
    const { outbox, clock, context } = setUp('background', async () => {
      claims += 1;
      throw new Error('gone: ann@example.com');
    });
    await settled();
    expect(claims).toBe(1);
    expect(clock.waits.map(({ ms }) => ms)).toEqual([5_000]);
    clock.time += 5_000;
    clock.waits[0]?.wake();
    await settled();
    expect(claims).toBe(2);
    expect(context.events[0]).toMatchObject({ type: 'storage_fault', fault: { message: 'gone: a***@***.com' } });
    await outbox.close();
  });

  test('close gives back what is not done after its grace', async () => {
    const { outbox, clock, context } = setUp('background');
    await settled();
    const closed = outbox.close();
    expect(context.events).toEqual([]);
    clock.waits.findLast(({ ms }) => ms === 5_000)?.wake();
    await closed;
    expect(context.events).toMatchObject([{ type: 'job_retried', dueAt: start, fault: { name: 'WorkAborted' } }]);
  });
});
