import { describe, expect, it } from 'vitest';
import { failuresOf, kitOver } from './kit-run.js';

const sound = () => ({});

describe('the storage kit', () => {
  it('finds no fault with a sound storage, in any order of its cases', async () => {
    const cases = kitOver(sound);
    expect(await failuresOf(cases)).toEqual([]);
    expect(await failuresOf(cases.toReversed())).toEqual([]);
  });

  it('finds no fault with a sound storage when all its cases run at once', async () => {
    const results = await Promise.allSettled(kitOver(sound).map(({ run }) => run()));
    expect(results.filter(({ status }) => status === 'rejected')).toEqual([]);
  });

  it('gives each case a name of its own', () => {
    const names = kitOver(sound).map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  it('has a case for each clause of the contract of commit', () => {
    const names = kitOver(sound).map(({ name }) => name);
    for (const clause of [1, 2, 3, 4, 5, 6, 7, 8]) {
      expect(names.filter((name) => name.includes(`: clause ${clause}: `)).length, `clause ${clause}`).toBeGreaterThan(
        0,
      );
    }
  });

  it('disposes of every storage that it asked for, after a failure too', async () => {
    let made = 0;
    let disposed = 0;
    const cases = kitOver(() => {
      made += 1;
      return {
        storage: { findUserById: () => Promise.reject(new Error('broken')) },
        dispose: async () => {
          disposed += 1;
        },
      };
    });
    expect((await failuresOf(cases)).length).toBeGreaterThan(10);
    expect(made).toBe(cases.length);
    expect(disposed).toBe(made);
  });
});
