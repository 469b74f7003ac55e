import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toCharSpans, toCodePointSpans, toUtf16Spans, toWordSpans } from './align.js';
import { locateMentions } from './locate.js';

const span = (start: number, end: number, label = 'X') => ({ start, end, label });

describe('characters to words, in "New York, 1907"', () => {
  const words = [
    { charStart: 0, charEnd: 3 },
    { charStart: 4, charEnd: 8 },
    { charStart: 8, charEnd: 9 },
    { charStart: 10, charEnd: 14 },
  ];
  test.each([
    ['whole words in every mode', span(0, 8), 'strict', [span(0, 2)]],
    ['whole words in every mode', span(0, 8), 'expand', [span(0, 2)]],
    ['whole words in every mode', span(0, 8), 'contract', [span(0, 2)]],
    ['a cut word is taken in', span(1, 5), 'expand', [span(0, 2)]],
    ['a cut word is left out', span(1, 8), 'contract', [span(1, 2)]],
    ['space around is no word', span(3, 10), 'expand', [span(1, 3)]],
    ['space around is no word', span(3, 10), 'contract', [span(1, 3)]],
  ] as const)('%s: %j, %s', (_, given, mode, spans) =>
    expect(toWordSpans([given], words, { mode })).toEqual({ spans, unaligned: [] }),
  );

  test.each([
    [span(1, 8), 'strict', 'inside a word'],
    [span(3, 10), 'strict', 'inside a word'],
    [span(5, 7), 'contract', 'inside a word'],
    [span(3, 4), 'expand', 'no word'],
    [span(14, 20), 'expand', 'no word'],
  ] as const)('%j, %s is handed back: %s', (given, mode, reason) =>
    expect(toWordSpans([given], words, { mode })).toEqual({
      spans: [],
      unaligned: [{ span: given, index: 0, reason }],
    }),
  );

  test('word spans go to characters and strictly back', () => {
    const spans = [span(0, 2, 'LOC'), { ...span(3, 4, 'DATE'), score: 0.5 }];
    expect(toCharSpans(spans, words)).toEqual([
      span(0, 8, 'LOC'),
      { ...span(10, 14, 'DATE'), score: 0.5 },
    ]);
    expect(toWordSpans(toCharSpans(spans, words), words).spans).toEqual(spans);
  });

  test('words out of order are refused', () =>
    expect(() => toWordSpans([], [words[1]!, words[0]!])).toThrow(
      'words must follow one another, got word 1 at [0, 3)',
    ));
});

describe('code points and UTF-16', () => {
  test('😀 is one code point and two units', () => {
    expect(toUtf16Spans([span(2, 3)], 'a😀b')).toEqual([span(3, 4)]);
    expect(toCodePointSpans([span(3, 4)], 'a😀b')).toEqual([span(2, 3)]);
  });
  test('half a pair is refused', () =>
    expect(() => toCodePointSpans([span(0, 2)], 'a😀b')).toThrow(
      'character borders from 0 to 4, got [0, 2) X',
    ));
  test('there and back is the same (1,000 texts)', () =>
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1 }), fc.nat(), fc.nat(), (text, a, b) => {
        const length = [...text].length;
        const start = a % length;
        const given = [span(start, start + 1 + (b % (length - start)))];
        expect(toCodePointSpans(toUtf16Spans(given, text), text)).toEqual(given);
      }),
      { numRuns: 1000 },
    ));
});

describe('mentions without offsets', () => {
  const found = (text: string, ...mentions: string[]) =>
    locateMentions(
      text,
      mentions.map((mention) => ({ text: mention, label: 'X' })),
    ).spans.map(({ start }) => start);

  test('repeats are kept apart, in order', () =>
    expect(found('Rome, Rome', 'Rome', 'Rome')).toEqual([0, 6]));
  test('a mention out of order is found before', () =>
    expect(found('Anna met Bob', 'Bob', 'Anna')).toEqual([9, 0]));
  test('whole words before parts of words', () =>
    expect(found('Romeo in Rome', 'Rome')).toEqual([9]));
  test('parts of words where there is nothing else', () =>
    expect(found('東京都', '東京')).toEqual([0]));
  test('a mention inside another', () =>
    expect(found('Bank of England', 'Bank of England', 'England')).toEqual([0, 8]));
  test('one too many is missing', () =>
    expect(
      locateMentions('Rome', [
        { text: 'Rome', label: 'LOC', score: 1 },
        { text: 'Rome', label: 'LOC' },
      ]),
    ).toEqual({
      spans: [{ start: 0, end: 4, label: 'LOC', score: 1 }],
      missing: [{ mention: { text: 'Rome', label: 'LOC' }, index: 1 }],
    }));
  test('an empty mention is missing', () => expect(found('Rome', '')).toEqual([]));
});
