import { expect, test } from 'vitest';
import type { CursorBatch } from './batches.js';
import { train } from './train.js';
import type { MicroBatch, Trainer } from './trainer.js';

/** A trainer that only notes its micro-batches. */
function noting(): { trainer: Trainer; noted: (readonly MicroBatch[])[] } {
  const noted: (readonly MicroBatch[])[] = [];
  const trainer = {
    step: 0,
    async update(batches: readonly MicroBatch[]) {
      noted.push(batches);
      this.step++;
      return { step: this.step };
    },
  };
  return { trainer: trainer as unknown as Trainer, noted };
}

function* batchesOf(...all: number[][]): Generator<CursorBatch<number>> {
  for (const [batch, items] of all.entries())
    yield { items, at: { chunk: 0, batch }, next: { chunk: 0, batch: batch + 1 } };
}

const feeds = ({ items }: CursorBatch<number>, part: number) => ({
  items: { data: Int32Array.from([part, ...items]), shape: [items.length + 1] },
});

test('a batch is cut into micro-batches, each weighted by its items, over all batches of the step', async () => {
  const { trainer, noted } = noting();
  const records = train(trainer, {
    batches: batchesOf([1, 1, 2, 4], [5]),
    feeds,
    steps: 1,
    accumulate: 2,
    microBatches: 2,
    itemWeight: (item) => item,
  });
  for await (const { items } of records) expect(items).toBe(5);
  expect(noted).toEqual([
    [
      { feeds: feeds({ items: [1, 1] } as never, 0), weight: 0.125, name: '0.0' },
      { feeds: feeds({ items: [2, 4] } as never, 1), weight: 0.375, name: '0.0' },
      { feeds: feeds({ items: [5] } as never, 0), weight: 0.5, name: '0.1' },
    ],
  ]);
});
