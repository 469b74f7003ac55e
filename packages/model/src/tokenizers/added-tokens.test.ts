import { expect, test } from 'vitest';
import { createAddedTokenFinder } from './added-tokens.js';

test('the longest token at a place is found, and the text between is kept', () => {
  const find = createAddedTokenFinder([
    { id: 7, content: '<s>' },
    { id: 8, content: '<s>>' },
  ]);
  expect(find('a<s>>b')).toEqual([
    { start: 0, end: 1 },
    { start: 1, end: 5, id: 8 },
    { start: 5, end: 6 },
  ]);
});

test('lstrip and rstrip take the white space beside the token', () => {
  const find = createAddedTokenFinder([{ id: 7, content: '<mask>', lstrip: true, rstrip: true }]);
  expect(find('a  <mask> b')).toEqual([
    { start: 0, end: 1 },
    { start: 1, end: 10, id: 7 },
    { start: 10, end: 11 },
  ]);
});

test('a single_word token does not match inside a word', () => {
  const find = createAddedTokenFinder([{ id: 7, content: 'cat', single_word: true }]);
  expect(find('cats')).toEqual([{ start: 0, end: 4 }]);
  expect(find('cat-s')[0]).toEqual({ start: 0, end: 3, id: 7 });
});
