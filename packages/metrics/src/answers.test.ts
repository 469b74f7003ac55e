import { describe, expect, test } from 'vitest';
import { golden, type Recorded } from '../test/golden.js';
import { scoreAnswers } from './answers.js';
import { normalizeAnswer } from './normalize.js';

const scored = (items: Recorded[], options: Parameters<typeof scoreAnswers>[1]) =>
  scoreAnswers(items, options).items.map(({ id, exactMatch, f1 }) => ({ id, em: exactMatch, f1 }));

const recorded = (items: Recorded[]) => items.map(({ id, em, f1 }) => ({ id, em, f1 }));

describe.each(['en', 'es', 'de', 'ar', 'hi', 'vi', 'zh'] as const)('%s', (language) => {
  const of = (name: string) => golden(name).filter((item) => item.language === language);

  test('each item = MLQA', () => {
    const items = of('answers.mlqa');
    expect(scored(items, { protocol: 'mlqa', language })).toEqual(recorded(items));
    for (const { prediction, answers, normPrediction, normAnswers } of items) {
      if (prediction === null) continue;
      expect(normalizeAnswer(prediction, { protocol: 'mlqa', language })).toBe(normPrediction);
      expect(
        answers.map((answer: string) => normalizeAnswer(answer, { protocol: 'mlqa', language })),
      ).toEqual(normAnswers);
    }
  });

  test('each item = SQuAD 1.1', () => {
    const items = of('answers.squad1');
    expect(scored(items, { protocol: 'squad1' })).toEqual(recorded(items));
  });
});

test('totals = SQuAD 1.1, in percent', () => {
  const items = golden('answers.squad1').filter(({ language }) => language === 'en');
  const { exactMatch, f1, count, unanswered } = scoreAnswers(items, { protocol: 'squad1' });
  expect({ count, unanswered }).toEqual({ count: 84, unanswered: 1 });
  expect(100 * exactMatch).toBeCloseTo(35.714285714285715, 12);
  expect(100 * f1).toBeCloseTo(67.83515426372567, 12);
});

describe('SQuAD 2.0', () => {
  const items = golden('answers.squad2');

  test('each item', () => {
    const answered = items.filter(({ prediction }) => prediction !== null);
    expect(scored(answered, { protocol: 'squad2' })).toEqual(recorded(answered));
  });

  test('totals with the missing answer as empty, with and without gold answers', () => {
    const { exactMatch, f1, count, answerable, unanswerable } = scoreAnswers(items, {
      protocol: 'squad2',
    });
    expect([count, answerable.count, unanswerable.count]).toEqual([88, 85, 3]);
    const percents = [
      exactMatch,
      f1,
      answerable.exactMatch,
      answerable.f1,
      unanswerable.exactMatch,
      unanswerable.f1,
    ];
    const expected = [
      37.5, 70.43355634264722, 36.470588235294116, 70.56650539003478, 66.66666666666667,
      66.66666666666667,
    ];
    for (const [i, percent] of percents.entries())
      expect(100 * percent).toBeCloseTo(expected[i]!, 12);
  });
});

describe('rules that a literal translation from Python gets wrong', () => {
  const mlqa = (text: string, language: 'en' | 'es' | 'ar' | 'zh' = 'en') =>
    normalizeAnswer(text, { protocol: 'mlqa', language });

  test('U+001C and U+0085 part words, U+FEFF and U+200B do not', () =>
    expect(mlqa('x\x1cy\x85z\ufeffw\u200bv')).toBe('x y z\ufeffw\u200bv'));
  test('an article inside a word with accents stays', () =>
    expect(mlqa('ñla la', 'es')).toBe('ñla'));
  test('ال goes wherever it stands', () => expect(mlqa('خالد', 'ar')).toBe('خ د'));
  test('each ideograph is a word, other scripts are not cut', () =>
    expect(mlqa('東京abc 1', 'zh')).toBe('東 京 abc 1'));
  test('punctuation goes before articles: a-the is athe', () => expect(mlqa('a-the')).toBe('athe'));
  test('punctuation that Unicode 15 added stays', () =>
    expect(mlqa('\u{11b00}')).toBe('\u{11b00}'));
});

describe('bad input', () => {
  const item = { id: 'q1', prediction: 'x', answers: ['x'] };
  test.each([
    ['the same id twice', [item, item], 'squad1', undefined, 'got q1 twice'],
    [
      'no gold answer in SQuAD 1.1',
      [{ ...item, answers: [] }],
      'squad1',
      undefined,
      'q1: squad1 needs a gold answer',
    ],
    ['MLQA without language', [item], 'mlqa', undefined, 'needs the language'],
    [
      'MLQA in French',
      [item],
      'mlqa',
      'fr',
      'MLQA has rules for en, es, de, ar, hi, vi, zh, got fr',
    ],
  ])('%s is refused', (_, items, protocol, language, message) =>
    expect(() => scoreAnswers(items, { protocol, language } as never)).toThrow(message),
  );

  test('no items: 0 of 0', () =>
    expect(scoreAnswers([], { protocol: 'squad1' })).toMatchObject({
      exactMatch: 0,
      f1: 0,
      count: 0,
    }));
});
