import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { clientAddress } from '../src/index.js';

const trusted = ['loopback', '10.0.0.0/8', '2001:db8:f::/48'];
const behind = (forwarded: string | readonly string[], remote: string | null = '127.0.0.1', list = trusted) =>
  clientAddress({ remote, headers: { 'x-forwarded-for': forwarded }, trusted: list });

/** An address of somebody else's. */
const stranger = fc.oneof(
  fc.ipV4().filter((ip) => !/^(?:127|10)\./.test(ip)),
  fc.ipV6().map((ip) => `2a00:${ip.length}::7`),
);
const proxy = fc.constantFrom(
  '127.0.0.1',
  '10.1.2.3',
  '::ffff:10.9.9.9',
  '::1',
  '2001:DB8:F:1::2',
  '[::1]:443',
  '10.0.0.1:80',
);
const anything = fc.oneof(
  fc.string(),
  fc.array(fc.oneof(stranger, proxy, fc.string())).map((list) => list.join(', ')),
);
const canonical = (ip: string) => clientAddress({ remote: ip, headers: {}, trusted: [] });

describe('the client’s address', () => {
  test('is the peer’s, whatever the headers say, where the peer is no trusted proxy', () => {
    fc.assert(
      fc.property(stranger, anything, fc.constantFrom<readonly string[]>([], trusted), (remote, forwarded, list) => {
        expect(clientAddress({ remote, headers: { 'x-forwarded-for': forwarded }, trusted: list })).toBe(
          canonical(remote),
        );
      }),
    );
    fc.assert(
      fc.property(proxy, anything, (remote, forwarded) => {
        expect(clientAddress({ remote, headers: { 'x-forwarded-for': forwarded }, trusted: [] })).toBe(
          canonical(remote),
        );
      }),
    );
  });

  test('does not depend on what stands left of the one whom the last trusted proxy heard', () => {
    fc.assert(
      fc.property(proxy, anything, stranger, fc.array(proxy), (remote, forged, client, proxies) => {
        expect(behind([forged, client, ...proxies].join(', '), remote)).toBe(canonical(client));
        expect(behind([forged, [client, ...proxies].join(',')], remote)).toBe(canonical(client));
      }),
    );
  });

  test('is never what is no address', () => {
    const garbage = fc.string().filter((text) => !/^[\d.:a-f[\]\s,]*$/i.test(text) && !text.includes(','));
    fc.assert(
      fc.property(anything, garbage, fc.array(proxy), (forged, text, proxies) => {
        expect(behind([forged, text, ...proxies].join(', '))).toBe(canonical(proxies[0] ?? '127.0.0.1'));
      }),
    );
  });

  test.each([
    ['198.51.100.7', '198.51.100.7'],
    ['198.51.100.7:4711', '198.51.100.7'],
    ['::FFFF:198.51.100.7', '198.51.100.7'],
    ['[::ffff:198.51.100.7]:1', '198.51.100.7'],
    ['[2001:DB8::7]', '2001:db8::7'],
    ['2001:0db8:0:0::0007', '2001:db8::7'],
    ['\t198.51.100.7 ', '198.51.100.7'],
    ['unknown', '127.0.0.1'],
    ['', '127.0.0.1'],
    ['198.51.100.7,', '127.0.0.1'],
    ['198.51.100.07', '127.0.0.1'],
    ['3325256711', '127.0.0.1'],
    ['0xc6336407', '127.0.0.1'],
    ['198.51.100', '127.0.0.1'],
    ['fe80::1%evil', '127.0.0.1'],
    ['[198.51.100.7]', '127.0.0.1'],
    ['198.51.100.7:123456', '127.0.0.1'],
    ['2001:db8::7:::1', '127.0.0.1'],
    ['198.51.100.7 evil', '127.0.0.1'],
    ['for=198.51.100.7', '127.0.0.1'],
  ])('%j is %s', (forwarded, client) => {
    expect(behind(forwarded)).toBe(client);
  });

  test('is the first proxy’s where all are trusted', () => {
    expect(behind('10.0.0.3, 10.0.0.2')).toBe('10.0.0.3');
  });

  test.each([
    [null, null],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['192.0.2.1:4711', '192.0.2.1'],
    ['fe80::1%eth0', 'fe80::1'],
    ['a socket', 'a socket'],
    ['', ''],
  ])('of the peer %j is %j', (remote, client) => {
    expect(behind('198.51.100.7', remote)).toBe(client);
  });

  test('is read from the header that is named, and from the headers of a Request', () => {
    const headers = new Headers({ 'CF-Connecting-IP': '198.51.100.7', 'X-Forwarded-For': '198.51.100.8' });
    const input = { remote: '127.0.0.1', headers, trusted };
    expect(clientAddress({ ...input, header: 'CF-Connecting-IP' })).toBe('198.51.100.7');
    expect(clientAddress(input)).toBe('198.51.100.8');
    expect(() => clientAddress({ ...input, header: 'Forwarded' })).toThrow(TypeError);
  });
});

describe('a trusted proxy', () => {
  test.each([
    ['127.0.0.9', 'loopback'],
    ['::1', 'loopback'],
    ['169.254.1.1', 'linklocal'],
    ['fe80::1%eth0', 'linklocal'],
    ['172.31.0.1', 'uniquelocal'],
    ['fd00::1', 'uniquelocal'],
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['192.0.2.1', '::ffff:192.0.2.1'],
    ['192.0.2.200', '192.0.2.128/25'],
    ['192.0.2.200', '::ffff:192.0.2.128/121'],
    ['2001:db8::1', '2001:db8::/32'],
  ])('%s is in %s', (remote, entry) => {
    expect(behind('198.51.100.7', remote, [entry])).toBe('198.51.100.7');
  });

  test.each([
    ['172.32.0.1', 'uniquelocal'],
    ['192.0.2.2', '192.0.2.1'],
    ['192.0.2.100', '192.0.2.128/25'],
    ['192.0.2.100', '::ffff:192.0.2.128/121'],
    ['::1', '127.0.0.0/8'],
    ['2001:db9::1', '2001:db8::/32'],
  ])('%s is not in %s', (remote, entry) => {
    expect(behind('198.51.100.7', remote, [entry])).toBe(remote);
  });

  test.each([
    ...[
      '',
      'local',
      'Loopback',
      '10.0.0.0/',
      '10.0.0.0/33',
      '10/8',
      '010.0.0.0/8',
      '10.0.0.0/8/8',
      '10.0.0.0/-1',
      '2001:db8::/129',
    ],
    ...[
      'fe80::%eth0/10',
      '10.0.0.1, 10.0.0.2',
      'proxy.example',
      '10.0.0.0/255.0.0.0',
      '::ffff:10.0.0.0/90',
      '1e1.0.0.0',
    ],
    ...['0.0.0.0/0', '::/0', '::ffff:0.0.0.0/96'],
  ])('cannot be %j', (entry) => {
    expect(() => behind('198.51.100.7', '10.0.0.1', [entry])).toThrow(TypeError);
  });
});
