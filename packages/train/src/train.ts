/** The training loop: batches in, one record a step out. Callers log, evaluate and stop. */
import type { Feeds } from '@calibre/model';
import type { Cursor, CursorBatch } from './batches.js';
import type { StepResult, Trainer } from './trainer.js';

export interface TrainOptions<Item> {
  /** Endless batches, beginning where the trainer's state left off. */
  readonly batches: Iterator<CursorBatch<Item>>;
  readonly feeds: (batch: CursorBatch<Item>) => Feeds;
  /** Optimizer steps after which to end, those of earlier runs included. */
  readonly steps: number;
  /** Micro-batches of one step. */
  readonly accumulate: number;
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
  { batches, feeds, steps, accumulate, save, saveEverySteps = 0, signal }: TrainOptions<Item>,
): AsyncGenerator<TrainingRecord> {
  const draw = async () => {
    const drawn = Array.from(
      { length: accumulate },
      () => batches.next().value as CursorBatch<Item>,
    );
    return {
      micro: drawn.map((batch) => ({
        feeds: feeds(batch),
        name: `${batch.at.chunk}.${batch.at.batch}`,
      })),
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
