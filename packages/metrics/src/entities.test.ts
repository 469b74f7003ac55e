import { describe, expect, test } from 'vitest';
import { EntityScorer, scoreEntities, scoreTags, TagScorer } from './entities.js';
import { sum } from './scores.js';

const span = (start: number, end: number, label: string) => ({ start, end, label });

describe('a corpus worked by hand', () => {
  const gold = [[span(0, 2, 'PER'), span(3, 4, 'LOC')], [span(0, 1, 'LOC')]];
  const predicted = [[span(3, 4, 'LOC'), span(0, 1, 'PER')], []];

  test('micro counts spans, macro averages labels, weighted by support', () => {
    const { micro, macro, weighted, labels } = scoreEntities(gold, predicted);
    expect(micro).toEqual({
      precision: 1 / 2,
      recall: 1 / 3,
      f1: 0.4,
      support: 3,
      predicted: 2,
      correct: 1,
    });
    expect(labels.LOC).toMatchObject({ precision: 1, recall: 1 / 2, f1: 2 / 3 });
    expect(macro).toMatchObject({ precision: 1 / 2, recall: 1 / 4, f1: 1 / 3, support: 3 });
    expect(weighted.recall).toBe(1 / 3);
  });

  test('nested spans are spans like others', () => {
    const nested = [[span(0, 3, 'ORG'), span(0, 1, 'LOC'), span(0, 3, 'LOC')]];
    expect(scoreEntities(nested, nested).micro).toMatchObject({ correct: 3, f1: 1 });
  });

  test('a zero denominator gives what is asked for', () => {
    expect(scoreEntities([[]], [[]]).micro).toMatchObject({ precision: 0, recall: 0, f1: 0 });
    expect(scoreEntities([[]], [[]], { zeroDivision: 1 }).micro).toMatchObject({
      precision: 1,
      recall: 1,
      f1: 1,
    });
    expect(scoreEntities([], []).macro.f1).toBeNaN();
  });
});

test('labels may be named like properties of objects, hold spaces, dashes, emoji', () => {
  const labels = ['constructor', '__proto__', 'toString', 'a b', 'A-B-', '😀', '1'];
  const spans = labels.map((label, i) => span(i, i + 1, label));
  const scores = scoreEntities([spans], [spans]);
  expect(new Set(Object.keys(scores.labels))).toEqual(new Set(labels));
  expect(Object.getOwnPropertyDescriptor(scores.labels, '__proto__')?.value.f1).toBe(1);
  const tags = [labels.map((label) => `B-${label}`)];
  expect(scoreTags(tags, tags).labels).toEqual(scores.labels);
});

test('empty corpora and empty sentences score', () => {
  expect(scoreTags([], [])).toMatchObject({ accuracy: 0, tokens: 0, scheme: null });
  expect(scoreTags([[]], [[]], { strict: true })).toMatchObject({ tokens: 0 });
});

test('a sentence of 100,000 words scores', () => {
  const tags = Array.from({ length: 100_000 }, (_, i) => (i % 3 ? 'I-X' : 'B-X'));
  const spans = tags.flatMap((_, i) => (i % 3 ? [] : [span(i, Math.min(i + 3, 100_000), 'X')]));
  expect(scoreTags([tags], [tags]).micro).toMatchObject({ correct: 33_334, f1: 1 });
  expect(scoreEntities([spans.toReversed()], [spans]).micro).toMatchObject({
    correct: 33_334,
    f1: 1,
  });
});

test('tags that seqeval warns of are counted', () =>
  expect(scoreTags([['PER', 'O', 'U-X']], [['B-X', 'O', 'B']]).oddTags).toBe(2));

test('the scheme found is named', () => expect(scoreTags([['S-X']], [['O']]).scheme).toBe('iobes'));

describe('refused', () => {
  test('different numbers of sentences', () =>
    expect(() => scoreTags([['O']], [])).toThrow(
      'scoreTags: gold and predicted need as many sentences, got 1 and 0',
    ));
  test('different numbers of words, naming the sentence', () =>
    expect(() => scoreTags([['O'], ['O', 'O']], [['O'], ['O']])).toThrow(
      'sentence 1: gold and predicted must have a tag for each word, got 2 and 1',
    ));
  test('a tag outside the scheme, naming sentence and word', () =>
    expect(() =>
      scoreTags([['O'], ['O', 'E-X']], [['O'], ['O', 'O']], { scheme: 'iob2', strict: true }),
    ).toThrow('sentence 1, word 1: iob2 knows'));
  test('a span given twice, unless merged', () => {
    const twice = [[span(0, 1, 'X'), span(0, 1, 'X')]];
    expect(() => scoreEntities([[]], twice)).toThrow(
      'sentence 0: predicted: a span stands for one entity, got [0, 1) X twice',
    );
    expect(scoreEntities([[]], twice, { duplicates: 'merge' }).micro.predicted).toBe(1);
  });
  test('a reversed span', () =>
    expect(() => new EntityScorer().add([], [span(2, 1, 'X')])).toThrow(
      'sentence 0: predicted: a span needs whole numbers',
    ));
  test('strict streaming without a scheme', () =>
    expect(() => new TagScorer({ strict: true })).toThrow('needs its scheme, got auto'));
});

test('averages add up in the order of numpy: lanes of eight, halves above 128', () => {
  // numpy.sum of these float64 arrays, printed by numpy 2.4.6
  const thirds = (n: number) => Array.from({ length: n }, (_, i) => 1 / (i + 3));
  expect([7, 8, 20, 128, 129, 1000].map((n) => sum(thirds(n)))).toEqual([
    1.328968253968254, 1.4289682539682538, 2.190813250217275, 3.948591338265976, 3.956224926052236,
    5.987467865541362,
  ]);
});
