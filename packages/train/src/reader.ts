/** What the calibrator on a runtime says of many initial answers: length-bucketed batches, no decisions. */
import type { Program, Runtime, TensorData } from '@calibre/graph';
import {
  buildCalibratorScores,
  type CalibratorItem,
  type CalibratorModel,
  type CalibratorRow,
  calibratorFeeds,
  calibratorRow,
  maxTokens,
  pickFeeds,
  type Reading,
  readings,
  type Tokenizer,
} from '@calibre/model';
import { bucket } from './batches.js';

export interface ReaderOptions {
  readonly model: CalibratorModel;
  readonly tokenizer: Pick<Tokenizer, 'layout' | 'special'>;
  /** Upper bound of items × longest item of a batch. */
  readonly tokensPerBatch?: number;
}

/** Reads with whatever weights are on the runtime at the time. */
export class Reader {
  readonly #program: Program;
  readonly #options: ReaderOptions;

  private constructor(program: Program, options: ReaderOptions) {
    this.#program = program;
    this.#options = options;
  }

  static async load(runtime: Runtime, options: ReaderOptions): Promise<Reader> {
    return new Reader(await runtime.load(buildCalibratorScores(options.model)), options);
  }

  /** One reading for each item, in order; undefined where an item does not fit the encoder. */
  async read(
    items: readonly CalibratorItem[],
    { signal }: { readonly signal?: AbortSignal | undefined } = {},
  ): Promise<(Reading | undefined)[]> {
    const { model, tokenizer, tokensPerBatch = 8192 } = this.#options;
    const row = rowOf(model, tokenizer);
    const rows = items.flatMap((item, index) => {
      const laid = row(item);
      return laid === undefined ? [] : [{ row: laid, index }];
    });
    const read: (Reading | undefined)[] = items.map(() => undefined);
    const itemTokens = (item: { row: CalibratorRow }) => item.row.inputIds.length;
    for (const batch of bucket(rows, { itemTokens, tokensPerBatch })) {
      const found = await this.#readRows(
        batch.map(({ row }) => row),
        signal,
      );
      batch.forEach(({ index }, place) => {
        read[index] = found[place] as Reading;
      });
    }
    return read;
  }

  async #readRows(rows: readonly CalibratorRow[], signal?: AbortSignal): Promise<Reading[]> {
    const { model, tokenizer } = this.#options;
    const { encoder, calibrator: configuration } = model;
    const feeds = calibratorFeeds(rows, { configuration, encoder, pad: tokenizer.special.pad });
    const names = this.#program.compiled.inputs
      .filter(({ source }) => source === 'feed')
      .map(({ name }) => name);
    const scores = await this.#program.run(pickFeeds(feeds, names), signal ? { signal } : {});
    const floats = (name: string) => scores[name]?.data as Float32Array;
    const labels = scores.startLabels && {
      startLabels: floats('startLabels'),
      endLabels: floats('endLabels'),
    };
    const width = (scores.pairScores as TensorData).shape[1] as number;
    return readings(
      rows,
      { pairScores: floats('pairScores'), ...labels },
      { configuration, width },
    );
  }

  dispose(): Promise<void> {
    return this.#program.dispose();
  }
}

/** Lays an item out for a model; undefined where it does not fit the encoder. */
export function rowOf(
  { encoder, calibrator: configuration }: CalibratorModel,
  { layout }: Pick<Tokenizer, 'layout'>,
) {
  const options = { configuration, layout, maxTokens: maxTokens(encoder) };
  return (item: CalibratorItem): CalibratorRow | undefined => calibratorRow(item, options);
}
