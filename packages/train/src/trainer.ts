/**
 * Gradients and AdamW on a runtime, one optimizer step at a time. Knows nothing of data, files or recipes.
 * A runtime serves one trainer at a time: weights live there under their own names.
 */
import {
  type AdamWStep,
  clipFactor,
  type Feed,
  type Runtime,
  type TensorData,
} from '@calibre/graph';
import { type Feeds, pickFeeds } from '@calibre/model';
import type { Tensors } from './checkpoint.js';
import { scheduleOf, type TrainingConfig } from './config.js';
import { divergence } from './divergence.js';
import { LossScale } from './loss-scale.js';
import { type LanePrograms, loadPrograms, type Programs, type TrainerOptions } from './programs.js';
import { type Schedule, schedule } from './schedules.js';
import { TableRows } from './table-rows.js';
import { TrainedTensors } from './trained-tensors.js';

/** One micro-batch of an optimizer step. */
export interface MicroBatch {
  readonly feeds: Feeds;
  /** Factor of its loss. Default 1 / micro-batches; its labelled tokens / the step's gives the mean over tokens. */
  readonly weight?: number;
  /** Names it in errors. */
  readonly name?: string;
}

type WeightedBatch = MicroBatch & { readonly weight: number };

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

export class Trainer {
  readonly #runtime: Runtime;
  readonly #config: TrainingConfig;
  readonly #rows: TableRows | undefined;
  readonly #schedule: Schedule;
  readonly #programs: Programs;
  readonly #tensors: TrainedTensors;
  readonly #lossScale: LossScale;
  #step = 0;

  private constructor(runtime: Runtime, options: TrainerOptions, programs: Programs) {
    this.#runtime = runtime;
    this.#config = options.config;
    const { config, rows } = options;
    const width = programs.rowsShape[1] as number;
    this.#rows = rows && new TableRows(runtime, { ...rows, width, config });
    this.#schedule = schedule(scheduleOf(config));
    this.#programs = programs;
    this.#tensors = new TrainedTensors(runtime, programs, { table: rows?.table });
    this.#lossScale = new LossScale(config.precision);
  }

  /** Loads the programs and puts weights and fresh optimizer state on the runtime. */
  static async create(runtime: Runtime, options: TrainerOptions): Promise<Trainer> {
    const trainer = new Trainer(runtime, options, await loadPrograms(runtime, options));
    try {
      const { weights } = options;
      await trainer.#tensors.put({ weights, optimizer: new Map() }, { transfer: false });
    } catch (error) {
      await trainer.dispose();
      throw error;
    }
    return trainer;
  }

  /** Optimizer steps done. */
  get step(): number {
    return this.#step;
  }

