/**
 * Gradients and AdamW on a runtime, one optimizer step at a time. Knows nothing of data, files or recipes.
 * A runtime serves one trainer at a time: weights live there under their own names.
 */
import {
  averageName,
  type Feed,
  gradientName,
  type Program,
  type Runtime,
  type TensorData,
} from '@calibre/graph';
import { type Feeds, pickFeeds } from '@calibre/model';
import type { Tensors } from './checkpoint.js';
import { scheduleOf, type TrainingConfig } from './config.js';
import { loadPrograms, type Programs, type RowsTable, type TrainerOptions } from './programs.js';
import { type Schedule, schedule } from './schedules.js';

/** One micro-batch of an optimizer step. */
export interface MicroBatch {
  readonly feeds: Feeds;
  /** Factor of its loss. Default 1 / micro-batches; its labelled tokens / the step's gives the mean over tokens. */
  readonly weight?: number;
  /** Names it in errors. */
  readonly name?: string;
}

/** What one optimizer step says. */
export interface StepResult {
  /** Steps done, this one included. */
  readonly step: number;
  /** Weighted sum over the micro-batches, before the update. */
  readonly loss: number;
  /** The same of the network's other outputs: its terms. */
  readonly terms: Readonly<Record<string, number>>;
  /** Euclidean norm over all parameters, before clipping. */
  readonly gradientNorm: number;
  readonly learningRate: number;
}

/** What a run needs to go on exactly as if it had not stopped, besides its data's cursor. */
export interface TrainerState {
  readonly step: number;
  readonly weights: Tensors;
  readonly optimizer: Tensors;
}

/** Loss or gradient is not finite. */
export class DivergenceError extends Error {
  override readonly name = 'DivergenceError';
}

export class Trainer {
  readonly #runtime: Runtime;
  readonly #config: TrainingConfig;
  readonly #rows: RowsTable | undefined;
  readonly #schedule: Schedule;
  readonly #programs: Programs;
  #step = 0;

  private constructor(runtime: Runtime, options: TrainerOptions, programs: Programs) {
    this.#runtime = runtime;
    this.#config = options.config;
    this.#rows = options.rows;
    this.#schedule = schedule(scheduleOf(options.config));
    this.#programs = programs;
  }

  /** Loads the programs and puts weights and fresh optimizer state on the runtime. */
  static async create(runtime: Runtime, options: TrainerOptions): Promise<Trainer> {
    const trainer = new Trainer(runtime, options, await loadPrograms(runtime, options));
    await trainer.restore({ step: 0, weights: options.weights, optimizer: new Map() });
    return trainer;
  }

  /** Optimizer steps done. */
  get step(): number {
    return this.#step;
  }

