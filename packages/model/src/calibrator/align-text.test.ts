import { splitWords } from '@calibre/metrics/words';
import { describe, expect, test } from 'vitest';
import { alignText } from './align-text.js';

const text = 'Mayor Lena 👍 won';
const words = splitWords(text); // [0,5) [6,10) [11,13) [14,17)
const align = (start: number, end: number, cutWords: 'expand' | 'refuse' = 'expand') =>
  alignText(text, [{ start, end, label: 'PER' }], { words, cutWords })[0];

test('characters to words', () => expect(align(0, 10)).toEqual({ start: 0, end: 2, label: 'PER' }));

test('a cut word is taken whole', () => expect(align(2, 8)).toMatchObject({ start: 0, end: 2 }));

describe('refused are', () => {
  test.each([
    [-1, 5, /whole numbers/],
    [5, 5, /whole numbers/],
    [8, 3, /whole numbers/],
    [0, 18, /within the text's 17/],
    [0, 12, /surrogate pair/],
    [5, 6, /must hold a word, got \[5, 6\) " "/],
    [Number.NaN, 4, /whole numbers/],
  ])('[%s, %s)', (start, end, message) => expect(() => align(start, end)).toThrow(message));
  test('a cut word, where asked', () =>
    expect(() => align(2, 10, 'refuse')).toThrow(/begin and end with words/));
});
