import { expect, test } from 'vitest';
import { byLanguage, recoverableSpans } from './recovery.js';

test('spans with brackets and spans beyond the limit are left out', () => {
  const words = ['Paris', '(', 'Texas', ')', 'and', 'New', 'York', 'City'];
  const spans = [
    { start: 0, end: 4, label: 'LOC' },
    { start: 2, end: 3, label: 'LOC' },
    { start: 5, end: 8, label: 'LOC' },
  ];
  expect(recoverableSpans({ words, spans }, { maxSpanWords: 2 })).toEqual([spans[1]]);
});

test('languages are learned in the order in which they are first met', () => {
  const examples = ['nl', 'en', 'nl', 'de'].map((language) => ({ language }));
  expect([...byLanguage(examples).keys()]).toEqual(['nl', 'en', 'de']);
});
