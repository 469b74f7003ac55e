import { describe, expect, test } from 'vitest';
import { golden } from '../../test/golden.js';
import { compareSystems } from '../compare.js';
import { diagnose } from '../diagnose.js';
import { scoreEntities, scoreTags } from '../entities.js';
import { fixed } from './format.js';
import { formatComparison, formatDiagnosis, formatReport, formatSystems } from './index.js';

describe.each(golden('reports').map((entry) => [entry.id, entry]))(
  '%s',
  (_, { gold, pred, conlleval, seqeval }) => {
    test('byte for byte conlleval.pl', () =>
      expect(
        formatReport(scoreTags(gold, pred, { dialect: 'conlleval' }), { format: 'conlleval' }),
      ).toBe(conlleval));
    test('byte for byte seqeval', () => {
      if (seqeval !== null)
        expect(formatReport(scoreTags(gold, pred), { digits: 3 })).toBe(seqeval);
    });
  },
);

const span = (start: number, end: number, label: string) => ({ start, end, label });
const words = [['Anna', 'Berg', 'left', 'Bonn']];
const gold = [[span(0, 2, 'PER'), span(3, 4, 'LOC')]];
const before = [[span(0, 1, 'PER'), span(2, 3, 'ORG')]];
const after = [[span(0, 2, 'PER')]];

test('without an entity the table has its averages only', () =>
  expect(formatReport(scoreTags([['O']], [['O']])).split('\n')[3]).toBe(
    '   micro avg       0.00      0.00      0.00         0',
  ));

test('Markdown is in percent and escapes what would break the table', () =>
  expect(
    formatReport(scoreEntities([[span(0, 1, 'a|b')]], [[span(0, 1, 'a|b')]]), {
      format: 'markdown',
    }),
  ).toBe(
    [
      '| label | precision | recall | F1 | support |',
      '| --- | ---: | ---: | ---: | ---: |',
      '| a\\|b | 100.00 | 100.00 | 100.00 | 1 |',
      '| micro avg | 100.00 | 100.00 | 100.00 | 1 |',
      '| macro avg | 100.00 | 100.00 | 100.00 | 1 |',
      '| weighted avg | 100.00 | 100.00 | 100.00 | 1 |',
      '',
    ].join('\n'),
  ));

test('JSON holds the scores', () => {
  const scores = scoreEntities(gold, after);
  expect(JSON.parse(formatReport(scores, { format: 'json' }))).toEqual(scores);
});

test('conlleval needs words', () =>
  expect(() => formatReport(scoreEntities(gold, after), { format: 'conlleval' })).toThrow(
    'use scoreTags',
  ));

test('systems side by side; a label one of them lacks is a dash', () =>
  expect(
    formatSystems({ base: scoreEntities(gold, before), calibrated: scoreEntities(gold, after) }),
  ).toBe(
    [
      'F1            base  calibrated',
      'LOC           0.00        0.00',
      'ORG           0.00           –',
      'PER           0.00      100.00',
      'micro avg     0.00       66.67',
      'macro avg     0.00       50.00',
      'weighted avg  0.00       50.00',
      '',
    ].join('\n'),
  ));

test('a diagnosis names split, ceilings and confusions with their words', () => {
  const diagnosis = diagnose(gold, before);
  expect(
    diagnosis.confusions.map(({ category, gold: g, predicted: p, count }) => [
      category,
      g,
      p,
      count,
    ]),
  ).toEqual([
    ['sub', 'PER', 'PER', 1],
    ['adjacent', 'PER', 'ORG', 1],
    ['missed', 'LOC', null, 1],
  ]);
  const text = formatDiagnosis(diagnosis, { words });
  expect(text).toContain(
    '2 predictions, 2 errors, 1 gold spans missed; boundary errors: 100.00 % of the errors\n',
  );
  expect(text).toContain('0: Anna Berg → Anna\n');
  expect(text).toMatch(/if every boundary were right +50\.00 +50\.00 +50\.00\n/);
  expect(formatDiagnosis(diagnosis)).toContain('0: [0, 2) → [0, 1)');
  expect(JSON.parse(formatDiagnosis(diagnosis, { format: 'json' })).confusions).toHaveLength(3);
});

describe('a comparison', () => {
  const comparison = compareSystems(gold, before, after, { random: () => 0.5 });

  test('tells what became of each prediction', () => {
    expect(comparison.outcomes).toEqual({ fixed: 1, broken: 0, moved: 0, dropped: 1, kept: 0 });
    expect(comparison.categories.sub.fixed).toBe(1);
    expect(comparison.categories.adjacent.dropped).toBe(1);
    expect(comparison.changes.map(({ outcome }) => outcome)).toEqual(['fixed', 'dropped']);
  });

  test('as text', () => {
    const text = formatComparison(comparison);
    expect(text).toContain(
      'F1 +66.67, 95 % interval [66.67, 66.67], p = 1.0000 (exact randomisation over sentences)',
    );
    expect(text).toMatch(/all +1 +0 +0 +1 +0\n/);
  });

  test('the other way round what was fixed is broken, what was dropped is new', () => {
    const { outcomes, categories } = compareSystems(gold, after, before, { random: () => 0.5 });
    expect(outcomes).toEqual({ fixed: 0, broken: 2, moved: 0, dropped: 0, kept: 0 });
    expect(categories.none.broken).toBe(1);
  });
});

test.each([
  [3.125, 2, '3.12'], // a tie goes to the even digit
  [3.375, 2, '3.38'],
  [2.675, 2, '2.67'], // lies below the tie
  [-0.125, 2, '-0.12'],
  [Number.NaN, 2, 'nan'],
  [99.995, 2, '100.00'],
])('fixed(%d, %d) is %s, as printf has it', (value, digits, text) =>
  expect(fixed(value, digits)).toBe(text),
);
