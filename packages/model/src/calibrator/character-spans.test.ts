import { describe, expect, test } from 'vitest';
import { characterSpan, wordSpan } from './character-spans.js';
import { textWords } from './text-words.js';

const text = 'Mayor Lena 👍 won';
const words = textWords(text); // [0,5) [6,10) [11,13) [14,17)
const align = (start: number, end: number, cutWords: 'expand' | 'refuse' = 'expand') =>
  wordSpan(text, { span: { start, end, label: 'PER' }, place: 'spans[0]' }, { words, cutWords });

test('characters to words and back', () => {
  expect(align(0, 10)).toEqual({ start: 0, end: 2, label: 'PER' });
  expect(characterSpan({ start: 0, end: 2 }, words)).toEqual({ start: 0, end: 10 });
});

test('white space at the edges is no word', () =>
  expect(align(5, 11)).toMatchObject({ start: 1, end: 2 }));

test('a cut word is taken whole', () => expect(align(2, 8)).toMatchObject({ start: 0, end: 2 }));

describe('refused are', () => {
  test.each([
    [-1, 5, /whole numbers/],
    [5, 5, /whole numbers/],
    [8, 3, /whole numbers/],
    [0, 18, /within the text's 17/],
    [0, 12, /surrogate pair/],
    [5, 6, /hold a word/],
    [Number.NaN, 4, /whole numbers/],
  ])('[%s, %s)', (start, end, message) => expect(() => align(start, end)).toThrow(message));
  test('a cut word, where asked', () => expect(() => align(2, 10, 'refuse')).toThrow(/cut a word/));
});
