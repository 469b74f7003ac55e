import { expect, test } from 'vitest';
import { Unigram } from './unigram.js';

const model = new Unigram(
  [
    ['<unk>', 0],
    ['a', -1],
    ['b', -1],
    ['ab', -1.5],
    ['bc', -1],
    ['abc', -2],
  ],
  { unknownId: 0 },
);
const ids = (word: string) => model.encode(word).map(({ id }) => id);

test('the cut with the greatest sum of scores wins', () => {
  expect(ids('ab')).toEqual([3]); // −1.5 beats −1 + −1
});

test('of equal sums the piece that begins earlier wins', () => {
  expect(ids('abc')).toEqual([5]); // abc −2, and a + bc −2
});

test('characters without a piece are unknown, and neighbouring ones are one token', () => {
  expect(model.encode('axyb')).toEqual([
    { id: 1, length: 1 },
    { id: 0, length: 2 },
    { id: 2, length: 1 },
  ]);
});

test('lengths count code points', () => {
  expect(model.encode('a😀😀')).toEqual([
    { id: 1, length: 1 },
    { id: 0, length: 2 },
  ]);
});

test('the unknown token must be in the vocabulary', () => {
  expect(() => new Unigram([['a', -1]], { unknownId: 1 })).toThrow(
    "model.unk_id must be below the vocabulary's size (1), got 1",
  );
});
