import { expect, test } from 'vitest';
import { broadcast, canonical, type Dim, evaluate, minus, multiply, plus } from './dims.js';

test('equal dimensions have one spelling', () => {
  expect(canonical('T*B')).toBe('B*T');
  expect(canonical('W * W + 1 - 2*W*W')).toBe('-W*W+1');
  expect(canonical('B-B+3')).toBe(3);
  expect(canonical('2*B*3')).toBe('6*B');
});

test('sums and products are polynomials', () => {
  expect(multiply(['B', 'T', 12])).toBe('12*B*T');
  expect(multiply(['W+1', 'W-1'])).toBe('W*W-1');
  expect(plus('T', 'T-1')).toBe('2*T-1');
  expect(minus('T', 'T')).toBe(0);
  expect(multiply([])).toBe(1);
});

test('arithmetic of dimensions is that of their values', () => {
  const dims: Dim[] = [0, 3, 'B', '12*B*T', 'W*W+1', 'T-1', '2*B*B+3*T-W'];
  const value = (dim: Dim) =>
    evaluate(
      dim,
      new Map([
        ['B', 2],
        ['T', 7],
        ['W', 5],
      ]),
    );
  for (const a of dims)
    for (const b of dims) {
      expect(value(multiply([a, b]))).toBeCloseTo(value(a) * value(b), 9);
      expect(value(minus(a, b))).toBe(value(a) - value(b));
      expect(minus(plus(a, b), b)).toBe(canonical(a));
    }
});

test('a dimension is evaluated with the values of its symbols', () => {
  const bindings = new Map([['W', 5]]);
  expect(evaluate('W*W+2*W-1', bindings)).toBe(34);
  expect(() => evaluate('B*W', bindings)).toThrow(
    'dimension B*W: B has no value; feed an input that has it alone',
  );
});

test('what is no dimension is refused', () => {
  expect(() => canonical('B/2')).toThrow(
    'dimension: expected symbols and integers joined by * + -, got "B/2"',
  );
});

test('broadcasting follows numpy from the last axis', () => {
  expect(broadcast(['B', 1, 4], ['T', 1])).toEqual(['B', 'T', 4]);
  expect(broadcast(['B', 3], ['T', 3])).toBeUndefined();
});
