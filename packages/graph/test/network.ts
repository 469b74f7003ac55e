/** A two-layer encoder with every composite operator, trained by AdamW: what runtimes are tried on. */
import type { TensorData } from '../src/data.js';
import { DropoutSeed, dropout } from '../src/dropout.js';
import { attention, crossEntropy, embedding, gelu, layerNorm, linear } from '../src/functions.js';
import { Graph } from '../src/graph.js';
import type { Program } from '../src/runtime/program.js';
import type { LoadOptions, Runtime } from '../src/runtime/runtime.js';
import type { Tensor } from '../src/tensor.js';
import { type AdamWUpdate, adamW } from '../src/training/adamw.js';
import { clipFactor, type GradientSum, sumGradients } from '../src/training/norm.js';
import { outputGradients } from '../src/training/outputs.js';

const [D, heads, vocabulary, classes] = [8, 2, 11, 5];

export interface NetworkOptions extends LoadOptions {
  /** Layers are blocks of `Graph.recompute`. */
  readonly recompute?: boolean;
  /** Runs may add to the kept gradients. */
  readonly accumulate?: boolean;
  /** Default 0.01. */
  readonly learningRate?: number;
}

/** ids [B,T], mask [B,T], labels [B,T] → loss. */
function buildNetwork({ recompute, accumulate = false }: NetworkOptions): {
  graph: Graph;
  loss: Tensor;
  keep: Record<string, string>;
} {
  const graph = new Graph('network');
  const seed = new DropoutSeed(graph);
  const [ids, labels] = [
    graph.input('ids', ['B', 'T'], 'int32'),
    graph.input('labels', ['B', 'T'], 'int32'),
  ];
  const mask = graph.input('mask', ['B', 'T']);
  const dense = (name: string, out: number, x: Tensor) =>
    linear(
      x,
      graph.parameter(`${name}.weight`, [out, x.size(-1) as number]),
      graph.parameter(`${name}.bias`, [out]),
    );
  const norm = (name: string, x: Tensor) =>
    layerNorm(x, graph.parameter(`${name}.gain`, [D]), graph.parameter(`${name}.bias`, [D]), {
      epsilon: 1e-5,
    });
  let x = norm('norm', embedding(graph.parameter('words', [vocabulary, D]), ids));
  const block = <T>(name: string, build: () => T): T =>
    graph.scope(name, () => (recompute ? graph.recompute(build) : build()));
  for (const layer of ['layer.0', 'layer.1'])
    x = block(layer, () => {
      const [query, key, value] = ['query', 'key', 'value'].map((part) =>
        dense(`${layer}.${part}`, D, x),
      ) as [Tensor, Tensor, Tensor];
      const context = attention({ query, key, value, mask, heads, dropout: { rate: 0.1, seed } });
      const attended = norm(
        `${layer}.norm`,
        x.add(dropout(dense(`${layer}.output`, D, context), { rate: 0.1, seed })),
      );
      return attended.add(dense(`${layer}.down`, D, gelu(dense(`${layer}.up`, 2 * D, attended))));
    });
  const loss = crossEntropy(dense('classes', classes, x), labels);
  graph.output('loss', loss);
  return { graph, loss, keep: outputGradients(loss, { accumulate }) };
}

/** Feeds of a step: two sentences of four tokens that depend on the step. */
function batch(step: number): Record<string, TensorData> {
  const tokens = Array.from({ length: 8 }, (_, i) => (i * 7 + step * 3) % vocabulary);
  return {
    ids: { data: Int32Array.from(tokens), shape: [2, 4] },
    mask: { data: Float32Array.of(1, 1, 1, 1, 1, 1, 1, 0), shape: [2, 4] },
    labels: {
      data: Int32Array.from(tokens, (token, i) => (i === 7 ? -100 : token % classes)),
      shape: [2, 4],
    },
    dropoutSeed: { data: Uint32Array.of(42, step), shape: [2] },
  };
}

/** The graphs of a step: gradients with dropout, added up, of recomputed layers; their norm; AdamW. */
export function trainingGraphs(): readonly Graph[] {
  const { graph } = buildNetwork({});
  const shapes = shapesOf(graph);
  const others = [sumGradients(shapes), adamW(shapes, { averageDecay: 0.9 })];
  const more = [{ accumulate: true }, { recompute: true }].map(buildNetwork);
  return [graph, ...[...more, ...others].map((other) => other.graph)];
}

const shapesOf = ({ parameters }: Graph): ReadonlyMap<string, readonly number[]> =>
  new Map([...parameters].map(([name, { shape }]) => [name, shape as readonly number[]]));

/** The network and its optimiser on a runtime. */
export class Training {
  readonly #network: ReturnType<typeof buildNetwork>;
  readonly #sum: GradientSum;
  readonly #update: AdamWUpdate;
  readonly #programs: Promise<[Program, Program, Program]>;
  readonly #learningRate: number;
  readonly names: readonly string[];

  constructor(runtime: Runtime, options: NetworkOptions = {}) {
    this.#network = buildNetwork(options);
    this.#learningRate = options.learningRate ?? 0.01;
    const parameters = shapesOf(this.#network.graph);
    this.#sum = sumGradients(parameters);
    this.#update = adamW(parameters, { averageDecay: 0.9 });
    this.names = [...parameters.keys(), ...this.#update.state.keys()];
    this.#programs = this.#start(runtime, { parameters, options });
  }

  /** Steps from…to (the first is 1): their losses. */
  async steps(from: number, to: number): Promise<number[]> {
    const [forwardBackward, sum, optimizer] = await this.#programs;
    const losses: number[] = [];
    for (let step = from; step <= to; step++) {
      const { loss } = await forwardBackward.run(batch(step), {
        fetch: ['loss'],
        keep: this.#network.keep,
      });
      const sums = await sum.run({}, { keep: this.#sum.keep });
      const { data } = sums.squaredNorms as TensorData;
      const sumOfSquares = (data as Float32Array).reduce((a, b) => a + b);
      const factor = clipFactor(Math.sqrt(sumOfSquares), 1);
      await optimizer.run(
        this.#update.feeds({ learningRate: this.#learningRate, step, clipFactor: factor }),
        {
          fetch: [],
          keep: this.#update.keep,
        },
      );
      losses.push(loss?.data[0] as number);
    }
    return losses;
  }

  async dispose(): Promise<void> {
    for (const program of await this.#programs) await program.dispose();
  }

  async #start(
    runtime: Runtime,
    {
      parameters,
      options: { precision = 'float32', profile },
    }: {
      readonly parameters: ReadonlyMap<string, readonly number[]>;
      readonly options: NetworkOptions;
    },
  ): Promise<[Program, Program, Program]> {
    const size = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);
    let seed = 1;
    for (const [name, shape] of parameters) {
      const values = Float32Array.from(
        { length: size(shape) },
        () => Math.sin(seed++ * 12.9898) / 2,
      );
      await runtime.put(name, { data: name.endsWith('gain') ? values.fill(1) : values, shape });
    }
    for (const [name, shape] of this.#update.state)
      await runtime.put(name, { data: new Float32Array(size(shape)), shape });
    const load = (graph: Graph, own: LoadOptions = {}) =>
      runtime.load(graph, { ...own, ...(profile && { profile: `${profile}-${graph.name}` }) });
    return Promise.all([
      load(this.#network.graph, { precision }),
      load(this.#sum.graph),
      load(this.#update.graph),
    ]);
  }
}
