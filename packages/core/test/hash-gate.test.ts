import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Overloaded } from '../src/errors.js';
import { defaultHashGate, hashGate } from '../src/hash-gate.js';
import { settled } from './fixtures.js';

/** Work that goes on until it is told to end. */
function works() {
  const open: Array<{ readonly name: string; readonly end: (error?: Error) => void }> = [];
  return {
    open,
    named: (name: string) => () =>
      new Promise<string>((resolve, reject) => {
        open.push({ name, end: (error) => (error === undefined ? resolve(name) : reject(error)) });
      }),
  };
}

describe('hashGate', () => {
  test('runs as many at once as it may, and hands a place on in the order of arrival', async () => {
    const gate = hashGate({ concurrent: 2, queued: 3, retryAfterMs: 1 });
    const { open, named } = works();
    const results = ['a', 'b', 'c', 'd'].map((name) => gate(named(name)));
    await settled();
    expect(open.map(({ name }) => name)).toEqual(['a', 'b']);
    open[1]?.end();
    await settled();
    expect(open.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
    open[0]?.end();
    await settled();
    for (const { end } of open) end();
    expect(await Promise.all(results)).toEqual(['a', 'b', 'c', 'd']);
  });

  test('refuses what the queue does not hold, at once and with a time', async () => {
    const gate = hashGate({ concurrent: 1, queued: 1, retryAfterMs: 1_234 });
    const { open, named } = works();
    const taken = [gate(named('a')), gate(named('b'))];
    await expect(gate(named('c'))).rejects.toThrow(Overloaded);
    await expect(gate(named('c'))).rejects.toMatchObject({ code: 'overloaded', retryAfterMs: 1_234 });
    open[0]?.end();
    await settled();
    const later = gate(named('d'));
    open[1]?.end();
    await settled();
    open[2]?.end();
    expect(await Promise.all([...taken, later])).toEqual(['a', 'b', 'd']);
  });

  test('no queue: whoever comes too early is refused', async () => {
    const gate = hashGate({ concurrent: 1, queued: 0, retryAfterMs: 1 });
    const { open, named } = works();
    const first = gate(named('a'));
    await expect(gate(named('b'))).rejects.toThrow(Overloaded);
    open[0]?.end();
    await first;
    await expect(gate(async () => 'c')).resolves.toBe('c');
  });

  test('errors, thrown or rejected, give the place back', async () => {
    const gate = hashGate({ concurrent: 1, queued: 2, retryAfterMs: 1 });
    const { open, named } = works();
    const failing = gate(named('a'));
    const throwing = gate(() => {
      throw new Error('thrown');
    });
    const last = gate(async () => 'c');
    open[0]?.end(new Error('rejected'));
    await expect(failing).rejects.toThrow('rejected');
    await expect(throwing).rejects.toThrow('thrown');
    expect(await last).toBe('c');
    expect(await gate(async () => 'd')).toBe('d');
  });

  test('whatever comes and goes, never more at once, and every one that was let in runs', async () => {
    const event = fc.constantFrom('arrive' as const, 'end' as const, 'fail' as const);
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 4 }),
        fc.nat(4),
        fc.array(event),
        async (concurrent, queued, events) => {
          const gate = hashGate({ concurrent, queued, retryAfterMs: 1 });
          const { open, named } = works();
          const results: Promise<string>[] = [];
          let [ended, refused] = [0, 0];
          for (const each of events) {
            if (each === 'arrive') {
              results.push(
                gate(named('x')).catch((error: unknown) => {
                  if (error instanceof Overloaded) refused += 1;
                  return 'refused';
                }),
              );
            } else if (ended < open.length) {
              open[ended]?.end(each === 'fail' ? new Error('x') : undefined);
              ended += 1;
            }
            await settled();
            expect(open.length - ended).toBeLessThanOrEqual(concurrent);
            expect(results.length - refused - ended).toBeLessThanOrEqual(concurrent + queued);
          }
          for (; ended < open.length; ended += 1) {
            open[ended]?.end();
            await settled();
          }
          await Promise.all(results);
          expect(open.length + refused).toBe(results.length);
        },
      ),
      { numRuns: 60 },
    );
  });

  test.each([
    { concurrent: 0 },
    { concurrent: -1 },
    { concurrent: 1.5 },
    { concurrent: Number.NaN },
    { concurrent: Number.POSITIVE_INFINITY },
    { queued: -1 },
    { queued: Number.NaN },
    { queued: Number.POSITIVE_INFINITY },
    { retryAfterMs: 0 },
    { retryAfterMs: Number.NaN },
  ])('%j is a TypeError', (given) => {
    expect(() => hashGate({ ...defaultHashGate, ...given })).toThrow(TypeError);
  });
});
