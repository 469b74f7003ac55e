import { describe, expect, test } from 'vitest';
import { golden, type Recorded } from '../test/golden.js';
import { compareSystems } from './compare.js';
import { bootstrapTest, permutationTest } from './resampling.js';
import { mcnemar, pairedT, summarizeRuns, wilcoxon } from './significance.js';
import type { Span } from './span.js';

const [recorded] = golden('significance') as [Recorded];

/** A small seeded generator (mulberry32), for tests that must repeat. */
const seeded = (seed: number) => () => {
  seed = (seed + 0x6d2b79f5) | 0;
  let t = Math.imul(seed ^ (seed >>> 15), seed | 1);
  t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
};
const random = seeded(1);

test.each(recorded.pairedPermutationMean.cases as Recorded[])(
  'permutation of means = scipy, case %#',
  ({ a, b, meanDiff, p }: Recorded) => {
    const result = permutationTest(a, b, { random });
    expect(result.difference).toBeCloseTo(meanDiff, 14);
    expect(result.exact).toBe(true);
    expect([result.p, result.pGreater, result.pLess]).toEqual([p['two-sided'], p.greater, p.less]);
  },
);

describe.each(recorded.pairedCorpusF1.cases as Recorded[])(
  'corpus F1 from (correct, predicted, gold), case %#',
  (entry) => {
    // Spans with those counts: `support` gold spans, the first `correct` of them predicted, the rest of the predictions elsewhere.
    const predictions = ([correct, predicted]: number[]): Span[] =>
      Array.from({ length: predicted! }, (_, i) => span(i < correct! ? i : 100 + i));
    const span = (start: number): Span => ({ start, end: start + 1, label: 'X' });
    const gold = entry.a.map(([, , support]: number[]) =>
      Array.from({ length: support! }, (_, i) => span(i)),
    );
    const comparison = () =>
      compareSystems(gold, entry.b.map(predictions), entry.a.map(predictions), { random });

    test('scores, exact p', () => {
      const { before, after, difference, p, pGreater, exact } = comparison();
      expect([after.f1, before.f1]).toEqual(
        [entry.f1A, entry.f1B].map((f1) => expect.closeTo(f1, 14)),
      );
      expect(difference).toBeCloseTo(entry.f1A - entry.f1B, 14);
      expect({ p, pGreater, exact }).toEqual({
        p: entry.p['two-sided'],
        pGreater: entry.p.greater,
        exact: true,
      });
    });
  },
);

test.each(recorded.bootstrapBergKirkpatrick.cases as Recorded[])(
  'bootstrap over all resamples, case %#',
  ({ a, b, p, resamples }: Recorded) => {
    const result = bootstrapTest(a, b, { random });
    expect(result.exact).toBe(true);
    expect(result.differences).toHaveLength(resamples);
    expect(result.p).toBe(p);
  },
);

describe('Monte Carlo, 200 items, 5,000 resamples: within 5 standard deviations over seeds', () => {
  const { a, b, meanDiff, arP, bsP, ci95 } = recorded.monteCarlo;

  test("permutation with sacreBLEU's count of strictly larger differences", () => {
    const { p, difference, exact } = permutationTest(a, b, {
      random: seeded(7),
      resamples: 5000,
      ties: 'skip',
    });
    expect(exact).toBe(false);
    expect(difference).toBeCloseTo(meanDiff, 14);
    expect(Math.abs(p - arP.mean)).toBeLessThan(5 * arP.sd);
  });

  test('bootstrap interval = scipy percentile', () => {
    const { interval, differences, difference } = bootstrapTest(a, b, {
      random: seeded(7),
      resamples: 5000,
    });
    for (const [i, bound] of interval.entries())
      expect(Math.abs(bound - ci95.percentile[i])).toBeLessThan(5 * ci95.sdOfBounds);
    // sacreBLEU's p, from the resampled differences: those whose absolute value, less its mean, is larger
    const absolute = differences.map(Math.abs);
    const centre = absolute.reduce((total, value) => total + value, 0) / absolute.length;
    const p =
      (absolute.filter((value) => value - centre > Math.abs(difference)).length + 1) /
      (absolute.length + 1);
    expect(Math.abs(p - bsP.mean)).toBeLessThan(5 * bsP.sd);
  });

  test('the same seed gives the same result', () =>
    expect(bootstrapTest(a, b, { random: seeded(3), resamples: 50 })).toEqual(
      bootstrapTest(a, b, { random: seeded(3), resamples: 50 }),
    ));
});

