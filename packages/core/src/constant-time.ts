import { utf8ToBytes } from '@noble/hashes/utils.js';

/** Compares two texts in a time that depends on their lengths only. */
export function equalTexts(one: string, other: string): boolean {
  const left = utf8ToBytes(one);
  const right = utf8ToBytes(other);
  let difference = left.length ^ right.length;
  for (let index = 0; index < left.length; index += 1) difference |= (left[index] ?? 0) ^ (right[index] ?? 0);
  return difference === 0;
}
