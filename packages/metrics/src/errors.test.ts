import { describe, expect, test } from 'vitest';
import { golden } from '../test/golden.js';
import { analyzeErrors } from './errors.js';
import { oracleScores } from './oracle.js';
import type { Span } from './span.js';

type Triple = [number, number, string];
const spans = (triples: Triple[]): Span[] =>
  triples.map(([start, end, label]) => ({ start, end, label }));

test.each(golden('categories').map((entry) => [entry.id, entry]))(
  'by hand: %s',
  (_, { gold, pred, expected }) => {
    const analysis = analyzeErrors([spans(gold)], [spans(pred)]);
    expect(analysis.predictions.map(({ category }) => category)).toEqual(expected.categories);
    expect(analysis.predictions.map(({ goldIndex }) => goldIndex)).toEqual(expected.paired);
    expect(analysis.missed.map(({ goldIndex }) => goldIndex)).toEqual(expected.missedGold);
    const oracles = oracleScores([spans(gold)], [spans(pred)]);
    expect(oracles.actual.correct).toBe(expected.tp);
    expect(oracles.boundary.correct).toBe(expected.boundaryOracleTp);
    expect(oracles.type.correct).toBe(expected.typeOracleTp);
  },
);

describe('counts', () => {
  const gold = [
    spans([
      [0, 2, 'PER'],
      [5, 6, 'LOC'],
    ]),
    spans([[1, 2, 'ORG']]),
  ];
  const predicted = [
    spans([
      [0, 3, 'PER'],
      [3, 4, 'LOC'],
    ]),
    spans([[1, 2, 'ORG']]),
  ];

  test('by label, by length and in all', () => {
    const { counts, labels, lengths, errors, boundaryErrors, boundaryShare } = analyzeErrors(
      gold,
      predicted,
    );
    expect(counts).toMatchObject({ correct: 1, super: 1, spurious: 1 });
    expect({ errors, boundaryErrors, boundaryShare }).toEqual({
      errors: 2,
      boundaryErrors: 1,
      boundaryShare: 0.5,
    });
    expect(labels.PER).toMatchObject({ super: 1, correct: 0 });
    expect(lengths[1]).toMatchObject({ correct: 1, spurious: 1 });
  });

  test('maxGap 1 lets one word stand between adjacent spans', () => {
    const { predictions } = analyzeErrors(gold, predicted, { maxGap: 1 });
    expect(predictions[1]).toMatchObject({ category: 'adjacent', goldIndex: 1 });
  });

  test('countMissed makes the missed gold span an error', () =>
    expect(analyzeErrors(gold, predicted, { countMissed: true })).toMatchObject({
      errors: 3,
      boundaryErrors: 1,
    }));
});

test.each(golden('paper.table1').map((row) => [row.lang, row]))(
  'paper Table 1, %s: the boundary share is that of its counts',
  (_, { error, super: wider, sub, drifted, adjacent, printedBoundaryPct }) =>
    expect((100 * (wider + sub + drifted + adjacent)) / error).toBeCloseTo(printedBoundaryPct, 0),
);

test('labels named like properties of objects are labels', () => {
  const odd = spans([
    [0, 1, '__proto__'],
    [1, 2, 'constructor'],
  ]);
  expect(Object.entries(analyzeErrors([odd], [odd]).labels)).toHaveLength(2);
});

test('a matching of one-to-one repairs stays within the gold spans, on chains of 20,000', () => {
  const chain = Array.from({ length: 20_000 }, (_, i): Triple => [4 * i, 4 * i + 4, 'X']);
  const shifted = chain.map(([start, end, label]): Triple => [start + 2, end + 2, label]);
  expect(oracleScores([spans(chain)], [spans(shifted)]).boundary.correct).toBe(20_000);
});

test('a span without words is refused, naming sentence and side', () =>
  expect(() => analyzeErrors([[], []], [[], spans([[2, 2, 'X']])])).toThrow(
    'sentence 1: predicted: a span needs',
  ));
