import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bestDisjoint } from './select.js';

const weight = (span: { weight: number }) => span.weight;

test('two disjoint spans beat a longer one that weighs less than both together', () => {
  const [a, long, b] = [
    { start: 0, end: 2, weight: 0.5 },
    { start: 1, end: 4, weight: 0.9 },
    { start: 2, end: 5, weight: 0.6 },
  ] as const;
  expect(bestDisjoint([long, b, a], { weight })).toEqual([a, b]);
});

test('one span beats two that weigh less together', () => {
  const long = { start: 0, end: 4, weight: 0.9 };
  const parts = [
    { start: 0, end: 2, weight: 0.4 },
    { start: 2, end: 4, weight: 0.4 },
  ];
  expect(bestDisjoint([...parts, long], { weight })).toEqual([long]);
});

test('a span of weight 0 that overlaps no other stays', () => {
  const spans = [
    { start: 0, end: 1, weight: 1 },
    { start: 1, end: 2, weight: 0 },
  ];
  expect(bestDisjoint(spans, { weight })).toEqual(spans);
});

test('no spans give none', () => expect(bestDisjoint([], { weight })).toEqual([]));

test('no other disjoint set weighs more', () => {
  const span = fc
    .tuple(fc.nat(12), fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 9 }))
    .map(([start, length, weight]) => ({ start, end: start + length, weight }));
  fc.assert(
    fc.property(fc.array(span, { maxLength: 9 }), (spans) => {
      const total = (some: typeof spans) => some.reduce((sum, s) => sum + s.weight, 0);
      const disjoint = (some: typeof spans) =>
        some.every((a, i) => some.every((b, j) => i >= j || a.end <= b.start || b.end <= a.start));
      let most = 0;
      for (let subset = 0; subset < 1 << spans.length; subset++) {
        const some = spans.filter((_, i) => subset & (1 << i));
        if (disjoint(some)) most = Math.max(most, total(some));
      }
      const best = bestDisjoint(spans, { weight });
      expect(disjoint(best)).toBe(true);
      expect(total(best)).toBe(most);
    }),
  );
});
