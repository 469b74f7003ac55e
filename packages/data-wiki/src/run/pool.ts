/** Runs units in worker threads and puts their passages back into the order of the dump. */
import { Worker } from 'node:worker_threads';
import { LineItem } from './item.js';
import type { Batch, Failure, Request } from './messages.js';
import type { RunOptions, Step } from './step.js';
import type { Unit } from './unit.js';

/** Pages are short-lived: with more room for the young fewer of them are copied. */
const LIMITS = { maxYoungGenerationSizeMb: 16 };

/** Batches of a unit that have come and were not used yet. */
interface Queue {
  readonly batches: Batch[];
  worker?: Worker;
}

/** The steps of all units, in order. Ends its workers when it ends, is left or is aborted. */
export async function* runPool(
  units: readonly Unit[],
  { rules, workers: count, signal }: RunOptions,
): AsyncGenerator<Step, void, undefined> {
  const queues: Queue[] = units.map(() => ({ batches: [] }));
  let next = 0;
  let failure: Error | undefined;
  let wake = (): void => {};
  const fail = (error: Error): void => {
    failure ??= error;
    wake();
  };
  const abort = (): void => fail(signal?.reason as Error);
  signal?.throwIfAborted();
  signal?.addEventListener('abort', abort);

  const start = (worker: Worker): void => {
    const unit = units[next];
    if (!unit) return;
    const queue = queues[next++] as Queue;
    queue.worker = worker;
    const receive = (message: Batch | Failure): void => {
      if ('message' in message) {
        fail(new Error(message.message));
        return;
      }
      queue.batches.push(message);
      wake();
      if (message.report) {
        worker.off('message', receive);
        start(worker);
      }
    };
    worker.on('message', receive);
    worker.postMessage({ unit, rules } satisfies Request);
  };

  const workers = Array.from({ length: Math.min(count, units.length) }, () => {
    const worker = new Worker(new URL('./worker.js', import.meta.url), { resourceLimits: LIMITS });
    worker.on('error', fail);
    start(worker);
    return worker;
  });
  try {
    for (const queue of queues) {
      for (let isDone = false; !isDone; ) {
        if (failure) throw failure;
        const batch = queue.batches.shift();
        if (!batch) {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
          continue;
        }
        isDone = batch.report !== undefined;
        yield toStep(batch);
        const { buffer: memory, length: used } = batch.lines;
        queue.worker?.postMessage({ used, memory } satisfies Request, [memory]);
      }
    }
  } finally {
    signal?.removeEventListener('abort', abort);
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

function toStep({ lines, ends, keys, bytesRead, report }: Batch): Step {
  let start = 0;
  const items = Array.from(ends, (end, i) => {
    const item = new LineItem(lines.subarray(start, end), keys[i] as number);
    start = end;
    return item;
  });
  return { items, lines, bytesRead, ...(report && { report }) };
}