  /**
   * One optimizer step. Micro-batch i is computed on lane i mod lanes; a lane without one computes the first with weight 0.
   * Gradients that overflow in half precision are computed again from a smaller loss.
   * @throws DivergenceError, AbortError; the weights are then those of the step before
   */
  async update(
    given: readonly MicroBatch[],
    options: { readonly signal?: AbortSignal | undefined } = {},
  ): Promise<StepResult> {
    const { accumulate, microBatches } = this.#config;
    if (given.length === 0 || given.length > accumulate * microBatches)
      throw new RangeError(
        `train: a step takes 1 to ${accumulate * microBatches} micro-batches (accumulate × microBatches), got ${given.length}`,
      );
    const batches: WeightedBatch[] = given.map((batch) => ({ weight: 1 / given.length, ...batch }));
    while (batches.length < this.#programs.lanes.count)
      batches.push({ ...(batches[0] as WeightedBatch), weight: 0 });
    const { loss = Number.NaN, ...terms } = await this.#accumulate(batches, options);
    if (!Number.isFinite(loss)) throw divergence(`loss ${loss}`, given);
    const gradientNorm = (await this.#gather(batches)) / this.#lossScale.value;
    if (!Number.isFinite(gradientNorm)) {
      if (this.#lossScale.halve()) return this.update(given, options);
      throw divergence(`gradient norm ${gradientNorm}`, given);
    }
    const learningRate = this.#config.learningRate * this.#schedule(this.#step);
    await this.#apply({
      learningRate,
      step: this.#step + 1,
      clipFactor: clipFactor(gradientNorm, this.#config.clipNorm) / this.#lossScale.value,
    });
    this.#lossScale.keep();
    this.#step++;
    return { step: this.#step, loss, terms, gradientNorm, learningRate };
  }

  /** Runs the micro-batches, leaving on each lane the gradient of the weighted sum of its own; returns the sums of all. */
  async #accumulate(
    batches: readonly WeightedBatch[],
    { signal }: { readonly signal?: AbortSignal | undefined },
  ): Promise<Record<string, number>> {
    const { ofLanes, terms, lanes } = this.#programs;
    const fed = batches.map((batch, index) => this.#feeds(batch, index)); // asked for before any run begins
    const results = await Promise.all(
      fed.map(async (feeds, index) => {
        const { program, keep } = (ofLanes[lanes.of(index)] as LanePrograms).gradients;
        return program.run(await feeds, {
          fetch: terms,
          keep: { ...keep, ...this.#rows?.kept(index) },
          accumulate: index >= lanes.count,
          ...(signal && { signal }),
        });
      }),
    );
    const sums: Record<string, number> = {};
    results.forEach((result, index) => {
      const { weight } = batches[index] as WeightedBatch;
      for (const term of terms) sums[term] = (sums[term] ?? 0) + weight * numberOf(result[term]);
    });
    return sums;
  }

  /** What a micro-batch's program reads. Dropout draws anew for each. */
  async #feeds({ feeds, weight }: WeightedBatch, index: number): Promise<Record<string, Feed>> {
    const { ofLanes, lanes } = this.#programs;
    const { inputs } = (ofLanes[0] as LanePrograms).gradients.program.compiled;
    const seed = this.#config.seed + Math.imul(index, 0x85ebca6b);
    const dropoutSeed = { data: Uint32Array.of(seed, this.#step), shape: [2] };
    const all = { ...feeds, lossWeight: scalar(weight * this.#lossScale.value), dropoutSeed };
    const read = inputs.filter(({ source }) => source === 'feed').map(({ name }) => name);
    if (!this.#rows) return pickFeeds(all, read);
    const { input } = this.#rows;
    const others = read.filter((name) => name !== input);
    const rows = await this.#rows.feed(feeds, { elsewhere: lanes.of(index) > 0 });
    return { ...pickFeeds(all, others), [input]: rows };
  }

  /** Adds up the gradients of all lanes; returns the norm of the sums. */
  async #gather(batches: readonly WeightedBatch[]): Promise<number> {
    const { lanes, ofLanes, parameters } = this.#programs;
    const rows = lanes.runtimes.map((_, lane) =>
      batches.flatMap((_, index) =>
        lanes.of(index) === lane ? Object.values(this.#rows?.kept(index) ?? {}) : [],
      ),
    );
    await lanes.gather(rows);
    const squaredNorms = new Map<string, number>();
    const sums = ofLanes.map(async ({ sum: { program, keep } }, lane) => {
      const { data = [] } = (await program.run({}, { keep })).squaredNorms ?? {};
      const names = [...(lanes.parts[lane]?.keys() ?? [])];
      names.forEach((name, index) => {
        squaredNorms.set(name, Number(data[index]));
      });
    });
    const collecting = this.#rows?.collect(batches.map(({ feeds }) => feeds));
    const [ofRows = 0] = await Promise.all([collecting, ...sums]);
    // in the parameters' order, whoever owns them: the number of lanes changes nothing
    return Math.sqrt(
      parameters.reduce((sum, name) => sum + Number(squaredNorms.get(name)), ofRows),
    );
  }

  /** AdamW: each lane its part, the first the rows too. */
  async #apply(at: Required<AdamWStep>): Promise<void> {
    const { lanes, ofLanes, updateFeeds } = this.#programs;
    const update = (lane: number) => {
      const { program, keep } = (ofLanes[lane] as LanePrograms).update;
      return program.run(updateFeeds(at), { fetch: [], keep });
    };
    await Promise.all([this.#rows?.update(at), lanes.follow(update)]);
  }

  /**
   * The weights as an inference would use them: their moving average where the configuration asks for one. In `rows` mode
   * brings the rows not met lately up to date, so a run that is to be bit for bit another's calls it at the same steps.
   */
  async weights(): Promise<Tensors> {
    if (this.#rows) await this.#runtime.settleRows(this.#rows.table);
    return this.#config.emaDecay > 0 ? this.#tensors.averages() : this.#tensors.weights();
  }

  async state(): Promise<TrainerState> {
    const weights = await this.#tensors.weights();
    const optimizer = new Map([...(await this.#tensors.optimizer()), ...this.#lossScale.state()]);
    return { step: this.#step, weights, optimizer };
  }

  /**
   * Goes on from a state, whose tensors move: its arrays are then empty. Optimizer tensors that it lacks begin anew: moments at
   * zero, averages at the weights.
   */
  async restore(state: TrainerState): Promise<void> {
    await this.#tensors.put(state, { transfer: true });
    this.#lossScale.restore(state.optimizer);
    this.#step = state.step;
  }

  /** Frees the programs and the other lanes. The weights stay on the runtime until replaced. */
  async dispose(): Promise<void> {
    const { lanes, ofLanes } = this.#programs;
    for (const { gradients, sum, update } of ofLanes)
      for (const { program } of [gradients, sum, update]) await program.dispose();
    await lanes.dispose();
  }
}

const scalar = (value: number): TensorData => ({ data: Float32Array.of(value), shape: [] });
const numberOf = (tensor: TensorData | undefined) => Number(tensor?.data[0]);