  /**
   * One optimizer step.
   * @throws DivergenceError; after a loss that is not finite the weights are those of the step before. AbortError.
   */
  async update(
    batches: readonly MicroBatch[],
    options: { readonly signal?: AbortSignal | undefined } = {},
  ): Promise<StepResult> {
    const { loss = Number.NaN, ...terms } = await this.#accumulate(batches, options);
    if (!Number.isFinite(loss)) throw diverged(`loss ${loss}`, batches);
    const learningRate = this.#config.learningRate * this.#schedule(this.#step);
    const gradientNorm = await this.#apply(batches, { learningRate, step: this.#step + 1 });
    if (!Number.isFinite(gradientNorm)) throw diverged(`gradient norm ${gradientNorm}`, batches);
    this.#step++;
    return { step: this.#step, loss, terms, gradientNorm, learningRate };
  }

  /** Runs the micro-batches, leaving the gradient of their weighted sum on the runtime; returns the sums. */
  async #accumulate(
    batches: readonly MicroBatch[],
    { signal }: { readonly signal?: AbortSignal | undefined },
  ): Promise<Record<string, number>> {
    const { accumulate, seed } = this.#config;
    if (batches.length !== accumulate)
      throw new RangeError(
        `train: a step takes the ${accumulate} micro-batches that the configuration accumulates, got ${batches.length}`,
      );
    const sums: Record<string, number> = {};
    const { first, further, terms } = this.#programs;
    for (const [index, { feeds, weight = 1 / accumulate }] of batches.entries()) {
      const { program, keep } = (index > 0 && further) || first;
      const drawn = Uint32Array.of(seed, this.#step * accumulate + index);
      const dropoutSeed = { data: drawn, shape: [2] };
      const given = { ...feeds, lossWeight: scalar(weight), dropoutSeed };
      const results = await program.run(this.#feeds(program, given), {
        fetch: terms,
        keep: { ...keep, ...this.#keptRows(index) },
        ...(signal && { signal }),
      });
      for (const term of terms) sums[term] = (sums[term] ?? 0) + weight * numberOf(results[term]);
    }
    return sums;
  }

  /** AdamW with the gradients on the runtime; returns their norm before clipping. */
  async #apply(
    batches: readonly MicroBatch[],
    at: { readonly learningRate: number; readonly step: number },
  ): Promise<number> {
    let otherSquaredNorm = 0;
    for (const [index, { feeds }] of batches.entries())
      for (const gradient of Object.values(this.#keptRows(index))) {
        const { table, ids, paddingId } = this.#rows as RowsTable;
        const rows = { table, gradient, ids: integersOf(feeds, ids).data, paddingId };
        otherSquaredNorm = await this.#runtime.collectRows(rows);
      }
    const { program, keep, feeds } = this.#programs.update;
    const fetch = ['gradientNorm', 'clipFactor'];
    const results = await program.run(feeds({ ...at, otherSquaredNorm }), { fetch, keep });
    if (this.#rows) {
      const { table } = this.#rows;
      const { betas, epsilon, weightDecay } = this.#config;
      const options = { betas, epsilon, weightDecay, clipFactor: numberOf(results.clipFactor) };
      await this.#runtime.updateRows({ table, ...at, ...options });
    }
    return numberOf(results.gradientNorm);
  }

  /** Rows have one gradient for each micro-batch: which output becomes which resident. */
  #keptRows(index: number): Record<string, string> {
    if (!this.#rows) return {};
    const output = gradientName(this.#rows.input);
    return { [output]: `${output}.${index}` };
  }

  #feeds({ compiled }: Program, feeds: Feeds): Record<string, Feed> {
    const read = compiled.inputs.filter(({ source }) => source === 'feed').map(({ name }) => name);
    if (!this.#rows) return pickFeeds(feeds, read);
    const { table, input, ids } = this.#rows;
    const { data, shape } = integersOf(feeds, ids);
    const width = this.#programs.rowsShape[1] as number;
    const gathered = { rows: table, ids: data, shape: [...shape, width], makesUp: true };
    const others = read.filter((name) => name !== input);
    return { ...pickFeeds(feeds, others), [input]: gathered };
  }

  /**
   * The weights as an inference would use them: their moving average where the configuration asks for one. In `rows` mode
   * brings the rows not met lately up to date, so a run that is to be bit for bit another's calls it at the same steps.
   */
  async weights(): Promise<Tensors> {
    const { emaDecay } = this.#config;
    if (this.#rows) await this.#runtime.settleRows(this.#rows.table);
    const averaged = emaDecay > 0 ? averageName : (name: string) => name;
    return this.#get(this.#programs.parameters, averaged);
  }

  async state(): Promise<TrainerState> {
    const { parameters, moments } = this.#programs;
    const weights = await this.#get(parameters);
    return { step: this.#step, weights, optimizer: await this.#get([...moments.keys()]) };
  }

  /** Goes on from a state. Optimizer tensors that it lacks begin anew: moments at zero, averages at the weights. */
  async restore({ step, weights, optimizer }: TrainerState): Promise<void> {
    const { parameters, moments } = this.#programs;
    const averages = new Map<string, TensorData>();
    for (const name of parameters) {
      const weight = weights.get(name);
      if (weight === undefined)
        throw new Error(
          `train: every parameter needs a value, got none for ${name}; is it a checkpoint of another network?`,
        );
      averages.set(averageName(name), weight);
      await this.#runtime.put(name, weight);
    }
    for (const [name, shape] of moments)
      await this.#runtime.put(name, optimizer.get(name) ?? averages.get(name) ?? zeros(shape));
    this.#step = step;
  }

  async #get(names: readonly string[], resident = (name: string) => name): Promise<Tensors> {
    const tensors = new Map<string, TensorData>();
    for (const name of names) tensors.set(name, await this.#runtime.get(resident(name)));
    return tensors;
  }

  /** Frees the programs. Weights and optimizer state stay on the runtime until replaced. */
  async dispose(): Promise<void> {
    const { first, further, update } = this.#programs;
    for (const loaded of [first, further, update]) await loaded?.program.dispose();
  }
}

function diverged(got: string, batches: readonly MicroBatch[]): DivergenceError {
  const names = batches.map(({ name = 'unnamed' }) => name).join(', ');
  return new DivergenceError(
    `train: loss and gradient norm must be finite, got ${got} in batch ${names}; lower the learning rate or look at the batch`,
  );
}

/** The int32 feed that names a table's rows. */
function integersOf(feeds: Feeds, name: string): { data: Int32Array; shape: readonly number[] } {
  const { data, shape } = pickFeeds(feeds, [name])[name] as TensorData;
  return { data: data as Int32Array, shape };
}

const scalar = (value: number): TensorData => ({ data: Float32Array.of(value), shape: [] });
const numberOf = (tensor: TensorData | undefined) => Number(tensor?.data[0]);
const zeros = (shape: readonly number[]): TensorData => ({
  data: new Float32Array(shape.reduce((size, dim) => size * dim, 1)),
  shape,
});
