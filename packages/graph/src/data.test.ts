import { expect, test } from 'vitest';
import { halfBits } from './data.js';

test.each([
  [1, 0x3c00],
  [-2, 0xc000],
  [65504, 0x7bff],
  [-1e9, 0xfbff], // −65 504: too large, but a number
  [Number.NaN, 0x7e00],
  [2 ** -24, 0x0001], // the smallest subnormal
  [2 ** -25, 0x0000], // a tie, to even
  [1.5 * 2 ** -24, 0x0002], // a tie, to even
  [2 ** -14, 0x0400], // the smallest normal
  [1 + 2 ** -11, 0x3c00], // a tie, to even
  [1 + 3 * 2 ** -11, 0x3c02], // a tie, to even
  [1 / 3, 0x3555],
  [0, 0x0000],
  [-0, 0x8000],
])('%d in half precision has the bits %d', (value, bits) => {
  expect(halfBits(value)).toBe(bits);
});
