import { describe, expect, test, vi } from 'vitest';
import type { PwresetEvent } from '../src/events.js';
import type { PwresetOptions } from '../src/options.js';
import { createPwreset } from '../src/pwreset.js';
import { options, service, settled, start, stubStorage } from './fixtures.js';

const create = (given: Partial<PwresetOptions> = {}) => createPwreset(options(given));

describe('createPwreset refuses what makes no sense', () => {
  test.each<[string, Partial<PwresetOptions>]>([
    ['a short secret', { secret: 'short' }],
    ['no secret', { secret: [] }],
    [
      'a link that is not https',
      { service: { ...service, links: { ...service.links, reset: 'http://a.example/?t={{token}}' } } },
    ],
    ['a service that is not https', { service: { ...service, url: 'http://acme.example' } }],
    ['a link that lives too long', { resetLifetimeMs: 86_400_001 }],
    ['a limit that allows nothing', { limits: { ip: { capacity: 0, refillMs: 1 } } }],
    ['a gate that lets nobody in', { hashing: { concurrent: 0 } }],
    ['a gate without a number', { hashing: { concurrent: Number.NaN } }],
    ['a delivery that waits for nothing', { delivery: { pollMs: 0 } }],
  ])('%s', (_, given) => {
    expect(() => create(given)).toThrow(TypeError);
  });

  test('neither a service nor a Directory', () => {
    const { service: _, ...rest } = options();
    expect(() => createPwreset(rest)).toThrow(TypeError);
  });

  test('and takes http for links only under the name that says what it is', () => {
    const links = { ...service.links, reset: 'http://a.example/?t={{token}}' };
    expect(() => create({ service: { ...service, links }, allowInsecureLinks: true })).not.toThrow();
  });
});

test('keys and services are there only where the storage keeps them', () => {
  expect(Object.keys(create())).not.toContain('keys');
  expect(Object.keys(create().users)).not.toContain('create');
});

describe('a listener', () => {
  test('hears of everything, with the time', async () => {
    const events: PwresetEvent[] = [];
    await create({ onEvent: (event) => events.push(event) }).beginReset({ email: 'ann@example.com' });
    expect(events).toEqual([
      { type: 'reset_requested', at: start, serviceId: 'default', client: { ip: null, userAgent: null } },
    ]);
  });

  test('that throws or rejects changes nothing and ends no process', async () => {
    const unhandled = vi.fn();
    process.on('unhandledRejection', unhandled);
    try {
      const throwing = () => {
        throw new Error('listener');
      };
      await create({ onEvent: throwing }).beginReset({ email: 'ann@example.com' });
      await create({ onEvent: async () => throwing() }).beginReset({ email: 'ann@example.com' });
      await settled();
      expect(unhandled).not.toHaveBeenCalled();
    } finally {
      process.off('unhandledRejection', unhandled);
    }
  });
});

describe('purge', () => {
  const day = 86_400_000;

  test('deletes in steps until nothing is left, and counts', async () => {
    const asked: number[][] = [];
    const counts = [1_000, 1_000, 3, 0];
    const storage = stubStorage({
      purge: async (before, limit) => {
        asked.push([before, limit]);
        return counts[asked.length - 1] ?? 0;
      },
    });
    expect(await create({ storage }).purge()).toBe(2_003);
    expect(asked).toEqual(Array(4).fill([start - 90 * day, 1_000]));
    asked.length = 0;
    await create({ storage }).purge({ olderThanMs: day, batch: 7 });
    expect(asked[0]).toEqual([start - day, 7]);
  });

  test.each([{ olderThanMs: -1 }, { olderThanMs: Number.NaN }, { batch: 0 }, { batch: Number.NaN }])(
    'never deletes what is alive: %j is a TypeError',
    async (given) => {
      const purge = vi.fn(async () => 0);
      await expect(create({ storage: stubStorage({ purge }) }).purge(given)).rejects.toThrow(TypeError);
      expect(purge).not.toHaveBeenCalled();
    },
  );
});
