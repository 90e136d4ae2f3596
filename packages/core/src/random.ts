import type { Random } from './ports.js';

/** A number from 0 up to but not including 1, for delays that should not fall together. */
export function randomFraction(random: Random): number {
  const [a = 0, b = 0, c = 0, d = 0] = random.bytes(4);
  return (((a << 24) | (b << 16) | (c << 8) | d) >>> 0) / 2 ** 32;
}
