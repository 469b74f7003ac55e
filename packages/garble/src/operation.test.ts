import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { applyEdit, type Edit, editBetween, overlap } from './operation.js';

const gold = { start: 4, end: 7 };

describe('each operation on gold [4, 7)', () => {
  test.each<[Edit, [number, number][]]>([
    [{ operation: 'keep', left: 0, right: 0 }, [[4, 7]]],
    [{ operation: 'super', left: 1, right: 0 }, [[3, 7]]],
    [{ operation: 'super', left: 1, right: 2 }, [[3, 9]]],
    [{ operation: 'sub', left: 0, right: -2 }, [[4, 5]]],
    [{ operation: 'drifted', left: -1, right: 1 }, [[5, 8]]],
    [{ operation: 'adjacent', left: 0, right: 2 }, [[7, 9]]],
    [{ operation: 'adjacent', left: 1, right: 0 }, [[3, 4]]],
    [
      { operation: 'split', left: 1, right: 1 },
      [
        [4, 5],
        [6, 7],
      ],
    ],
    [{ operation: 'missed', left: 0, right: 0 }, []],
  ])('%o', (edit, expected) => {
    expect(applyEdit(gold, edit)).toEqual(expected.map(([start, end]) => ({ start, end })));
  });
});

test('an edit that would delete the span, or let go of it, is impossible', () => {
  expect(applyEdit(gold, { operation: 'sub', left: -2, right: -1 })).toBeUndefined();
  expect(applyEdit(gold, { operation: 'drifted', left: -3, right: 1 })).toBeUndefined();
  expect(applyEdit(gold, { operation: 'split', left: 2, right: 2 })).toBeUndefined();
});

test('spans with a gap between them have no edit', () => {
  expect(editBetween(gold, { start: 8, end: 9 })).toBeUndefined();
});

const interval = fc
  .tuple(fc.nat(20), fc.integer({ min: 1, max: 8 }))
  .map(([start, length]) => ({ start, end: start + length }));

test('the edit between two spans that overlap or touch turns the first into the second', () => {
  fc.assert(
    fc.property(interval, interval, (from, to) => {
      const edit = editBetween(from, to);
      expect(edit === undefined).toBe(overlap(from, to) < 0);
      if (edit !== undefined) expect(applyEdit(from, edit)).toEqual([to]);
    }),
  );
});
