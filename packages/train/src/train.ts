/** The training loop: batches in, one record a step out. Callers log, evaluate and stop. */
import type { Feeds } from '@calibre/model';
import { type Cursor, type CursorBatch, splitItems } from './batches.js';
import type { MicroBatch, StepResult, Trainer } from './trainer.js';

export interface TrainOptions<Item> {
  /** Endless batches, beginning where the trainer's state left off. */
  readonly batches: Iterator<CursorBatch<Item>>;
  /** The arrays of a micro-batch: some items of a batch, its part number `part` from 0. */
  readonly feeds: (batch: CursorBatch<Item>, part: number) => Feeds;
  /** Optimizer steps after which to end, those of earlier runs included. */
  readonly steps: number;
  /** Batches of one step. */
  readonly accumulate: number;
  /** Micro-batches of a batch. Default 1. */
  readonly microBatches?: number;
  /** Positions of an item over which the loss is a mean, by which micro-batches are weighted. Default 1. */
  readonly itemWeight?: ((item: Item) => number) | undefined;
  /** Saves a training state: every `saveEverySteps` steps (0: never), at the end, and when aborted. */
  readonly save?: (cursor: Cursor) => Promise<void>;
  readonly saveEverySteps?: number;
  readonly signal?: AbortSignal | undefined;
}

/** What a step says, and how much it read. */
export interface TrainingRecord extends StepResult {
  readonly items: number;
}

/**
 * Trains until `steps`. When `signal` aborts, the step in progress is given up, the state before it saved and AbortError thrown.
 * @throws DivergenceError; the last saved state is then the one to go back to
 */
export async function* train<Item>(
  trainer: Trainer,
  options: TrainOptions<Item>,
): AsyncGenerator<TrainingRecord> {
  const { batches, steps, accumulate, save, saveEverySteps = 0, signal } = options;
  const draw = async () => {
    const drawn = Array.from(
      { length: accumulate },
      () => batches.next().value as CursorBatch<Item>,
    );
    return {
      micro: drawn.flatMap((batch) => microBatchesOf(batch, options)),
      items: drawn.reduce((sum, { items }) => sum + items.length, 0),
      next: drawn.at(-1)?.next,
    };
  };
  let cursor: Cursor | undefined;
  try {
    let batch = trainer.step < steps ? await draw() : undefined;
    while (batch) {
      const updating = trainer.update(batch.micro, { signal });
      const drawing = trainer.step + 1 < steps ? draw() : undefined; // while the runtime works
      const [result, following] = await Promise.all([updating, drawing]);
      cursor = batch.next;
      yield { ...result, items: batch.items };
      batch = following;
      const isDue = saveEverySteps > 0 && trainer.step % saveEverySteps === 0;
      if (cursor && (isDue || trainer.step === steps)) await save?.(cursor);
    }
  } catch (error) {
    if (signal?.aborted && cursor) await save?.(cursor);
    throw error;
  }
}

/** A batch in parts, whose weighted sum is the mean over the batch. */
function microBatchesOf<Item>(
  batch: CursorBatch<Item>,
  { feeds, accumulate, microBatches = 1, itemWeight = () => 1 }: TrainOptions<Item>,
): MicroBatch[] {
  const { items: all, at } = batch;
  const weigh = (items: readonly Item[]) => items.reduce((sum, item) => sum + itemWeight(item), 0);
  const total = accumulate * weigh(all);
  return splitItems(all, microBatches).map((items, part) => ({
    feeds: feeds({ ...batch, items }, part),
    weight: weigh(items) / total,
    name: `${at.chunk}.${at.batch}`,
  }));
}
