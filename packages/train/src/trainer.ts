/**
 * Gradients and AdamW on a runtime, one optimizer step at a time. Knows nothing of data, files or recipes.
 * A runtime serves one trainer at a time: weights live there under their own names.
 */
import {
  type AdamWUpdate,
  adamW,
  averageName,
  type Graph,
  outputGradients,
  type Program,
  type Runtime,
  type Tensor,
  type TensorData,
} from '@calibre/graph';
import { type Feeds, pickFeeds } from '@calibre/model';
import { scheduleOf, type TrainingConfig } from './config.js';
import { type Schedule, schedule } from './schedules.js';

/** Tensors by name. */
export type Tensors = ReadonlyMap<string, TensorData>;

export interface TrainerOptions {
  /** Builds the graph whose output `loss` is minimised over its parameters; its other outputs are reported. */
  readonly network: () => Graph;
  /** First values of the weights, by name. */
  readonly weights: Tensors;
  readonly config: TrainingConfig;
}

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
  readonly #schedule: Schedule;
  readonly #programs: Programs;
  #step = 0;

  private constructor(runtime: Runtime, config: TrainingConfig, programs: Programs) {
    this.#runtime = runtime;
    this.#config = config;
    this.#schedule = schedule(scheduleOf(config));
    this.#programs = programs;
  }

  /** Loads the programs and puts weights and fresh optimizer state on the runtime. */
  static async create(
    runtime: Runtime,
    { network, weights, config }: TrainerOptions,
  ): Promise<Trainer> {
    const trainer = new Trainer(runtime, config, await loadPrograms(runtime, { network, config }));
    await trainer.restore({ step: 0, weights, optimizer: new Map() });
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
    const { program, keep, feeds } = this.#programs.update;
    const step = this.#step + 1;
    const results = await program.run(feeds({ learningRate, step }), {
      fetch: ['gradientNorm'],
      keep,
    });
    const gradientNorm = numberOf(results.gradientNorm);
    if (!Number.isFinite(gradientNorm)) throw diverged(`gradient norm ${gradientNorm}`, batches);
    this.#step = step;
    return { step, loss, terms, gradientNorm, learningRate };
  }

  /** Runs the micro-batches, leaving the gradient of their weighted sum on the runtime; returns the sums. */
  async #accumulate(
    batches: readonly MicroBatch[],
    { signal }: { readonly signal?: AbortSignal | undefined },
  ): Promise<Record<string, number>> {
    const { accumulate } = this.#config;
    if (batches.length !== accumulate)
      throw new RangeError(
        `train: a step takes the ${accumulate} micro-batches that the configuration accumulates, got ${batches.length}`,
      );
    const sums: Record<string, number> = {};
    const { first, further, terms } = this.#programs;
    for (const [index, { feeds, weight = 1 / batches.length }] of batches.entries()) {
      const { program, keep } = (index > 0 && further) || first;
      const drawn = Uint32Array.of(this.#config.seed, this.#step * batches.length + index);
      const all = {
        ...feeds,
        lossWeight: scalar(weight),
        dropoutSeed: { data: drawn, shape: [2] },
      };
      const results = await program.run(pickFeeds(all, inputNames(program)), {
        fetch: terms,
        keep,
        ...(signal && { signal }),
      });
      for (const term of terms) sums[term] = (sums[term] ?? 0) + weight * numberOf(results[term]);
    }
    return sums;
  }

  /** The weights as an inference would use them: their moving average where the configuration asks for one. */
  weights(): Promise<Tensors> {
    const averaged = this.#config.emaDecay > 0;
    return this.#get(this.#programs.parameters, (name) => (averaged ? averageName(name) : name));
  }

  async state(): Promise<TrainerState> {
    const { parameters, update } = this.#programs;
    const [weights, optimizer] = [
      await this.#get(parameters),
      await this.#get([...update.state.keys()]),
    ];
    return { step: this.#step, weights, optimizer };
  }

  /** Goes on from a state. Optimizer tensors that it lacks begin anew: moments at zero, averages at the weights. */
  async restore({ step, weights, optimizer }: TrainerState): Promise<void> {
    const { parameters, update } = this.#programs;
    const first = new Map<string, TensorData>();
    for (const name of parameters) {
      const weight = weights.get(name);
      if (weight === undefined)
        throw new Error(
          `train: every parameter needs a value, got none for ${name}; is it a checkpoint of another network?`,
        );
      first.set(name, weight).set(averageName(name), weight);
    }
    for (const name of parameters) await this.#runtime.put(name, first.get(name) as TensorData);
    for (const [name, shape] of update.state)
      await this.#runtime.put(name, optimizer.get(name) ?? first.get(name) ?? zeros(shape));
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

interface KeepingProgram {
  readonly program: Program;
  /** Output → resident. */
  readonly keep: Readonly<Record<string, string>>;
}

interface Programs {
  readonly parameters: readonly string[];
  /** Outputs of the network. */
  readonly terms: readonly string[];
  /** Replaces the kept gradients: the first micro-batch of a step. */
  readonly first: KeepingProgram;
  /** Adds to them: the other micro-batches. Absent where the configuration accumulates none. */
  readonly further?: KeepingProgram;
  readonly update: KeepingProgram & Pick<AdamWUpdate, 'feeds' | 'state'>;
}

async function loadPrograms(
  runtime: Runtime,
  { network, config }: Pick<TrainerOptions, 'network' | 'config'>,
): Promise<Programs> {
  const plain = network();
  const gradientProgram = async (accumulate: boolean) => {
    const graph = network();
    const loss = (graph.outputs.get('loss') as Tensor).mul(graph.input('lossWeight', []));
    const keep = outputGradients(loss, { of: new Map(graph.parameters), accumulate });
    return { program: await runtime.load(graph), keep };
  };
  const shapes = new Map(
    [...plain.parameters].map(([name, { shape }]) => [name, shape as readonly number[]]),
  );
  const update = adamW(shapes, {
    ...config,
    decays,
    maxGradientNorm: config.clipNorm,
    ...(config.emaDecay > 0 && { averageDecay: config.emaDecay }),
  });
  return {
    parameters: [...shapes.keys()],
    terms: [...plain.outputs.keys()],
    first: await gradientProgram(false),
    ...(config.accumulate > 1 && { further: await gradientProgram(true) }),
    update: { ...update, program: await runtime.load(update.graph) },
  };
}

function diverged(got: string, batches: readonly MicroBatch[]): DivergenceError {
  const names = batches.map(({ name = 'unnamed' }) => name).join(', ');
  return new DivergenceError(
    `train: loss and gradient norm must be finite, got ${got} in batch ${names}; lower the learning rate or look at the batch`,
  );
}

/** Weight decay is for matrices: not for biases, not for the gains of layer norms. */
const decays = (name: string) => !/bias|LayerNorm\.weight/.test(name);

const inputNames = ({ compiled }: Program) =>
  compiled.inputs.filter(({ source }) => source === 'feed').map(({ name }) => name);
const scalar = (value: number): TensorData => ({ data: Float32Array.of(value), shape: [] });
const numberOf = (tensor: TensorData | undefined) => Number(tensor?.data[0]);
const zeros = (shape: readonly number[]): TensorData => ({
  data: new Float32Array(shape.reduce((size, dim) => size * dim, 1)),
  shape,
});
