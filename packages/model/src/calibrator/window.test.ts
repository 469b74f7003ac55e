import { expect, test } from 'vitest';
import { windowAround } from './window.js';

const words = (...tokens: number[]) => {
  const starts = [0];
  for (const n of tokens) starts.push((starts.at(-1) as number) + n);
  return starts;
};

test('a passage that fits is read whole', () => {
  expect(windowAround(words(1, 2, 1), { core: { from: 1, to: 2 }, budget: 4 })).toEqual({
    from: 0,
    to: 3,
  });
});

test('the answer is centred: as many tokens before as after', () => {
  const ones = words(...new Array(20).fill(1));
  expect(windowAround(ones, { core: { from: 10, to: 12 }, budget: 8 })).toEqual({
    from: 7,
    to: 15,
  });
});

test('at either edge the other side takes what is left', () => {
  const ones = words(...new Array(20).fill(1));
  expect(windowAround(ones, { core: { from: 0, to: 1 }, budget: 6 })).toEqual({ from: 0, to: 6 });
  expect(windowAround(ones, { core: { from: 19, to: 20 }, budget: 6 })).toEqual({
    from: 14,
    to: 20,
  });
});

test('words are never cut, even when a token more would fit', () => {
  expect(windowAround(words(3, 3, 1, 3, 3), { core: { from: 2, to: 3 }, budget: 9 })).toEqual({
    from: 1,
    to: 4,
  });
});

test('an answer longer than the budget has no window', () => {
  expect(windowAround(words(1, 9, 1), { core: { from: 1, to: 2 }, budget: 8 })).toBeUndefined();
});
