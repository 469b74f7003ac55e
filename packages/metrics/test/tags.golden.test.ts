import { detectScheme, parseTags, SCHEMES, scoreTags, type TagScores } from '@calibre/metrics';
import { describe, expect, test } from 'vitest';
import { golden, type Recorded } from './golden.js';

const cases = golden('tags.cases');

const rates = ({ precision, recall, f1, support }: Recorded) => ({
  precision,
  recall,
  f1,
  support,
});

const asSeqeval = ({ micro, macro, weighted, labels }: TagScores) => ({
  micro: rates(micro),
  macro: rates(macro),
  weighted: rates(weighted),
  counts: { tp: micro.correct, pred: micro.predicted, gold: micro.support },
  perType: Object.fromEntries(
    Object.entries(labels).map(
      ([label, { precision, recall, f1, support, correct, predicted }]) => [
        label,
        { precision, recall, f1, gold: support, tp: correct, pred: predicted },
      ],
    ),
  ),
});

const expectedOf = ({ micro, macro, weighted, counts, perType }: Recorded) => ({
  micro,
  macro: Object.fromEntries(
    Object.entries(macro).map(([key, value]) => [key, value ?? Number.NaN]),
  ),
  weighted,
  counts,
  perType,
});

const spansOf = (sentences: string[][], options: Parameters<typeof parseTags>[1]) =>
  sentences.flatMap((tags, i) =>
    parseTags(tags, options).map(({ start, end, label }) => [i, start, end, label]),
  );

describe.each(cases.map((entry) => [entry.id, entry]))('%s', (_, { gold, pred, expected }) => {
  test('default reading = seqeval default', () => {
    const scores = scoreTags(gold, pred);
    expect(asSeqeval(scores)).toEqual(expectedOf(expected.seqeval));
    expect(scores.accuracy).toBe(expected.seqeval.accuracy.error ? 0 : expected.seqeval.accuracy);
    const { precision, recall, f1 } = scoreTags(gold, pred, { zeroDivision: 1 }).micro;
    expect({ precision, recall, f1 }).toEqual(expected.seqeval.microZeroDivision1);
    expect(spansOf(gold, {})).toEqual(expected.seqeval.goldSpans);
    expect(spansOf(pred, {})).toEqual(expected.seqeval.predSpans);
  });

  test.each(SCHEMES)('strict %s = seqeval strict', (scheme) => {
    const strict = expected.seqevalStrict[scheme.toUpperCase()];
    const options = { scheme, strict: true } as const;
    if (strict.error) {
      expect(() => scoreTags(gold, pred, options)).toThrow(/knows/);
      return;
    }
    expect(asSeqeval(scoreTags(gold, pred, options))).toEqual(expectedOf(strict));
    const { precision, recall, f1 } = scoreTags(gold, pred, { ...options, zeroDivision: 1 }).micro;
    expect({ precision, recall, f1 }).toEqual(strict.microZeroDivision1);
    expect(spansOf(gold, options)).toEqual(strict.goldSpans);
    expect(spansOf(pred, options)).toEqual(strict.predSpans);
  });

  test('scheme found = seqeval auto_detect, where that answers', () => {
    if (expected.seqevalAutoDetect.error) return;
    expect(detectScheme([...gold, ...pred])?.toUpperCase()).toBe(expected.seqevalAutoDetect);
    expect(scoreTags(gold, pred).scheme?.toUpperCase()).toBe(expected.seqevalAutoDetect);
  });

  test('dialect conlleval = conlleval.pl', () => {
    const { micro, labels, accuracy, tokens } = scoreTags(gold, pred, { dialect: 'conlleval' });
    const percent = (rate: number) => Number((100 * rate).toFixed(2));
    const { conlleval } = expected;
    expect({ tokens, gold: micro.support, pred: micro.predicted, correct: micro.correct }).toEqual({
      tokens: conlleval.tokens,
      gold: conlleval.gold,
      pred: conlleval.pred,
      correct: conlleval.correct,
    });
    if (conlleval.f1 !== null)
      expect([accuracy, micro.precision, micro.recall, micro.f1].map(percent)).toEqual([
        conlleval.accuracy,
        conlleval.precision,
        conlleval.recall,
        conlleval.f1,
      ]);
    expect(
      Object.fromEntries(
        Object.entries(labels).map(([label, { precision, recall, f1, predicted }]) => [
          label,
          {
            precision: percent(precision),
            recall: percent(recall),
            f1: percent(f1),
            pred: predicted,
          },
        ]),
      ),
    ).toEqual(conlleval.perType);
  });

  test('dialect conlleval.py = conlleval.py', () => {
    if (expected.conllevalPy.error) return;
    const { micro } = scoreTags(gold, pred, { dialect: 'conlleval.py' });
    expect({ correct: micro.correct, gold: micro.support, pred: micro.predicted }).toEqual(
      expected.conllevalPy,
    );
  });
});

describe.each(golden('tags.random').map((entry) => [entry.scheme, entry]))(
  '2,000 random sentences, %s',
  (_, entry) => {
    const split = (lines: string[]) => lines.map((line) => (line ? line.split(' ') : []));
    const gold = split(entry.gold);
    const pred = split(entry.pred);

    test('default reading = seqeval default', () => {
      const scores = scoreTags(gold, pred);
      expect(asSeqeval(scores)).toEqual(expectedOf(entry.expected.seqeval));
      expect(scores.accuracy).toBe(entry.expected.seqeval.accuracy);
    });

    test.each(Object.keys(entry.expected.seqevalStrict))('strict %s = seqeval strict', (scheme) => {
      const scores = scoreTags(gold, pred, {
        scheme: scheme.toLowerCase() as 'iob2',
        strict: true,
      });
      expect(asSeqeval(scores)).toEqual(expectedOf(entry.expected.seqevalStrict[scheme]));
    });
  },
);
