import { expect, test } from 'vitest';
import { AlignedText } from '../aligned-text.js';
import { mosesWords, normalizePunctuation } from './moses.js';

const words = (text: string, language = 'en') =>
  mosesWords(normalizePunctuation(AlignedText.of(text), language), language);
const strings = (text: string, language?: string) => words(text, language).map(String);

test('punctuation is apart, but not within numbers', () => {
  expect(strings('It cost 1,234.56, then (5).')).toEqual([
    'It',
    'cost',
    '1,234.56',
    ',',
    'then',
    '(',
    '5',
    ')',
    '.',
  ]);
});

test('a full stop stays with an abbreviation, an initial, and before lower case', () => {
  expect(strings('Dr. K. Ode at 5 p.m. in St. Ives etc. and so on.')).toEqual([
    'Dr.', 'K.', 'Ode', 'at', '5', 'p.m.', 'in', 'St.', 'Ives', 'etc.', 'and', 'so', 'on', '.',
  ]); // biome-ignore format: words
});

test('"No." is an abbreviation before a digit only', () => {
  expect(strings('No. 10')).toEqual(['No.', '10']);
  expect(strings('No. Ten')).toEqual(['No', '.', 'Ten']);
});

test('the apostrophe goes right in English, left in French, and stands alone elsewhere', () => {
  expect(strings("she didn't")).toEqual(['she', 'didn', "'t"]);
  expect(strings("l'été", 'fr')).toEqual(["l'", 'été']);
  expect(strings("zo'n", 'nl')).toEqual(['zo', "'", 'n']);
});

test('full stops in a row are one word', () => {
  expect(strings('and so... on..')).toEqual(['and', 'so', '...', 'on', '..']);
});

test('rewritten punctuation keeps its place in the text', () => {
  const [quote, , comma] = words('«Oui», …', 'fr');
  expect([String(quote), quote?.starts, quote?.ends]).toEqual(['"', [0], [1]]);
  expect([String(comma), comma?.starts[0]]).toEqual(['"', 4]);
});

test.each([
  ['5 % (of ٣ %)', '5% (of ٣%)'],
  ['“Ja”，10\u00a0000', '"Ja,"10.000'],
  ['wait …', 'wait ...'],
])('punctuation of %s becomes %s', (text, normalized) => {
  expect(normalizePunctuation(AlignedText.of(text), 'en').toString()).toBe(normalized);
});

test('what does not print is dropped', () => {
  expect(strings('soft\u00adhyphen\u200b \u0007bell')).toEqual(['softhyphen', 'bell']);
});

test('syllables stand alone except in Korean', () => {
  expect(strings('한글')).toEqual(['한', '글']);
  expect(strings('한글', 'ko')).toEqual(['한글']);
});
