import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { callOf, charge, clientOf } from '../src/call.js';
import { TooManyRequests } from '../src/errors.js';
import { realm, serviceId } from '../src/ids.js';
import { beginByAddress, defaultLimitRules } from '../src/limit-rules.js';
import type { Limit } from '../src/limits.js';
import { anyText, contextOf, start, stubStorage } from './fixtures.js';

const userAgentOf = (userAgent: string): string | null => clientOf({ userAgent }).userAgent;

describe('clientOf', () => {
  test.each([
    ['Mozilla/5.0 (X11; Linux x86_64)', 'Mozilla/5.0 (X11; Linux x86_64)'],
    ['curl/8\r\nSet-Cookie: a=b', 'curl/8 Set-Cookie: a=b'],
    ['a\0b\u001b[31mc\u007fd\u0085e', 'a b [31mc d e'],
    ['a\u2028b\u2029c', 'a b c'],
    ['safe\u202egpj.exe\u2066\u200f', 'safe gpj.exe'],
    ['\ufeffa\u200bb\u00adc', 'a b c'],
    ['a\ud800b', 'a\ufffdb'],
    ['  a  ', 'a'],
    ['\r\n\u202e', null],
    ['', null],
    ['<script>alert(1)</script>', '<script>alert(1)</script>'],
  ])('%j is kept as %j', (given, kept) => {
    expect(userAgentOf(given)).toBe(kept);
  });

  test('no more than 300 characters of a user agent and 64 of an ip', () => {
    expect(userAgentOf('x'.repeat(301))).toBe('x'.repeat(300));
    expect(clientOf({ ip: '1'.repeat(65) }).ip).toBe('1'.repeat(64));
    expect(userAgentOf(`${'x'.repeat(299)}😀`)).toBe(`${'x'.repeat(299)}\ufffd`);
  });

  test('one line, bounded and well-formed, whatever comes', () => {
    fc.assert(
      fc.property(anyText({ maxLength: 700 }), (text) => {
        const kept = userAgentOf(text) ?? 'x';
        expect(kept).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
        expect(kept.length).toBeGreaterThan(0);
        expect(kept.length).toBeLessThanOrEqual(300);
        expect(kept.isWellFormed()).toBe(true);
      }),
    );
  });

  test('what is no text is nothing', () => {
    const wrong: readonly Parameters<typeof clientOf>[0][] = JSON.parse('[{"ip":1,"userAgent":["a"]},{"ip":null},{}]');
    for (const client of [...wrong, undefined]) expect(clientOf(client)).toEqual({ ip: null, userAgent: null });
  });
});

describe('callOf', () => {
  const client = { ip: '203.0.113.7', userAgent: 'curl' };
  const names = (limits: readonly Limit[]): readonly string[] => limits.map(({ name }) => name);

  test('the configured service, the default realm, the time of the clock', () => {
    expect(callOf(contextOf(), 'login', { client })).toMatchObject({
      flow: 'login',
      serviceId: 'default',
      realm: '',
      client,
      startedAt: start,
      countedIp: client.ip,
    });
    const given = { service: serviceId('s'), realm: realm('r') };
    expect(callOf(contextOf(), 'login', given)).toMatchObject({
      serviceId: 's',
      realm: 'r',
      countedIp: null,
      limits: [],
    });
  });

  test('whom the limits count is said by the caller', () => {
    const of = (limitBy?: 'client' | 'service' | 'service_and_client') =>
      callOf(contextOf(), 'login', { client, limitBy });
    expect(names(of().limits)).toEqual(['ip']);
    expect(names(of('client').limits)).toEqual(['ip']);
    expect(names(of('service').limits)).toEqual(['service']);
    expect(names(of('service_and_client').limits)).toEqual(['service', 'ip']);
    expect(of('service')).toMatchObject({ countedIp: null, client });
  });

  test('without any service it is a TypeError', () => {
    const context = contextOf();
    const services = { ...context.services, defaultId: null };
    expect(() => callOf({ ...context, services }, 'login', {})).toThrow(TypeError);
  });
});

describe('charge', () => {
  const further = beginByAddress(defaultLimitRules, { realm: '', service: 's', address: 'a' }, start);
  const client = { ip: '203.0.113.7', userAgent: null };

  test("charges the caller's limits first, and nothing where there is none", async () => {
    const charges: string[][] = [];
    const storage = stubStorage({
      charge: async (limits) => {
        charges.push(limits.map(({ name }) => name));
        return { outcome: 'charged' };
      },
    });
    const context = contextOf({ storage });
    await charge(context, callOf(context, 'login', { client }), [further]);
    await charge(context, callOf(context, 'login', {}));
    expect(charges).toEqual([['ip', 'begin_by_address']]);
  });

  test('a refusal says when to come back, and an event which limit it was', async () => {
    const storage = stubStorage({ charge: async () => ({ outcome: 'limited', limit: 1, retryAfterMs: 77 }) });
    const context = contextOf({ storage });
    const refused = charge(context, callOf(context, 'login', { client }), [further]);
    await expect(refused).rejects.toThrow(TooManyRequests);
    await expect(refused).rejects.toMatchObject({ code: 'too_many_requests', retryAfterMs: 77 });
    expect(context.events).toEqual([{ type: 'limit_reached', flow: 'login', limit: 'begin_by_address', client }]);
  });
});
