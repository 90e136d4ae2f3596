import { describe } from 'vitest';
import { catches, type Defect, replacing } from './kit-run.js';

const minute = 60_000;

/** A storage that makes something else of the arrival that it keeps. */
const answering = (change: (arrival: number | null) => number | null): Defect =>
  replacing(
    'findArrival',
    ({ storage }) =>
      async (key) =>
        change(await storage.findArrival(key)),
  );

/** A storage that looks under another key. */
const looking = (change: (key: string) => string): Defect =>
  replacing(
    'findArrival',
    ({ storage }) =>
      (key) =>
        storage.findArrival(change(key)),
  );

describe('the storage kit, of arrivals,', () => {
  catches({
    'what is absent is 0': [
      answering((arrival) => arrival ?? 0),
      'storage: arrivals: a limit that was never charged has no arrival',
    ],
    'all limits have one arrival': [
      looking(() => 'other'),
      'storage: arrivals: a limit that was never charged has no arrival',
    ],
    'no arrival goes back': [
      replacing('findArrival', ({ storage }) => {
        let latest = 0;
        return async (key) => {
          const arrival = await storage.findArrival(key);
          latest = Math.max(latest, arrival ?? 0);
          return arrival && latest;
        };
      }),
      'storage: arrivals: the arrival is what the arithmetic of Limit keeps',
    ],
    'the time of the last charge is kept instead': [
      answering((arrival) => arrival && arrival - minute),
      'storage: arrivals: the arrival is what the arithmetic of Limit keeps',
    ],
    'a charge that is refused moves the arrival': [
      ({ storage }) => {
        let refused = 0;
        return {
          storage: {
            async charge(limits) {
              const result = await storage.charge(limits);
              if (result.outcome === 'limited') refused += minute;
              return result;
            },
            async findArrival(key) {
              const arrival = await storage.findArrival(key);
              return arrival && arrival + refused;
            },
          },
        };
      },
      'storage: arrivals: a charge that is refused leaves the arrival',
    ],
    'an arrival is never more than a year ahead': [
      answering((arrival) => arrival && Math.min(arrival, Date.UTC(2027, 2, 29))),
      'storage: arrivals: an arrival a century ahead is kept to the millisecond',
    ],
    'whoever looks is charged': [
      replacing('findArrival', ({ storage }) => async (key) => {
        const arrival = await storage.findArrival(key);
        if (arrival !== null) {
          await storage.charge([{ name: 'ip', key, capacity: 100, refillMs: minute, now: arrival }]);
        }
        return arrival;
      }),
      'storage: arrivals: to look at an arrival charges nothing',
    ],
    'an arrival is remembered': [
      replacing('findArrival', ({ storage }) => {
        const known = new Map<string, number>();
        return async (key) => {
          const arrival = known.get(key) ?? (await storage.findArrival(key));
          if (arrival !== null) known.set(key, arrival);
          return arrival;
        };
      }),
      'storage: arrivals: limits that a list brings have arrivals too, and clearLimit takes one away',
    ],
    'limits of lists are kept elsewhere': [
      ({ storage }) => {
        const changed = (key: string): string => `list:${key}`;
        return {
          storage: {
            commit: (steps, limits = []) =>
              storage.commit(
                steps,
                limits.map((limit) => ({ ...limit, key: changed(limit.key) })),
              ),
          },
        };
      },
      'storage: arrivals: limits that a list brings have arrivals too, and clearLimit takes one away',
    ],
    'a purge leaves limits': [
      replacing('purge', () => async () => 0),
      'storage: arrivals: a limit that was purged has no arrival, and one that counts keeps its own',
    ],
    'a purge takes every limit': [
      replacing(
        'purge',
        ({ storage }) =>
          (before, limit) =>
            storage.purge(before * 2, limit),
      ),
      'storage: arrivals: a limit that was purged has no arrival, and one that counts keeps its own',
    ],
    'keys are looked for without their case': [
      looking((key) => key.toLowerCase()),
      'storage: arrivals: keys are told apart byte for byte',
    ],
    'keys are cut at U+0000': [
      looking((key) => key.split('\0')[0] ?? ''),
      'storage: arrivals: keys are told apart byte for byte',
    ],
    'a key that cannot be stored is an error': [
      looking((key) => {
        if (key.isWellFormed() && !key.includes('\0')) return key;
        throw new TypeError('no such key');
      }),
      'storage: arrivals: keys are told apart byte for byte',
    ],
  });
});
