/** Weights and optimizer tensors of a training where they live: read for a state, put back from one. */
import { averageName, type Runtime, type TensorData } from '@calibre/graph';
import type { Tensors } from './checkpoint.js';
import type { Programs } from './programs.js';

export class TrainedTensors {
  readonly #runtime: Runtime;
  readonly #programs: Programs;
  /** Every weight, a table kept outside the graph included. */
  readonly #names: readonly string[];

  constructor(runtime: Runtime, programs: Programs, { table }: { table: string | undefined }) {
    this.#runtime = runtime;
    this.#programs = programs;
    this.#names = [...(table === undefined ? [] : [table]), ...programs.parameters];
  }

  weights(): Promise<Tensors> {
    return this.#get(this.#names);
  }

  /** The moving averages of the weights, under the weights' names. */
  async averages(): Promise<Tensors> {
    const { parameters } = this.#programs;
    const averages = await this.#get(parameters.map(averageName));
    return new Map(parameters.map((name) => [name, averages.get(averageName(name)) as TensorData]));
  }

  optimizer(): Promise<Tensors> {
    return this.#get([...this.#programs.moments.keys()]);
  }

  /** Optimizer tensors that are missing begin anew: moments at zero, averages at the weights. */
  async put({
    weights,
    optimizer,
  }: {
    readonly weights: Tensors;
    readonly optimizer: Tensors;
  }): Promise<void> {
    const { moments, parameters, lanes } = this.#programs;
    const averages = new Map<string, TensorData>();
    for (const name of this.#names) {
      const weight = weights.get(name);
      if (weight === undefined)
        throw new Error(
          `train: every parameter needs a value, got none for ${name}; is it a checkpoint of another network?`,
        );
      averages.set(averageName(name), weight);
      const holders = parameters.includes(name) ? lanes.runtimes : [this.#runtime];
      await Promise.all(holders.map((runtime) => runtime.put(name, weight)));
    }
    for (const [name, { shape, on }] of moments) {
      const known = optimizer.get(name) ?? averages.get(name);
      if (known) await on.put(name, known);
      else await on.put(name, zeros(shape), { transfer: true });
    }
  }

  async #get(names: readonly string[]): Promise<Tensors> {
    const tensors = new Map<string, TensorData>();
    for (const name of names) {
      const on = this.#programs.moments.get(name)?.on ?? this.#runtime;
      tensors.set(name, await on.get(name));
    }
    return tensors;
  }
}

const zeros = (shape: readonly number[]): TensorData => ({
  data: new Float32Array(shape.reduce((size, dim) => size * dim, 1)),
  shape,
});
