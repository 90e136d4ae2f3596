import { bytesToHex } from '@noble/hashes/utils.js';
import type { Random } from './ports.js';

/** A version 4 UUID (RFC 9562, section 5.4). */
export function uuid(random: Random): string {
  const bytes = random.bytes(16).map((byte, index) => {
    if (index === 6) return (byte & 0x0f) | 0x40;
    return index === 8 ? (byte & 0x3f) | 0x80 : byte;
  });
  const hex = bytesToHex(bytes);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