test.each(
  (recorded.mcnemar.cases as Recorded[]).filter(
    ({ exactTwoSided }: Recorded) => exactTwoSided !== undefined,
  ),
)('McNemar $b : $c = scipy', ({ b, c, testSignificanceNLP, ...expected }: Recorded) => {
  expect(mcnemar(b, c)).toEqual(
    Object.fromEntries(
      Object.entries(expected).map(([name, value]) => [name, expect.closeTo(value as number, 12)]),
    ),
  );
  expect(mcnemar(b, c).chi2NoContinuityP).toBeCloseTo(testSignificanceNLP, 12);
});

test('McNemar without an item that tells the systems apart: p = 1', () =>
  expect(mcnemar(0, 0)).toMatchObject({
    exactTwoSided: 1,
    chi2NoContinuityP: 1,
    chi2ContinuityP: 1,
  }));

test.each(recorded.pairedT.cases as Recorded[])(
  'paired t and Wilcoxon = scipy, case %#',
  ({ a, b, wilcoxonExact, ...expected }: Recorded) => {
    const { t, p, pGreater } = pairedT(a, b);
    expect(t).toBeCloseTo(expected.t, 11);
    expect(p).toBeCloseTo(expected.p, 12);
    expect(pGreater).toBeCloseTo(expected.pGreater, 12);
    if (wilcoxonExact) expect(wilcoxon(a, b)).toEqual({ ...wilcoxonExact, exact: true });
  },
);

describe('Wilcoxon by hand', () => {
  test('three pairs, all better: one of 8 signs on each side', () =>
    expect(wilcoxon([1, 2, 3], [0, 0, 0])).toEqual({ W: 0, p: 0.25, exact: true }));
  test('ties share their mean rank and make the p normal', () =>
    // differences 1, 1, −1: ranks 2, 2, 2; W = 2, mean 3, variance 3·4·7/24 − (27−3)/48 = 3
    expect(wilcoxon([1, 1, 0], [0, 0, 1])).toEqual({
      W: 2,
      p: expect.closeTo(0.5637028616507731, 13),
      exact: false,
    }));
  test('no pair differs: p = 1', () => expect(wilcoxon([1, 2], [1, 2])).toMatchObject({ p: 1 }));
});

describe('several seeds', () => {
  test('mean, deviation, smallest, largest', () =>
    expect(summarizeRuns([0.5, 0.75, 1])).toEqual({
      mean: 0.75,
      deviation: 0.25,
      min: 0.5,
      max: 1,
      count: 3,
    }));
  test.each(golden('paper.averages').map((row) => [`${row.table} ${row.row}`, row]))(
    'paper table %s',
    (_, row) => {
      const { mean } = summarizeRuns(row.values.filter((value: number | null) => value !== null));
      expect(mean).toBeCloseTo(row.mean, 6);
    },
  );
});

test.each([
  [[], [], 'one score per item, got 0 and 0'],
  [[1], [1, 2], 'got 1 and 2'],
  [[1, Number.NaN], [1, 2], 'scores must be finite, got NaN at item 1'],
])('%j and %j are refused', (a, b, message) => {
  for (const run of [
    pairedT,
    wilcoxon,
    (x: number[], y: number[]) => permutationTest(x, y, { random }),
  ])
    expect(() => run(a, b)).toThrow(message);
});

test.each([
  [{ resamples: 0 }, 'resamples must be 1 or more and confidence between 0 and 1, got 0 and 0.95'],
  [{ confidence: 95 }, 'got 10000 and 95'],
])('%j is refused', (options, message) =>
  expect(() => bootstrapTest([1], [0], { random, ...options })).toThrow(message),
);
