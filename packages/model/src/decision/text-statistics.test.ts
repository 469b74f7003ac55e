import { expect, test } from 'vitest';
import { coverage, surfaceOf, TextStatistics } from './text-statistics.js';

const span = (start: number, end: number, label: string) => ({ start, end, label });
const text = TextStatistics.of([
  { words: ['Bank', 'of', 'Spain', 'rose'], spans: [span(0, 3, 'ORG')] },
  { words: ['the', 'bank', 'of', 'Spain'], spans: [span(1, 4, 'ORG'), span(3, 4, 'LOC')] },
  { words: ['a', 'bank'], spans: [] },
]);

test('answers are counted by their words and label, whatever the case', () => {
  expect([...text.answers('bank of spain')]).toEqual([['ORG', 2]]);
  expect([...text.answers('spain')]).toEqual([['LOC', 1]]);
  expect([...text.answers('rose')]).toEqual([]);
  expect(text.words).toBe(10);
});

test('the share of a word that is answered leaves the occurrence asked about out', () => {
  expect(text.shareAnswered('bank', true)).toBe(1 / 2); // of three, two answered; one of them is this one
  expect(text.shareAnswered('bank', false)).toBe(2 / 2);
  expect(text.shareAnswered('Spain', true)).toBe(1);
});

test('a word that occurs nowhere else has no share', () => {
  expect(text.shareAnswered('rose', false)).toBe(-1);
  expect(text.shareAnswered('unknown', false)).toBe(-1);
});

test('surfaces and covered words', () => {
  expect(surfaceOf(['Bank', 'OF', 'Spain'], { start: 0, end: 2 })).toBe('bank of');
  expect([...coverage(4, [span(0, 1, 'A'), span(2, 4, 'B')])]).toEqual([1, 0, 1, 1]);
});
