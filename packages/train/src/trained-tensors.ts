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

  /**
   * Optimizer tensors that are missing begin anew: moments at zero, averages at the weights. With `transfer` what is given
   * moves: its arrays are then empty.
   */
  async put(
    { weights, optimizer }: { readonly weights: Tensors; readonly optimizer: Tensors },
    { transfer }: { readonly transfer: boolean },
  ): Promise<void> {
    const { moments, parameters, lanes } = this.#programs;
    const missing = this.#names.find((name) => !weights.has(name));
    if (missing !== undefined)
      throw new Error(
        `train: every parameter needs a value, got none for ${missing}; is it a checkpoint of another network?`,
      );
    const weight = (name: string) => weights.get(name) as TensorData;
    const averages = new Map(this.#names.map((name) => [averageName(name), weight(name)]));
    for (const [name, { shape, on }] of moments) {
      const [known, average] = [optimizer.get(name), averages.get(name)];
      if (known) await on.put(name, known, { transfer });
      else if (average) await on.put(name, average);
      else await on.put(name, zeros(shape), { transfer: true });
    }
    for (const name of this.#names) {
      const others = parameters.includes(name) ? lanes.runtimes.slice(1) : [];
      await Promise.all(others.map((runtime) => runtime.put(name, weight(name))));
      await this.#runtime.put(name, weight(name), { transfer });
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
