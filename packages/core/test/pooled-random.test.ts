import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pooledRandom } from '../src/pooled-random.js';

/** Counts upwards, so that a byte that is given twice, or left out, shows. */
function counting() {
  let next = 0;
  const asked: number[] = [];
  const bytes = (length: number): Uint8Array => {
    asked.push(length);
    return Uint8Array.from({ length }, () => {
      next += 1;
      return next % 251;
    });
  };
  return { asked, bytes };
}

test('gives as many bytes as are asked for, and none of them twice', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(300), { maxLength: 60 }), (lengths) => {
      const random = pooledRandom(counting());
      const given = lengths.flatMap((length) => {
        const bytes = random.bytes(length);
        expect(bytes).toHaveLength(length);
        return [...bytes];
      });
      // 251 is prime to the size of the pool: what comes next is one more, but for what a full pool left over.
      const jumps = given.slice(1).filter((byte, place) => byte !== ((given[place] ?? 0) + 1) % 251);
      expect(jumps.length).toBeLessThanOrEqual(Math.ceil(given.length / (4096 - 300)));
    }),
  );
});

test('what was given cannot be changed or read again through the pool', () => {
  const random = pooledRandom(counting());
  const first = random.bytes(16);
  const copy = Uint8Array.from(first);
  random.bytes(16);
  expect(first).toEqual(copy);
});

test('many small questions are one for the source, and a large one is its own', () => {
  const source = counting();
  const random = pooledRandom(source);
  for (let n = 0; n < 100; n += 1) random.bytes(20);
  expect(source.asked).toEqual([4096]);
  expect(random.bytes(5000)).toHaveLength(5000);
  expect(source.asked).toEqual([4096, 5000]);
});
