import { describe, expect, test } from 'vitest';
import { golden, type Recorded } from '../test/golden.js';
import type { Span } from './span.js';
import { SCHEMAS, type SchemaScores, scoreSpans } from './span-scores.js';
import { parseTags } from './tags.js';

const PEER_NAMES = {
  strict: 'strict',
  exact: 'exact',
  partial: 'partial',
  type: 'ent_type',
} as const;

const row = (s: SchemaScores) => [
  s.correct,
  s.incorrect,
  s.partial,
  s.missed,
  s.spurious,
  s.actual,
  s.possible,
  s.precision,
  s.recall,
  s.f1,
];

/** Recorded: ten numbers a schema, and for `partial` the three rates with half credit, which are the right ones. */
function expectPeer(gold: Span[][], predicted: Span[][], recorded: Recorded) {
  const scores = scoreSpans(gold, predicted);
  const uncredited = scoreSpans(gold, predicted, { partialCredit: 0 });
  const parts = [[scores, uncredited, recorded.overall]];
  for (const [label, expected] of Object.entries(recorded.perType))
    parts.push([scores.labels[label], uncredited.labels[label], expected]);
  expect(Object.keys(scores.labels)).toEqual(Object.keys(recorded.perType).sort());
  for (const [actual, withoutCredit, expected] of parts)
    for (const schema of SCHEMAS) {
      const numbers = expected[PEER_NAMES[schema]];
      if (schema !== 'partial') expect(row(actual[schema])).toEqual(numbers);
      else {
        expect(row(actual.partial)).toEqual([...numbers.slice(0, 7), ...numbers.slice(10)]);
        if (gold.length > 1) expect(row(withoutCredit.partial)).toEqual(numbers.slice(0, 10));
      }
    }
}

describe('= nervaluate 1.1.0', () => {
  const spans = (triples: [number, number, string][]) =>
    triples.map(([start, end, label]) => ({ start, end, label }));
  // nervaluate's reader takes S- and E- for I-, and counts only labels that have a name.
  const parse = (sentences: string[][]) =>
    sentences.map((tags) =>
      parseTags(tags.map((tag) => tag.replace(/^[SE]-/, 'I-'))).filter(
        ({ label }) => label !== '_',
      ),
    );

  test.each(golden('spans.nervaluate').map((entry) => [entry.id, entry]))(
    '%s',
    (_, { gold, pred, nervaluate }) => expectPeer([spans(gold)], [spans(pred)], nervaluate),
  );

  test.each(
    golden('tags.cases')
      .filter(({ expected }) => !expected.nervaluate.error)
      .map((entry) => [entry.id, entry]),
  )('tags %s', (_, { gold, pred, expected }) =>
    expectPeer(parse(gold), parse(pred), expected.nervaluate),
  );

  test.each(golden('tags.random').map((entry) => [entry.scheme, entry]))(
    '2,000 random sentences, %s',
    (_, entry) => {
      const split = (lines: string[]) => lines.map((line) => (line ? line.split(' ') : []));
      expectPeer(parse(split(entry.gold)), parse(split(entry.pred)), entry.expected.nervaluate);
    },
  );
});

test('minOverlapPercent: an overlap of one word in three is not half', () => {
  const gold = [[{ start: 0, end: 3, label: 'X' }]];
  const predicted = [[{ start: 2, end: 4, label: 'X' }]];
  expect(scoreSpans(gold, predicted).partial).toMatchObject({ partial: 1, f1: 0.5 });
  expect(scoreSpans(gold, predicted, { minOverlapPercent: 50 }).partial).toMatchObject({
    missed: 1,
    spurious: 1,
  });
});
