import { expect, test } from 'vitest';
import { taggerRows } from './tagger-rows.js';

const layout = { prefix: [101], separator: [102], suffix: [102], firstType: 0, lastType: 1 };
const sentence = (...tokens: number[]) => {
  const wordStarts = [0];
  for (const n of tokens) wordStarts.push((wordStarts.at(-1) as number) + n);
  const ids = Array.from({ length: wordStarts.at(-1) as number }, (_, i) => i);
  return { ids, wordStarts, shapes: tokens.map((_, word) => word + 1) };
};

test('a sentence that fits is one row; each word is read at its first token', () => {
  expect(taggerRows(sentence(1, 2, 1), { layout, maxTokens: 10 })).toEqual([
    {
      inputIds: [101, 0, 1, 2, 3, 102],
      shapeIds: [0, 1, 2, 2, 3, 0],
      wordPositions: [1, 2, 4],
      firstWord: 0,
    },
  ]);
});

test('a long sentence is read in windows that share a quarter; each word once, further from an edge', () => {
  const rows = taggerRows(sentence(...new Array(14).fill(1)), { layout, maxTokens: 10 });
  // 8 tokens a window, 2 shared: [0, 8) and [6, 14); the shared words 6 and 7 go to one each.
  expect(
    rows.map(({ inputIds, firstWord, wordPositions }) => [inputIds[1], firstWord, wordPositions]),
  ).toEqual([
    [0, 0, [1, 2, 3, 4, 5, 6, 7]],
    [6, 7, [2, 3, 4, 5, 6, 7, 8]],
  ]);
});

test('a word longer than a window is read at its first tokens', () => {
  const rows = taggerRows(sentence(1, 20, 1), { layout, maxTokens: 10 });
  expect(
    rows.flatMap(({ wordPositions, firstWord }) => wordPositions.map((_, i) => firstWord + i)),
  ).toEqual([0, 1, 2]);
  expect(Math.max(...rows.map(({ inputIds }) => inputIds.length))).toBe(10);
});

test('an empty sentence has no rows', () =>
  expect(taggerRows(sentence(), { layout, maxTokens: 10 })).toEqual([]));
