import { expect, test } from 'vitest';
import { wordShape, wordShapes } from './word-shape.js';

test.each([
  ['1984', 'digits'],
  ['F16', 'withDigit'],
  ['½', 'withDigit'],
  ['«', 'quote'],
  ['(', 'openBracket'],
  ['）', 'closeBracket'],
  ['–', 'dash'],
  ['。', 'fullStop'],
  ['，', 'comma'],
  ["'", 'apostrophe'],
  ['%', 'symbol'],
  ['', 'symbol'],
  ['NATO', 'capitals'],
  ['U.S.', 'capitals'],
  ['J.', 'capital'],
  ['Brücke', 'capitalised'],
  ['Москва', 'capitalised'],
  ['McDonald', 'capitalisedMixed'],
  ['iPhone', 'mixed'],
  ['straße', 'lower'],
  ['東京', 'caseless'],
  ['القاهرة', 'caseless'],
])('the shape of %s is %s', (word, shape) => {
  expect(wordShapes[wordShape(word)]).toBe(shape);
});
