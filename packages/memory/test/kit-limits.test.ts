import { type ChargeResult, checkLimits, type Limit, settleLimit } from '@pwreset/core';
import { describe } from 'vitest';
import { catches, type Defect, ignoring, replacing } from './kit-run.js';

/** A storage that changes each limit before it is charged. */
const changingLimits =
  (change: (limit: Limit) => Limit): Defect =>
  ({ storage }) => ({
    storage: {
      charge: (limits) => storage.charge(limits.map(change)),
      commit: (steps, limits = []) => storage.commit(steps, limits.map(change)),
    },
  });

type Settle = (arrivals: Map<string, number>, limit: Limit) => Promise<ReturnType<typeof settleLimit>>;

/** A storage that charges limits by a way of its own. */
const charging =
  (settle: Settle): Defect =>
  () => {
    const arrivals = new Map<string, number>();
    return {
      storage: {
        async charge(limits): Promise<ChargeResult> {
          checkLimits(limits);
          for (const [index, limit] of limits.entries()) {
            const settled = await settle(arrivals, limit);
            if (!settled.allowed) return { outcome: 'limited', limit: index, retryAfterMs: settled.retryAfterMs };
            arrivals.set(limit.key, settled.arrival);
          }
          return { outcome: 'charged' };
        },
      },
    };
  };

describe('the storage kit, of limits,', () => {
  catches({
    'a limit is read, settled and then written': [
      charging(async (arrivals, limit) => {
        const arrival = arrivals.get(limit.key) ?? null;
        await Promise.resolve();
        return settleLimit(arrival, limit);
      }),
      'storage: limits: parallel guesses never pass the limit: of many charges at once exactly the capacity succeeds',
    ],
    'each instance counts for itself': [
      ({ storage }) => {
        let calls = 0;
        const own = (limit: Limit): Limit => ({ ...limit, key: `${limit.key} of instance ${calls % 2}` });
        return {
          storage: {
            charge(limits) {
              calls += 1;
              return storage.charge(limits.map(own));
            },
          },
        };
      },
      'storage: limits: a limit allows its capacity at once and then says exactly when to come back',
    ],
    'all keys of one name share a limit': [
      changingLimits((limit) => ({ ...limit, key: limit.key.includes('\0') ? limit.key : limit.name })),
      'storage: limits: keys are told apart byte for byte',
    ],
    'each name of a key has a limit of its own': [
      changingLimits((limit) => ({ ...limit, key: `${limit.name}:${limit.key}` })),
      'storage: limits: a key is one limit, whatever name, capacity and refill it is charged with',
    ],
    'keys are compared without their case': [
      changingLimits((limit) => ({ ...limit, key: limit.key.toLowerCase() })),
      'storage: limits: keys are told apart byte for byte',
    ],
    'a clock that had jumped ahead locks the bucket': [
      charging(async (arrivals, limit) => {
        const { refillMs, capacity, now } = limit;
        const arrival = Math.max(arrivals.get(limit.key) ?? 0, now) + refillMs;
        if (arrival <= now + capacity * refillMs) return { allowed: true, arrival };
        return { allowed: false, retryAfterMs: arrival - capacity * refillMs - now };
      }),
      'storage: limits: a clock that had jumped ahead locks no bucket',
    ],
    'any arrival in the future counts as absent': [
      charging(async (arrivals, limit) => {
        const arrival = arrivals.get(limit.key) ?? null;
        const window = limit.capacity * limit.refillMs;
        return settleLimit(arrival !== null && arrival > limit.now + window ? null : arrival, limit);
      }),
      'storage: limits: a clock that runs a little ahead makes the limit no looser',
    ],
    'a refusal is charged too': [
      charging(async (arrivals, limit) => {
        const settled = settleLimit(arrivals.get(limit.key) ?? null, limit);
        if (!settled.allowed) arrivals.set(limit.key, (arrivals.get(limit.key) ?? limit.now) + limit.refillMs);
        return settled;
      }),
      'storage: limits: a refusal costs nothing',
    ],
    'the wait is told in whole seconds': [
      replacing('charge', ({ storage }) => async (limits) => {
        const result = await storage.charge(limits);
        if (result.outcome === 'charged') return result;
        return { ...result, retryAfterMs: Math.ceil(result.retryAfterMs / 1000) * 1000 };
      }),
      'storage: limits: a limit allows its capacity at once and then says exactly when to come back',
    ],
    'limits are all charged, and the last that refuses is named': [
      replacing('charge', ({ storage }) => async (limits) => {
        let result: ChargeResult = { outcome: 'charged' };
        for (const [index, limit] of limits.entries()) {
          const one = await storage.charge([limit]);
          if (one.outcome === 'limited') result = { ...one, limit: index };
        }
        return result;
      }),
      'storage: limits: the first that refuses stops: those before it stay charged, those after it are not',
    ],
    'limits are charged only when all allow it': [
      replacing('charge', ({ storage }) => async (limits) => {
        const kept = limits.map(({ key }) => key);
        const result = await storage.charge(limits);
        if (result.outcome === 'limited') {
          for (const key of kept.slice(0, result.limit)) await storage.commit([{ type: 'clearLimit', key }]);
        }
        return result;
      }),
      'storage: limits: the first that refuses stops: those before it stay charged, those after it are not',
    ],
    'a key that is there twice is charged once': [
      replacing(
        'charge',
        ({ storage }) =>
          (limits) =>
            storage.charge([...new Map(limits.map((limit) => [limit.key, limit])).values()]),
      ),
      'storage: limits: one key twice in one call is charged twice',
    ],
    'clearLimit is ignored': [ignoring('clearLimit'), 'storage: limits: clearLimit makes one limit full again'],
    'limits are rolled back with the list': [
      replacing('commit', ({ storage }) => async (steps, limits = []) => {
        const result = await storage.commit(steps);
        if (result.outcome !== 'applied') return result;
        const charged = await storage.charge(limits);
        return charged.outcome === 'charged' ? result : charged;
      }),
      'storage: limits: a charge stays when the list that follows it fails',
    ],
    'a list is applied though a limit refused': [
      replacing('commit', ({ storage }) => async (steps, limits) => {
        const result = await storage.commit(steps, limits);
        if (result.outcome === 'limited') await storage.commit(steps);
        return result;
      }),
      'storage: contract: clause 8: limits are settled first, and one that refuses keeps the list from being applied',
    ],
    'a purge reads which limits are full, and deletes them then': [
      ({ storage }) => {
        const arrivals = new Map<string, number>();
        return {
          storage: {
            async charge(limits) {
              const result = await storage.charge(limits);
              for (const { key, now, refillMs } of limits) arrivals.set(key, now + refillMs);
              return result;
            },
            async purge(before, limit) {
              const full = [...arrivals].filter(([, arrival]) => arrival < before).slice(0, limit);
              await Promise.resolve();
              await storage.commit(full.map(([key]) => ({ type: 'clearLimit', key })));
              return storage.purge(before, limit);
            },
          },
        };
      },
      'storage: limits: a charge that races a purge of its bucket, full until then, is not lost',
    ],
    'limits are taken beside guards': [
      replacing('commit', ({ storage }) => async (steps, limits = []) => {
        const charged = await storage.charge(limits);
        return charged.outcome === 'charged' ? storage.commit(steps) : charged;
      }),
      'storage: contract: clause 8: limits beside guards are a TypeError and stay uncharged',
    ],
  });
});
