/** Runs units in worker threads and puts their passages back into the order of the dump. */
import { Worker } from 'node:worker_threads';
import type { ExtractionRules } from '../options.js';
import { LineItem } from './item.js';
import type { Batch, Failure, Request, Want, WorkerOptions } from './messages.js';
import type { Step } from './step.js';
import type { Unit } from './unit.js';
import { Waiting } from './waiting.js';

/** Pages are short-lived: with more room for the young fewer of them are copied. */
const LIMITS = { maxYoungGenerationSizeMb: 16 };

/** Batches of a unit that have come and were not used yet. */
interface Queue {
  readonly batches: Batch[];
  worker?: Worker;
}

/** Worker threads, which begin to load as soon as there is a pool. It is to be ended. */
export class Pool {
  private readonly workers: readonly Worker[];
  /** Workers that wait for a unit. */
  private readonly idle: Worker[] = [];
  /** The units that each worker has, in order. */
  private readonly owned = new Map<Worker, Queue[]>();
  private handOut = (): void => {};
  private failure: Error | undefined;
  private readonly waiting = new Waiting();

  /** `decodes` where units may be bzip2 and there are cores left for it. */
  constructor(count: number, { decodes }: WorkerOptions) {
    this.workers = Array.from({ length: count }, () => this.start({ decodes }));
  }

  /** The steps of all units, in order. Throws where a worker fails and when aborted. Runs once. */
  async *run(
    units: readonly Unit[],
    { rules, signal }: { rules: ExtractionRules; signal?: AbortSignal | undefined },
  ): AsyncGenerator<Step, void, undefined> {
    const queues: Queue[] = units.map(() => ({ batches: [] }));
    let next = 0;
    this.handOut = () => {
      for (let unit = units[next]; unit && this.idle.length > 0; unit = units[next]) {
        const worker = this.idle.shift() as Worker;
        const queue = queues[next++] as Queue;
        queue.worker = worker;
        this.owned.get(worker)?.push(queue);
        worker.postMessage({ unit, rules } satisfies Request);
      }
    };
    const abort = (): void => this.fail(signal?.reason as Error);
    signal?.throwIfAborted();
    signal?.addEventListener('abort', abort);
    try {
      this.handOut();
      for (const queue of queues) {
        for (let isDone = false; !isDone; ) {
          if (this.failure) throw this.failure;
          const batch = queue.batches.shift();
          if (!batch) {
            await this.waiting.wait();
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
    }
  }

  async end(): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.terminate()));
  }

  private start(workerData: WorkerOptions): Worker {
    const worker = new Worker(new URL('./worker.js', import.meta.url), {
      workerData,
      resourceLimits: LIMITS,
    });
    const own: Queue[] = [];
    this.owned.set(worker, own);
    worker.on('error', (error) => this.fail(error));
    worker.on('message', (message: Batch | Want | Failure) => {
      if ('message' in message) {
        this.fail(new Error(message.message));
      } else if ('wants' in message) {
        this.idle.push(worker);
        this.handOut();
      } else {
        own[0]?.batches.push(message);
        if (message.report) own.shift();
        this.waiting.wake();
      }
    });
    return worker;
  }

  private fail(error: Error): void {
    this.failure ??= error;
    this.waiting.wake();
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
