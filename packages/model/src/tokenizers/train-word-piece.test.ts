import { expect, test } from 'vitest';
import { trainWordPiece } from './train-word-piece.js';

const tokensOf = (tokenizer: ReturnType<typeof trainWordPiece>) =>
  [...tokenizer.vocabulary.keys()].slice(5);

test('characters first, then the most frequent pairs are joined', () => {
  // a ##b occurs 5 times, b ##a once; then ab ##b twice.
  const tokenizer = trainWordPiece(['ab ab ab abb', 'abb ba'], 12);
  expect(tokensOf(tokenizer)).toEqual(['##a', '##b', 'a', 'b', 'ab', 'abb']);
});

test('a pair below minCount is not joined', () => {
  expect(tokensOf(trainWordPiece(['ab'], 100))).toEqual(['##b', 'a']);
  expect(tokensOf(trainWordPiece(['ab'], 100, { minCount: 1 }))).toEqual(['##b', 'a', 'ab']);
});

test('within a word the joined piece keeps its ##', () => {
  expect(tokensOf(trainWordPiece(['xaa yaa zaa'], 100))).toContain('##aa');
});

test('of equally frequent pairs the one of earlier pieces is joined first', () => {
  expect(tokensOf(trainWordPiece(['cd cd ab ab'], 10)).at(-1)).toBe('ab');
});

test('the order of the lines does not matter', () => {
  const lines = ['the cat sat', 'on the mat', 'that cat'];
  expect(tokensOf(trainWordPiece(lines, 40))).toEqual(
    tokensOf(trainWordPiece(lines.toReversed(), 40)),
  );
});

test('punctuation and case follow the tokenizer that is made', () => {
  const tokenizer = trainWordPiece(['Été, été'], 100, { lowercase: true });
  expect(tokenizer.encodeText('ÉTÉ,').tokens).toEqual(['[CLS]', 'ete', ',', '[SEP]']);
});

test('a size below the characters is an error', () => {
  expect(() => trainWordPiece(['abc'], 6)).toThrow('size must be at least 8');
});
