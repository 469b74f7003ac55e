import { expect, test } from 'vitest';
import { createTokenizer } from './pipeline.js';
import { wordPieceSpecification } from './word-piece.js';

const pieces = [
  '[PAD]',
  '[UNK]',
  '[CLS]',
  '[SEP]',
  '[MASK]',
  'Kal',
  '##dur',
  'has',
  'a',
  'bridge',
  '.',
];
const tokenizer = createTokenizer(wordPieceSpecification(pieces));

test('text: ids, tokens, the words of the tokenizer, UTF-16 offsets', () => {
  const { ids, tokens, wordIndices, offsets } = tokenizer.encodeText('Kaldur has😀.');
  expect(ids).toEqual([2, 5, 6, 1, 10, 3]);
  expect(tokens).toEqual(['[CLS]', 'Kal', '##dur', '[UNK]', '.', '[SEP]']);
  expect(wordIndices).toEqual([null, 0, 0, 1, 2, null]);
  expect(offsets).toEqual([[0, 0], [0, 3], [3, 6], [7, 12], [12, 13], [0, 0]]); // biome-ignore format: one line
});

test('words: indices count them, also one of which nothing is left', () => {
  const { ids, wordIndices, wordTokens } = tokenizer.encodeWords(['Kaldur', '\u200b', 'has.']);
  expect(ids).toEqual([2, 5, 6, 7, 10, 3]);
  expect(wordIndices).toEqual([null, 0, 0, 2, 2, null]);
  expect(wordTokens).toEqual([
    [1, 3],
    [3, 3],
    [3, 5],
  ]);
});

test('a word of which nothing is left has the unknown token where each word needs one', () => {
  expect(tokenizer.wordIds('\u200b')).toEqual([1]);
});

test('only the second text of a pair is cut', () => {
  const { ids, sequences } = tokenizer.encodePair('a bridge', 'Kaldur has a', { maxTokens: 7 });
  expect(ids).toEqual([2, 8, 9, 3, 5, 6, 3]);
  expect(sequences).toEqual([null, 0, 0, null, 1, 1, null]);
});

test('a first text that leaves no room is an error', () => {
  expect(() => tokenizer.encodePair('a bridge', 'has', { maxTokens: 5 })).toThrow(
    'maxTokens must exceed the 5 tokens that are never cut',
  );
});

test('windows share `stride` tokens, and the last ends with the text', () => {
  const windows = tokenizer.encodeWindows('a', 'Kaldur has a bridge.', { maxTokens: 7, stride: 1 });
  expect(windows.map(({ firstToken, ids }) => [firstToken, ids])).toEqual([
    [0, [2, 8, 3, 5, 6, 7, 3]],
    [2, [2, 8, 3, 7, 8, 9, 3]],
    [4, [2, 8, 3, 9, 10, 3]],
  ]);
});

test('a stride that leaves no step is an error', () => {
  expect(() => tokenizer.encodeWindows(null, 'a', { maxTokens: 5, stride: 3 })).toThrow(
    'stride must be from 0 to below the 3 tokens that a window holds',
  );
});

test('words cut at maxTokens keep the ranges of what is left', () => {
  const { ids, wordTokens } = tokenizer.encodeWords(['has', 'Kaldur', 'a'], { maxTokens: 4 });
  expect(ids).toEqual([2, 7, 5, 3]);
  expect(wordTokens).toEqual([
    [1, 2],
    [2, 3],
    [3, 3],
  ]);
});
