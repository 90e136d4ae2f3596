import { expect, test } from 'vitest';
import { median, percentile, sum } from '../src/statistics.js';

const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);

test('a percentile is the value below which that share lies, whatever the order', () => {
  expect(percentile(hundred, 0.99)).toBe(100);
  expect(percentile(hundred, 0.98)).toBe(99);
  expect(percentile(hundred, 0)).toBe(1);
  expect(percentile([7], 0.99)).toBe(7);
  expect(percentile([], 0.5)).toBe(0);
});

test('the median does not see one slice in which the machine was busy elsewhere', () => {
  expect(median([10, 11, 1, 12, 11])).toBe(11);
  expect(sum([1, 2, 3])).toBe(6);
});
