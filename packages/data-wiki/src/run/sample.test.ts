import { expect, test } from 'vitest';
import { Sampler, sampleKey } from './sample.js';

const keys = Array.from({ length: 1000 }, (_, pageId) =>
  sampleKey(7, { pageId, text: `text of ${pageId}` }),
);

test('keys are spread over [0, 1)', () => {
  const mean = keys.reduce((sum, key) => sum + key, 0) / keys.length;
  expect(Math.min(...keys)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...keys)).toBeLessThan(1);
  expect(Math.abs(mean - 0.5)).toBeLessThan(0.05);
  expect(new Set(keys).size).toBe(1000);
});

test('a key depends on seed, page and text', () => {
  const key = sampleKey(1, { pageId: 2, text: 'a' });
  expect(sampleKey(1, { pageId: 2, text: 'a' })).toBe(key);
  expect(sampleKey(2, { pageId: 2, text: 'a' })).not.toBe(key);
  expect(sampleKey(1, { pageId: 3, text: 'a' })).not.toBe(key);
  expect(sampleKey(1, { pageId: 2, text: 'b' })).not.toBe(key);
});

test('a sampler chooses the smallest keys', () => {
  const sampler = new Sampler(10);
  for (const key of keys) sampler.offer(key);
  const isChosen = sampler.chooser();
  expect(keys.filter(isChosen).sort()).toEqual(
    [...keys]
      .sort((a, b) => a - b)
      .slice(0, 10)
      .sort(),
  );
});

test('of equal keys the first are chosen', () => {
  const sampler = new Sampler(3);
  const offered = [0.5, 0.2, 0.5, 0.5, 0.5];
  for (const key of offered) sampler.offer(key);
  const isChosen = sampler.chooser();
  expect(offered.map(isChosen)).toEqual([true, true, true, false, false]);
});
