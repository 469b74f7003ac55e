import { probability } from '@calibre/model';
import { expect, test } from 'vitest';
import { randomOf } from '../random.js';
import { boostingDefaults, boostTrees } from './boost-trees.js';

const rowsOf = (rows: readonly (readonly number[])[]) => Float32Array.from(rows.flat());
const repeat = <Item>(count: number, items: readonly Item[]): Item[] =>
  Array.from({ length: count }, () => items).flat();

test('what no single feature tells is learned: exclusive or', () => {
  const cases = [
    [0, 0],
    [0, 1],
    [1, 0],
    [1, 1],
  ];
  const rows = repeat(50, [...cases, [0, 0]]); // one more, or no first split would gain
  const targets = Uint8Array.from(rows, ([a, b]) => Number(a !== b));
  const trees = boostTrees({ features: rowsOf(rows), targets });
  const likely = cases.map((row) => probability(trees, row));
  expect(likely.map((p) => Math.round(p))).toEqual([0, 1, 1, 0]);
  for (const p of likely) expect(Math.min(p, 1 - p)).toBeLessThan(0.02);
});

test('rows that nothing tells apart get the share of those that are right', () => {
  const targets = Uint8Array.from(repeat(100, [1, 1, 1, 0]));
  const trees = boostTrees({ features: new Float32Array(400), targets });
  expect(probability(trees, [0])).toBeCloseTo(0.75, 2);
  const weights = Float32Array.from(targets, (target) => (target === 1 ? 1 : 3));
  const even = boostTrees({ features: new Float32Array(400), targets, weights });
  expect(probability(even, [0])).toBeCloseTo(0.5, 2);
});

test('a leaf holds at least so many rows: 29 are not told apart from 71', () => {
  const values = [...repeat(29, [1]), ...repeat(71, [0])];
  const rows = { features: Float32Array.from(values), targets: Uint8Array.from(values) };
  const splits = (leastRows: number) =>
    boostTrees(rows, { ...boostingDefaults, leastRows }).feature.some((feature) => feature >= 0);
  expect([splits(29), splits(30)]).toEqual([true, false]);
});

test('a tree has no more leaves than asked for', () => {
  const random = randomOf(1);
  const features = Float32Array.from({ length: 3000 }, () => random());
  const targets = Uint8Array.from({ length: 1000 }, () => Number(random() < 0.5));
  const { feature } = boostTrees(
    { features, targets },
    { ...boostingDefaults, trees: 1, leaves: 5 },
  );
  expect(feature.filter((split) => split < 0).length).toBe(5 + 1); // and the prior's
});

test('features that are no whole rows are refused', () => {
  const targets = new Uint8Array(2);
  expect(() => boostTrees({ features: new Float32Array(3), targets })).toThrow(
    /got 3 values for 2/,
  );
});

test('without rows yes is as likely as no', () => {
  const trees = boostTrees({ features: new Float32Array(0), targets: new Uint8Array(0) });
  expect(probability(trees, [])).toBe(0.5);
});
