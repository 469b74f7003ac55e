import { expect, test } from 'vitest';
import type { CalibrationScores } from '../calibration-scores.js';
import type { XglueScores } from './xglue.js';
import { goalsTable, reachedGoals } from './xglue-goals.js';

// Changes in points, all with an interval of ± width.
const scores = (changes: Record<string, number>, width: number) =>
  Object.fromEntries(
    Object.entries(changes).map(([language, change]) => {
      const interval = [(change - width) / 100, (change + width) / 100] as const;
      return [language, { difference: change / 100, interval } as unknown as CalibrationScores];
    }),
  );
const seed = (zeroShot: Record<string, number>, width = 0.5): XglueScores => ({
  seed: 1,
  zeroShot: scores(zeroShot, width),
  crossValidated: scores({ en: 0, es: 1, de: 1, nl: 1 }, width),
  ownTagger: scores({ en: 1, es: 1, de: 1, nl: 1 }, width),
  adapted: {},
});

test('a goal is met where the mean, its interval and each language are high enough', () => {
  const [zeroShot, crossValidated, ownTagger, ...rest] = reachedGoals([
    seed({ en: 0, es: 2, de: 0.4, nl: 0.6 }),
  ]);
  expect(zeroShot?.met).toBe(true);
  expect(zeroShot?.mean.change).toBeCloseTo(1);
  expect(zeroShot?.mean.low).toBeCloseTo(1 - 0.5 / Math.sqrt(3)); // three independent half-widths
  expect(crossValidated?.met).toBe(false); // a mean of 1 is below 1.5
  expect(ownTagger?.met).toBe(true);
  expect(rest).toEqual([]); // nothing was adapted
});

test.each([
  ['a language falls', { en: 0, es: 3, de: -0.2, nl: 0.6 }, 0.5],
  ['English falls', { en: -0.01, es: 2, de: 0.4, nl: 0.6 }, 0.5],
  ['the interval of the mean holds 0', { en: 0, es: 2, de: 0.4, nl: 0.6 }, 2],
])('a goal is missed where %s', (_, changes, width) => {
  expect(reachedGoals([seed(changes, width)])[0]?.met).toBe(false);
});

test('seeds are averaged under the widest of their intervals', () => {
  const [zeroShot] = reachedGoals([seed({ en: 0, es: 1 }), seed({ en: 0, es: 2 })]);
  const { change, low, high } = zeroShot?.languages.es ?? { change: 0, low: 0, high: 0 };
  expect([change, low, high].map((value) => value.toFixed(2))).toEqual(['1.50', '0.50', '2.50']);
});

test('the table shows each line of goals', () => {
  const [header, first] = goalsTable(reachedGoals([seed({ en: 0, es: 2, de: 0.4, nl: 0.6 })]));
  expect(header).toEqual(['', 'en', 'es', 'de', 'nl', 'mean without en', 'goal', '']);
  expect(first?.[2]).toBe('+2.00 [+1.50, +2.50]');
  expect(first?.slice(-2)).toEqual(['mean ≥ +0.80, each ≥ −0.10, en ≥ +0.00', 'met']);
});
