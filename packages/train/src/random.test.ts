import { expect, test } from 'vitest';
import { permutation, randomOf } from './random.js';

const take = (random: () => number, count: number) => Array.from({ length: count }, random);

test('the same numbers give the same stream, any other number another', () => {
  expect(take(randomOf(7, 1, 2), 4)).toEqual(take(randomOf(7, 1, 2), 4));
  const first = new Set(
    [
      [7, 1, 2],
      [7, 2, 1],
      [8, 1, 2],
      [7, 1],
      [7, 1, 2, 0],
    ].map(([seed, ...rest]) => randomOf(seed as number, ...rest)()),
  );
  expect(first.size).toBe(5);
});

test('draws are uniform: the mean of first draws over 10,000 streams is near one half', () => {
  let sum = 0;
  for (let index = 0; index < 10_000; index++) sum += randomOf(1, index)();
  expect(sum / 10_000).toBeGreaterThan(0.49);
  expect(sum / 10_000).toBeLessThan(0.51);
});

test('a permutation holds each index once', () => {
  const order = permutation(100, randomOf(3));
  expect([...order].sort((a, b) => a - b)).toEqual(
    Array.from({ length: 100 }, (_, index) => index),
  );
  expect([...order.slice(0, 5)]).not.toEqual([0, 1, 2, 3, 4]);
});
