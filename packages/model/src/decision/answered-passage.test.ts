import { expect, test } from 'vitest';
import { AnsweredPassage } from './answered-passage.js';

const words = ['a', 'b', 'c', 'd', 'e', 'f'];
const spans = [
  [0, 2],
  [1, 4],
  [4, 6],
  [1, 4],
].map(([start, end]) => ({ start: start as number, end: end as number, label: 'X' }));
const passage = new AnsweredPassage(words, spans);

test('answers that share a word with a span are counted, the one asked about left out; touching is not sharing', () => {
  for (const [index, own] of spans.entries())
    for (let start = 0; start < words.length; start++)
      for (let end = start + 1; end <= words.length; end++) {
        const sharing = spans.filter((other) => other.start < end && start < other.end);
        const expected = sharing.filter((other) => other !== own).length;
        expect(passage.overlapping({ start, end }, index)).toBe(expected);
      }
  expect(passage.overlapping({ start: 2, end: 4 }, 0)).toBe(2);
});

test('another answer with the same boundaries is a repetition', () => {
  const repeated = spans.map((span, index) => passage.repeats(span, index));
  expect(repeated).toEqual([false, true, false, true]);
  expect(passage.repeats({ start: 1, end: 4 }, 0)).toBe(true);
});

test('words under an answer', () => {
  expect([...passage.covered]).toEqual([1, 1, 1, 1, 1, 1]);
  expect([...new AnsweredPassage(words, spans.slice(0, 1)).covered]).toEqual([1, 1, 0, 0, 0, 0]);
});
