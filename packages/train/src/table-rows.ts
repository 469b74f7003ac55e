/** A table kept outside the graph, on the first lane: its rows are fed, their gradients collected, and only they updated. */
import {
  type AdamWStep,
  type Feed,
  gradientName,
  type Runtime,
  type TensorData,
} from '@calibre/graph';
import { type Feeds, pickFeeds } from '@calibre/model';
import type { TrainingConfig } from './config.js';
import type { RowsTable } from './programs.js';

export interface TableRowsOptions extends RowsTable {
  readonly width: number;
  readonly config: Pick<TrainingConfig, 'betas' | 'epsilon' | 'weightDecay'>;
}

export class TableRows {
  readonly #runtime: Runtime;
  readonly #options: TableRowsOptions;

  constructor(runtime: Runtime, options: TableRowsOptions) {
    this.#runtime = runtime;
    this.#options = options;
  }

  /** The network's input that takes rows. */
  get input(): string {
    return this.#options.input;
  }

  get table(): string {
    return this.#options.table;
  }

  /** The rows of a micro-batch: gathered when the runtime's program reads them, or at once for a program elsewhere. */
  async feed(feeds: Feeds, { elsewhere }: { readonly elsewhere: boolean }): Promise<Feed> {
    const { data, shape } = this.#ids(feeds);
    const rows = {
      rows: this.table,
      ids: data,
      shape: [...shape, this.#options.width],
      makesUp: true,
    };
    return elsewhere ? this.#runtime.gatherRows(rows) : rows;
  }

  /** Micro-batches keep their gradients apart: which output becomes which resident. */
  kept(microBatch: number): Record<string, string> {
    const output = gradientName(this.input);
    return { [output]: `${output}.${microBatch}` };
  }

  /** Adds up the kept gradients of a step's micro-batches, row by row; returns their squared norm. */
  collect(microBatches: readonly Feeds[]): Promise<number> {
    const { table, paddingId } = this.#options;
    const gradients = microBatches.flatMap((feeds, index) =>
      Object.values(this.kept(index)).map((name) => ({ name, ids: this.#ids(feeds).data })),
    );
    return this.#runtime.collectRows({ table, gradients, paddingId });
  }

  /** AdamW of the rows collected. */
  async update(step: AdamWStep): Promise<void> {
    const { betas, epsilon, weightDecay } = this.#options.config;
    const { table } = this;
    await this.#runtime.updateRows({ table, betas, epsilon, weightDecay, ...step });
  }

  /** The int32 feed that names the rows. */
  #ids(feeds: Feeds): { data: Int32Array; shape: readonly number[] } {
    const { ids } = this.#options;
    const { data, shape } = pickFeeds(feeds, [ids])[ids] as TensorData;
    return { data: data as Int32Array, shape };
  }
}
