import type { CalibratorItem, CalibratorRow } from '@calibre/model';
import { expect, test } from 'vitest';
import { answerSource, randomWindow, sliceWords } from './answer-source.js';
import { randomOf } from './random.js';

test('a window holds its core, stays inside the passage and begins anywhere it can', () => {
  const core = { from: 4, to: 6 };
  const options = { words: 10, maxWords: 5 };
  const starts = Array.from(
    { length: 200 },
    (_, seed) => randomWindow(core, { ...options, random: randomOf(seed) }).from,
  );
  expect([...new Set(starts)].sort()).toEqual([1, 2, 3, 4]);
});

test('a core longer than the window is read whole; a short passage too', () => {
  const random = randomOf(1);
  expect(randomWindow({ from: 2, to: 9 }, { words: 20, maxWords: 5, random })).toEqual({
    from: 2,
    to: 9,
  });
  expect(randomWindow({ from: 0, to: 1 }, { words: 3, maxWords: 5, random })).toEqual({
    from: 0,
    to: 3,
  });
});

test('a slice keeps the tokens of its words', () => {
  const tokens = { ids: [7, 8, 9, 10, 11], wordStarts: [0, 1, 3, 5], shapes: [1, 2, 3] };
  expect(sliceWords(tokens, { from: 1, to: 3 })).toEqual({
    ids: [8, 9, 10, 11],
    wordStarts: [0, 2, 4],
    shapes: [2, 3],
  });
});

test('an initial answer is paired with its gold answer inside the window', () => {
  const words = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
  const sentence = { words, spans: [{ start: 4, end: 6, label: 'LOC' }] };
  const items: CalibratorItem[] = [];
  const layOut = (item: CalibratorItem) => {
    items.push(item);
    return {} as CalibratorRow;
  };
  const tokenizer = { wordIds: (word: string) => [word.charCodeAt(0)] };
  const initialOf = () => ({ start: 5, end: 7, label: 'PER' });
  const source = answerSource([{ sentence }], initialOf, {
    tokenizer,
    layOut,
    maxWords: 3,
    weight: 1,
  });
  source.draw(0, randomOf(1));
  expect(items[0]).toEqual({
    passage: { ids: [101, 102, 103], wordStarts: [0, 1, 2, 3], shapes: [15, 15, 15] }, // e f g, lower case
    initial: { start: 1, end: 3, label: 'PER' },
    gold: { start: 0, end: 2, label: 'LOC' },
  });
});
