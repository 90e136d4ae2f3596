import { describe, expect, test } from 'vitest';
import { keyRing } from '../src/secrets.js';

const one = 'the first secret of thirty-two bytes';
const two = 'the other secret of thirty-two bytes';
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

describe('keyRing', () => {
  test.each([
    ['an empty text', ''],
    ['31 bytes of text', 'x'.repeat(31)],
    ['31 bytes', new Uint8Array(31)],
    ['no secret', []],
    ['a short one among good ones', [one, 'short']],
    ['the same one twice', [one, one]],
    ['the same one as text and as bytes', [one, new TextEncoder().encode(one)]],
  ])('%s is a TypeError that shows no secret', (_, secret) => {
    expect(() => keyRing(secret)).toThrow(TypeError);
    expect(() => keyRing(secret)).not.toThrow(/thirty-two|short/);
  });

  test('32 bytes are enough, counted as UTF-8', () => {
    expect(keyRing('x'.repeat(32)).all).toHaveLength(1);
    expect(keyRing('é'.repeat(16)).all).toHaveLength(1);
    expect(keyRing(new Uint8Array(32)).all).toHaveLength(1);
  });

  test('the first derives, all are found by their ids', () => {
    const ring = keyRing([one, two]);
    expect(ring.current).toBe(ring.all[0]);
    expect(ring.all.map(({ id }) => ring.find(id))).toEqual(ring.all);
    expect(keyRing(two).current.id).toBe(ring.all[1]?.id);
    expect(keyRing(two).find(ring.current.id)).toBeNull();
  });

  test('the id is short, stable and says nothing that derives', () => {
    const { current } = keyRing(one);
    expect(current.id).toMatch(/^[0-9a-hjkmnp-tv-z]{12}$/);
    expect(keyRing(one).current.id).toBe(current.id);
    expect(JSON.stringify(current)).toBe(JSON.stringify({ id: current.id }));
  });

  test('uses and secrets are apart', () => {
    const uses = ['reset', 'reset_code', 'revoke', 'fingerprint'] as const;
    const macs = keyRing([one, two]).all.flatMap((key) => uses.map((use) => hex(key.mac(use, 'message'))));
    expect(new Set(macs).size).toBe(8);
    expect(macs.every((mac) => mac.length === 64)).toBe(true);
  });

  test('is HKDF-SHA-256 and HMAC-SHA-256 (RFC 5869, RFC 2104), as another implementation computes them', async () => {
    const ikm = await crypto.subtle.importKey('raw', new TextEncoder().encode(one), 'HKDF', false, ['deriveBits']);
    const info = new TextEncoder().encode('pwreset 1 reset');
    const hkdf = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info };
    const hmac = { name: 'HMAC', hash: 'SHA-256' };
    const subkey = await crypto.subtle.deriveBits(hkdf, ikm, 256);
    const key = await crypto.subtle.importKey('raw', subkey, hmac, false, ['sign']);
    const mac = await crypto.subtle.sign('HMAC', key, new TextEncoder().encode('message'));
    expect(hex(keyRing(one).current.mac('reset', 'message'))).toBe(hex(new Uint8Array(mac)));
  });
});
