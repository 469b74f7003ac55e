/** The inference graph at work on a runtime: items in, readings out, batched by length. Decides nothing. */

import type { Program, Runtime, TensorData } from '@calibre/graph';
import { buildCalibratorScores } from '../network/calibrator-network.js';
import type { CalibratorModel } from '../network/configuration.js';
import { maxTokens } from '../network/encoder-configuration.js';
import { pickFeeds } from '../network/feeds.js';
import type { Tokenizer } from '../tokenizers/tokenizer.js';
import { calibratorFeeds } from './batch.js';
import { type Reading, readings } from './decode.js';
import { type CalibratorItem, type CalibratorRow, calibratorRow } from './row.js';

export interface ReaderOptions {
  readonly model: CalibratorModel;
  readonly tokenizer: Pick<Tokenizer, 'layout' | 'special'>;
  /** Token columns of one run, padding included; a row that is longer runs alone. */
  readonly batchTokens?: number;
}

export interface ReadOptions {
  /** Candidates reported of each item. */
  readonly topK?: number;
  readonly signal?: AbortSignal | undefined;
}

/** Items laid out at a time: enough to find rows of like length among, and a bound on the memory of long documents. */
const itemsAtOnce = 512;

export class CalibratorReader {
  readonly model: CalibratorModel;
  readonly #tokenizer: ReaderOptions['tokenizer'];
  readonly #program: Program;
  readonly #batchTokens: number;

  private constructor(program: Program, options: ReaderOptions) {
    const { model, tokenizer, batchTokens = 2048 } = options;
    this.model = model;
    this.#tokenizer = tokenizer;
    this.#program = program;
    this.#batchTokens = batchTokens;
  }

  /** Loads the graph on a runtime where the model's weights are resident, now or later, under their names. */
  static async create(runtime: Runtime, options: ReaderOptions): Promise<CalibratorReader> {
    return new CalibratorReader(await runtime.load(buildCalibratorScores(options.model)), options);
  }

  /** One reading for each item, in their order; undefined where the answer does not fit the encoder beside its passage. */
  async read(
    items: readonly CalibratorItem[],
    { topK = 5, signal }: ReadOptions = {},
  ): Promise<(Reading | undefined)[]> {
    const { calibrator: configuration, encoder } = this.model;
    const rowOptions = {
      configuration,
      layout: this.#tokenizer.layout,
      maxTokens: maxTokens(encoder),
    };
    const results = new Array<Reading | undefined>(items.length).fill(undefined);
    for (let first = 0; first < items.length; first += itemsAtOnce) {
      const rows = items.slice(first, first + itemsAtOnce).flatMap((item, at) => {
        const row = calibratorRow(item, rowOptions);
        return row === undefined ? [] : [{ index: first + at, row }];
      });
      for (const batch of bucketed(rows, this.#batchTokens)) {
        const read = await this.#run(
          batch.map(({ row }) => row),
          { topK, signal },
        );
        for (const [b, { index }] of batch.entries()) results[index] = read[b];
      }
    }
    return results;
  }

  async #run(
    rows: readonly CalibratorRow[],
    { topK, signal }: Required<Pick<ReadOptions, 'topK'>> & Pick<ReadOptions, 'signal'>,
  ): Promise<Reading[]> {
    const { calibrator: configuration, encoder } = this.model;
    const { pad } = this.#tokenizer.special;
    const feeds = calibratorFeeds(rows, { configuration, encoder, pad });
    const outputs = await this.#program.run(
      pickFeeds(feeds, this.#inputNames()),
      signal === undefined ? {} : { signal },
    );
    const [, width] = (feeds.unitMask as TensorData).shape as [number, number];
    const { pairScores, startLabels, endLabels } = outputs;
    return readings(
      rows,
      {
        pairScores: pairScores?.data as Float32Array,
        ...(startLabels && { startLabels: startLabels.data as Float32Array }),
        ...(endLabels && { endLabels: endLabels.data as Float32Array }),
      },
      { configuration, width, topK },
    );
  }

  #inputNames(): string[] {
    const { inputs } = this.#program.compiled;
    return inputs.filter(({ source }) => source === 'feed').map(({ name }) => name);
  }

  /** Frees the graph; the weights stay on the runtime. */
  dispose(): Promise<void> {
    return this.#program.dispose();
  }
}

/** Rows of like length together, as many as fit into `tokens` columns. */
function bucketed<T extends { readonly row: CalibratorRow }>(
  rows: readonly T[],
  tokens: number,
): T[][] {
  const batches: T[][] = [];
  const length = ({ row }: T) => row.inputIds.length;
  for (const entry of [...rows].sort((a, b) => length(a) - length(b))) {
    const batch = batches.at(-1);
    if (batch !== undefined && (batch.length + 1) * length(entry) <= tokens) batch.push(entry);
    else batches.push([entry]);
  }
  return batches;
}
