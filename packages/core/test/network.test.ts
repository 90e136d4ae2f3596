import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { networksOf } from '../src/network.js';
import { anyText } from './fixtures.js';

describe('networksOf', () => {
  test.each([
    ['203.0.113.7', '203.0.113.7', null],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64', '2001:db8:1::/48'],
    ['2001:DB8:0001:0002::1', '2001:db8:1:2::/64', '2001:db8:1::/48'],
    ['2001:db8::', '2001:db8:0:0::/64', '2001:db8:0::/48'],
    ['::1', '0:0:0:0::/64', '0:0:0::/48'],
    ['::', '0:0:0:0::/64', '0:0:0::/48'],
    ['1::', '1:0:0:0::/64', '1:0:0::/48'],
    ['1:2:3:4:5:6:7::', '1:2:3:4::/64', '1:2:3::/48'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64', 'fe80:0:0::/48'],
    ['fe80::1%25eth0', 'fe80:0:0:0::/64', 'fe80:0:0::/48'],
    ['::ffff:203.0.113.7', '203.0.113.7', null],
    ['::FFFF:cb00:7107', '203.0.113.7', null],
    ['0:0:0:0:0:ffff:203.0.113.7', '203.0.113.7', null],
    ['::ffff:0.0.0.0', '0.0.0.0', null],
    ['::ffff:255.255.255.255', '255.255.255.255', null],
    ['64:ff9b::203.0.113.7', '64:ff9b:0:0::/64', '64:ff9b:0::/48'],
    ['::ffff:1:203.0.113.7', '0:0:0:0::/64', '0:0:0::/48'],
  ])('%s counts as %s and %s', (ip, narrow, wide) => {
    expect(networksOf(ip)).toEqual({ narrow, wide });
  });

  test.each([
    ['192.0.2.1:40000', '192.0.2.1'],
    ['[2001:db8::1]:40000', '2001:db8:0:0::/64'],
    ['[2001:db8::1]', '2001:db8:0:0::/64'],
  ])('the port of %s is no client of its own', (address, narrow) => {
    expect(networksOf(address).narrow).toBe(narrow);
  });

  test.each([
    '',
    'unknown',
    '_hidden',
    ':',
    ':::',
    '1:2:3',
    '1:2:3:4:5:6:7:8:9',
    '1::2::3',
    'g::1',
    '::1:99999',
    '%',
    'a:b',
    '\0:',
    '::ffff:1.2.3.256',
  ])('what is no address counts as itself: %j', (ip) => {
    expect(networksOf(ip)).toEqual({ narrow: ip, wide: null });
  });

  const group = fc.nat(0xffff).map((value) => value.toString(16));
  const groups = (length: number) => fc.array(group, { minLength: length, maxLength: length });

  test('one subscriber is one, neighbours are two', () => {
    fc.assert(
      fc.property(groups(4), groups(4), groups(4), group, (prefix, host, otherHost, other) => {
        fc.pre(prefix.slice(0, 3).some((part) => part !== '0') && other !== prefix[3]);
        const one = networksOf([...prefix, ...host].join(':'));
        expect(networksOf([...prefix, ...otherHost].join(':').toUpperCase())).toEqual(one);
        const neighbour = networksOf([...prefix.slice(0, 3), other, ...host].join(':'));
        expect(neighbour.narrow).not.toBe(one.narrow);
        expect(neighbour.wide).toBe(one.wide);
      }),
    );
  });

  test('an IPv4 address counts the same however it arrives', () => {
    fc.assert(
      fc.property(fc.ipV4(), (ip) => {
        expect(networksOf(`::ffff:${ip}`)).toEqual(networksOf(ip));
      }),
    );
  });

  test('any text has a network', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          anyText(),
          fc.ipV6(),
          fc.ipV6().map((ip) => `${ip}%z`),
        ),
        (ip) => {
          expect(typeof networksOf(ip).narrow).toBe('string');
        },
      ),
    );
  });
});
