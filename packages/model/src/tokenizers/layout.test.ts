import { expect, test } from 'vitest';
import { assemble } from './layout.js';

const bert = { prefix: [101], separator: [102], suffix: [102], firstType: 0, lastType: 1 };
const xlmr = { prefix: [0], separator: [2, 2], suffix: [2], firstType: 0, lastType: 0 };

test('two sequences: [CLS] a [SEP] b [SEP], the second of type 1', () => {
  expect(assemble(bert, [[7], [8, 9]])).toEqual({
    ids: [101, 7, 102, 8, 9, 102],
    typeIds: [0, 0, 0, 1, 1, 1],
    starts: [1, 3],
  });
});

test('one sequence is of type 0', () => {
  expect(assemble(bert, [[7]])).toEqual({ ids: [101, 7, 102], typeIds: [0, 0, 0], starts: [1] });
});

test('question, answer, passage: only the last has type 1', () => {
  expect(assemble(bert, [[5], [6], [7]]).typeIds).toEqual([0, 0, 0, 0, 0, 1, 1]);
});

test('XLM-R puts two </s> between sequences', () => {
  expect(assemble(xlmr, [[7], [8]])).toEqual({
    ids: [0, 7, 2, 2, 8, 2],
    typeIds: [0, 0, 0, 0, 0, 0],
    starts: [1, 4],
  });
});
