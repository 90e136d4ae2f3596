import type { Random } from './ports.js';

const poolBytes = 4096;

/**
 * Asks `source` for many bytes at a time, since each question costs a platform more than the bytes do. What was given is
 * wiped from the pool.
 */
export function pooledRandom(source: Random): Random {
  let pool = new Uint8Array(0);
  let next = 0;
  return {
    bytes(length) {
      if (length > poolBytes) return source.bytes(length);
      if (next + length > pool.length) {
        pool = Uint8Array.from(source.bytes(poolBytes));
        next = 0;
      }
      const given = pool.slice(next, next + length);
      pool.fill(0, next, next + length);
      next += length;
      return given;
    },
  };
}
