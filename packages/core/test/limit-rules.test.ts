import { describe, expect, test } from 'vitest';
import { checkLimits } from '../src/commit-check.js';
import { userId } from '../src/ids.js';
import {
  beginByAddress,
  callerLimits,
  codeGuesses,
  loginFailures,
  defaultLimitRules as rules,
  secondFactorByUser,
} from '../src/limit-rules.js';
import { limitNames, settleLimit } from '../src/limits.js';
import { start } from './fixtures.js';

const now = start;
const ip = '203.0.113.7';
const ipv6 = '2001:db8:1:2::7';
const keys = (limits: readonly { readonly key: string }[]): readonly string[] => limits.map(({ key }) => key);
const begin = (who: Partial<Parameters<typeof beginByAddress>[1]> = {}) =>
  beginByAddress(rules, { realm: '', service: 'default', address: 'ann@example.com', ...who }, now);

describe('callerLimits', () => {
  test('a client is counted by its network, an IPv6 one by two', () => {
    expect(callerLimits(rules, { area: 'token', ip, service: null }, now)).toMatchObject([
      { name: 'ip', ...rules.ip, now },
    ]);
    expect(callerLimits(rules, { area: 'token', ip: ipv6, service: null }, now)).toMatchObject([
      { name: 'ip', ...rules.ip },
      { name: 'ip_wide', ...rules.ip_wide },
    ]);
  });

  test('a service is counted first, and alone where no address is to be counted', () => {
    const names = (counted: Parameters<typeof callerLimits>[1]) =>
      callerLimits(rules, counted, now).map(({ name }) => name);
    expect(names({ area: 'token', ip, service: 's' })).toEqual(['service', 'ip']);
    expect(names({ area: 'token', ip: null, service: 's' })).toEqual(['service']);
    expect(names({ area: 'token', ip: null, service: null })).toEqual([]);
  });

  test('passwords, begins and tokens are counted apart', () => {
    const counted = (['password', 'begin', 'token'] as const).flatMap((area) =>
      keys(callerLimits(rules, { area, ip: ipv6, service: 's' }, now)),
    );
    expect(new Set(counted).size).toBe(9);
  });

  test('one subscriber has one bucket, another has another', () => {
    const of = (each: string) => keys(callerLimits(rules, { area: 'token', ip: each, service: null }, now));
    expect(of('2001:db8:1:2:ffff::1')).toEqual(of(ipv6));
    expect(of('::ffff:203.0.113.7')).toEqual(of(ip));
    expect(of('203.0.113.8')).not.toEqual(of(ip));
    expect(of('2001:db8:1:3::7')[0]).not.toBe(of(ipv6)[0]);
    expect(of('2001:db8:1:3::7')[1]).toBe(of(ipv6)[1]);
  });
});

test('begin: by realm, service and address, so that nobody uses up the mails of another', () => {
  const others = [begin({ realm: 'r' }), begin({ service: 's' }), begin({ address: 'eve@example.com' })];
  expect(new Set(keys([begin(), ...others])).size).toBe(4);
  expect(begin()).toMatchObject({ name: 'begin_by_address', ...rules.begin_by_address, now });
});

test('login: by address and network, and by address from everywhere; the network alone is counted nowhere else', () => {
  const of = (who: readonly string[], from: string | null) => loginFailures(rules, who, from, now);
  expect(of(['a'], ip).map(({ name }) => name)).toEqual(['login_by_network', 'login_by_address']);
  expect(of(['a'], null).map(({ name }) => name)).toEqual(['login_by_address']);
  const wide = ['login_by_network', 'login_by_wide_network', 'login_by_address'];
  expect(of(['a'], ipv6).map(({ name }) => name)).toEqual(wide);
  expect(of(['a'], ip)[1]?.key).toBe(of(['a'], ipv6)[2]?.key);
  expect(of(['a'], ip)[0]?.key).not.toBe(of(['a'], ipv6)[0]?.key);
  expect(of(['a'], ip)[0]?.key).not.toBe(of(['b'], ip)[0]?.key);
});

test('codes: by realm and address, the budget of a while first and then the one for life', () => {
  const of = (who: Partial<Parameters<typeof codeGuesses>[1]> = {}) =>
    codeGuesses(rules, { realm: '', address: 'ann@example.com', ...who }, now);
  expect(of()).toEqual([
    { name: 'code_guess_by_address', key: expect.any(String), ...rules.code_guess_by_address, now },
    { name: 'code_failures_by_address', key: expect.any(String), ...rules.code_failures_by_address, now },
  ]);
  for (const place of [0, 1]) {
    const all = [of(), of({ realm: 'r' }), of({ address: 'eve@example.com' })].map((limits) => limits[place]?.key);
    expect(new Set(all).size).toBe(3);
  }
});

test('wrong codes in a row: 100 for life, however far the clock goes (NIST SP 800-63B-4, section 3.2.2)', () => {
  const lifetimeMs = 100 * 365 * 24 * 3_600_000;
  let arrival: number | null = null;
  const tried = (at: number): boolean => {
    const [, failures] = codeGuesses(rules, { realm: '', address: 'ann@example.com' }, at);
    const settled = settleLimit(arrival, failures);
    if (settled.allowed) arrival = settled.arrival;
    return settled.allowed;
  };
  checkLimits([...codeGuesses(rules, { realm: '', address: 'ann@example.com' }, now + lifetimeMs)]);
  for (let count = 0; count < 100; count += 1) expect(tried(now + count * 300_000)).toBe(true);
  expect(tried(now + 100 * 300_000)).toBe(false);
  expect(tried(now + lifetimeMs / 10)).toBe(false);
  let more = 0;
  for (let each = 1; each <= 100; each += 1) if (tried(now + (each * lifetimeMs) / 100)) more += 1;
  expect(more).toBeLessThanOrEqual(2);
});

test('a second factor: by user', () => {
  const of = (id: string) => secondFactorByUser(rules, userId(id), now);
  expect(of('1')).toMatchObject({ name: 'second_factor_by_user', ...rules.second_factor_by_user, now });
  expect(of('1').key).not.toBe(of('2').key);
});

test('keys differ for each limit and show neither address nor ip nor id', () => {
  const who = 'ann@example.com';
  const all = [
    ...callerLimits(rules, { area: 'token', ip: ipv6, service: who }, now),
    begin({ address: who }),
    ...loginFailures(rules, [who], ipv6, now),
    secondFactorByUser(rules, userId(who), now),
    ...codeGuesses(rules, { realm: '', address: who }, now),
  ];
  expect(all.map(({ name }) => name).toSorted()).toEqual([...limitNames].sort());
  expect(new Set(keys(all)).size).toBe(limitNames.length);
  for (const { name, key } of all) {
    expect(key.startsWith(`${name}:`)).toBe(true);
    expect(key.slice(name.length + 1)).toMatch(/^[0-9a-hjkmnp-tv-z]{40}$/);
  }
});

test('who is counted cannot be shifted from one part to the next', () => {
  expect(begin({ realm: 'a', service: 'b' }).key).not.toBe(begin({ realm: 'a","b', service: '' }).key);
  expect(begin({ realm: 'ab', service: '' }).key).not.toBe(begin({ realm: 'a', service: 'b' }).key);
});
