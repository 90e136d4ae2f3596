import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { systemClock, systemRandom } from '../src/system-clock.js';

const hour = 3_600_000;

describe('systemClock', () => {
  test('is the time of the machine', () => {
    const before = performance.timeOrigin + performance.now();
    expect(Math.abs(systemClock.now() - before)).toBeLessThan(hour);
    expect(Number.isSafeInteger(systemClock.now())).toBe(true);
  });

  test('waits', async () => {
    await expect(systemClock.wait(1, new AbortController().signal)).resolves.toBeUndefined();
    await expect(systemClock.wait(0, new AbortController().signal)).resolves.toBeUndefined();
  });

  test('an abort ends a wait at once, and never by a rejection', async () => {
    const leave = new AbortController();
    const wait = systemClock.wait(hour, leave.signal);
    leave.abort(new Error('reason'));
    await expect(wait).resolves.toBeUndefined();
    await expect(systemClock.wait(hour, leave.signal)).resolves.toBeUndefined();
  });

  test('a time beyond 32 bits is not over at once', async () => {
    const leave = new AbortController();
    const wait = systemClock.wait(2 ** 31, leave.signal).then(() => 'over');
    expect(await Promise.race([wait, systemClock.wait(20, new AbortController().signal)])).toBeUndefined();
    leave.abort();
    expect(await wait).toBe('over');
  });

  test('keeps no process alive that has nothing else to do', () => {
    const clock = new URL('../src/system-clock.ts', import.meta.url).href;
    const script = `const { systemClock } = await import('${clock}');
      void systemClock.wait(${hour}, new AbortController().signal);
      console.log('done');`;
    const output = execFileSync(process.execPath, ['--input-type=module', '--eval', script], { timeout: 20_000 });
    expect(String(output)).toBe('done\n');
  });

  test('many waits on one signal leave no listener behind', async () => {
    const leave = new AbortController();
    let listeners = 0;
    const { signal } = leave;
    const [add, remove] = [signal.addEventListener.bind(signal), signal.removeEventListener.bind(signal)];
    signal.addEventListener = (...given: Parameters<typeof add>) => {
      listeners += 1;
      add(...given);
    };
    signal.removeEventListener = (...given: Parameters<typeof remove>) => {
      listeners -= 1;
      remove(...given);
    };
    await Promise.all(Array.from({ length: 20 }, () => systemClock.wait(1, signal)));
    expect(listeners).toBe(0);
  });
});

test('systemRandom gives as many bytes as are asked for, and not the same ones', () => {
  expect(systemRandom.bytes(0)).toHaveLength(0);
  const [one, other] = [systemRandom.bytes(32), systemRandom.bytes(32)];
  expect(one).toHaveLength(32);
  expect(one).not.toEqual(other);
});
