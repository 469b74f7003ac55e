import fc from 'fast-check';
import { expect, test } from 'vitest';
import { batches, bucket, type Cursor, type ItemSource, splitItems } from './batches.js';

const numbers = (length: number, { weight = 1, from = 0 } = {}): ItemSource<number> => ({
  length,
  weight,
  draw: (index) => from + index,
});
const take = <Item>(stream: Iterator<Item>, count: number): Item[] =>
  Array.from({ length: count }, () => stream.next().value as Item);
const size = (item: number) => 1 + (item % 10);

test('items × longest item stays within the budget; a longer item stands alone', () => {
  const cut = bucket([5, 1, 2, 9, 2, 30], { itemTokens: (item) => item, tokensPerBatch: 10 });
  expect(cut).toEqual([[1, 2, 2], [5], [9], [30]]);
});

test('itemsPerBatch bounds the count', () => {
  const cut = bucket([1, 1, 1, 1, 1], {
    itemTokens: () => 1,
    tokensPerBatch: 100,
    itemsPerBatch: 2,
  });
  expect(cut.map((batch) => batch.length)).toEqual([2, 2, 1]);
});

test('each example is drawn once an epoch, in a new order each epoch', () => {
  const stream = batches([numbers(8)], {
    seed: 1,
    chunkItems: 8,
    itemTokens: () => 1,
    tokensPerBatch: 8,
  });
  const [first, second] = take(stream, 2).map(({ items }) => items);
  expect([...(first ?? [])].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  expect([...(second ?? [])].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  expect(first).not.toEqual(second);
});

test('a source of weight 3 gives three items for one of weight 1, whatever their lengths', () => {
  const sources = [numbers(5, { weight: 3 }), numbers(900, { from: 1000 })];
  const stream = batches(sources, {
    seed: 1,
    chunkItems: 100,
    itemTokens: () => 1,
    tokensPerBatch: 100,
  });
  for (const { items } of take(stream, 5))
    expect(items.filter((item) => item < 1000)).toHaveLength(75);
});

test('resuming at any cursor gives what the uninterrupted stream gives', () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 0, max: 40 }), (seed, skipped) => {
      const sources: ItemSource<number>[] = [
        {
          ...numbers(37),
          draw: (index, random) => (random() < 0.1 ? undefined : index + random()),
        },
        numbers(11, { weight: 0.3, from: 100 }),
      ];
      const options = { seed, chunkItems: 50, itemTokens: size, tokensPerBatch: 60 };
      const whole = take(batches(sources, options), skipped + 5);
      const from: Cursor =
        skipped === 0 ? { chunk: 0, batch: 0 } : (whole[skipped - 1]?.next as Cursor);
      expect(take(batches(sources, { ...options, from }), 5)).toEqual(whole.slice(skipped));
    }),
    { numRuns: 50 },
  );
});

test('no examples, or only skipped ones, is an error rather than an endless search', () => {
  const options = { seed: 1, itemTokens: () => 1, tokensPerBatch: 8 };
  expect(() => batches([numbers(0)], options).next()).toThrow('positive weight and length');
  expect(() => batches([{ ...numbers(3), draw: () => undefined }], options).next()).toThrow(
    'got none',
  );
});

test('items are split into runs of near-equal number, fewer where there are fewer items', () => {
  expect(splitItems([1, 2, 3, 4, 5], 2)).toEqual([
    [1, 2],
    [3, 4, 5],
  ]);
  expect(splitItems([1, 2], 4)).toEqual([[1], [2]]);
});
