import { expect, test } from 'vitest';
import { LossScale } from './loss-scale.js';

const keep = (scale: LossScale, steps: number): LossScale => {
  for (let step = 0; step < steps; step++) scale.keep();
  return scale;
};

test('it doubles after 2,000 steps without an overflow', () => {
  const scale = keep(new LossScale('float16'), 1999);
  expect(scale.value).toBe(65_536);
  expect(keep(scale, 1).value).toBe(131_072);
  expect(keep(scale, 1_000_000).value).toBe(2 ** 24);
});

test('it halves at an overflow, and counts anew', () => {
  const scale = keep(new LossScale('float16'), 1500);
  expect(scale.halve()).toBe(true);
  expect(keep(scale, 1999).value).toBe(32_768);
  expect(keep(scale, 1).value).toBe(65_536);
  while (scale.halve());
  expect(scale.value).toBe(1);
});

test('a restored scale goes on as the saved one', () => {
  const saved = keep(new LossScale('float16'), 1500);
  saved.halve();
  keep(saved, 700);
  const restored = new LossScale('float16');
  restored.restore(saved.state());
  expect(keep(restored, 1299).value).toBe(32_768);
  expect(keep(restored, 1).value).toBe(65_536);
});

test('in float32 it is 1, always', () => {
  const scale = keep(new LossScale('float32'), 5000);
  expect([scale.value, scale.halve(), [...scale.state()]]).toEqual([1, false, []]);
});
