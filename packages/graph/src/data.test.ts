import { expect, test } from 'vitest';
import { halfBits } from './data.js';

test.each([
  [1, 0x3c00],
  [-2, 0xc000],
  [65504, 0x7bff],
  [65520, 0x7c00], // rounds to infinity
  [2 ** -24, 0x0001], // the smallest subnormal
  [2 ** -14, 0x0400], // the smallest normal
  [1 + 2 ** -11, 0x3c00], // a tie, to even
  [1 + 3 * 2 ** -11, 0x3c02], // a tie, to even
  [0, 0x0000],
])('%d in half precision has the bits %d', (value, bits) => {
  expect(halfBits(value)).toBe(bits);
});
