/** What every part of a network needs while its graph is built: the graph, its weights by name, and dropout. */

import {
  DropoutSeed,
  dropout,
  Graph,
  layerNorm,
  linear,
  oneHot,
  type Tensor,
} from '@calibre/graph';
import type { ParameterSpecification } from './parameters.js';

export interface NetworkOptions {
  /**
   * `dense` (default): word embeddings are a weight of the graph, looked up by `inputIds` in it. `rows`: gathered rows
   * arrive as the input `wordEmbeddings` [B,T,E], so that a large table stays outside the graph.
   */
  readonly words?: 'dense' | 'rows';
  /** Drops activations at the configuration's rates; the graph then reads the input `dropoutSeed`. Default: nothing is dropped. */
  readonly dropout?: boolean;
  /** Gradients compute each layer again instead of keeping its values: less memory, a quarter to a third more time. Default: kept. */
  readonly recompute?: boolean;
  /** XLM: add the language embeddings (input `languageIds`), where the checkpoint has them. Default: no language. */
  readonly languages?: boolean;
  /** XLM: look token types up among the words, as Hugging Face does when they are given. Default: none. */
  readonly tokenTypes?: boolean;
}

/** Tables of so few rows are looked up by a product with one-hot rows: its gradient is a product too, not a scatter. */
const smallTableRows = 64;

export class NetworkBuilder {
  readonly graph: Graph;
  readonly options: NetworkOptions;
  readonly #seed: DropoutSeed | undefined;
  readonly #shapes: ReadonlyMap<string, readonly number[]>;

  constructor(
    name: string,
    specifications: readonly ParameterSpecification[],
    options: NetworkOptions,
  ) {
    this.graph = new Graph(name);
    this.options = options;
    this.#seed = options.dropout ? new DropoutSeed(this.graph) : undefined;
    this.#shapes = new Map(specifications.map(({ name, shape }) => [name, shape]));
  }

  /** A weight of the specifications. */
  parameter(name: string): Tensor {
    const shape = this.#shapes.get(name);
    if (shape === undefined)
      throw new Error(`network: ${name} is no parameter of ${this.graph.name}; specify it first`);
    return this.graph.parameter(name, shape);
  }

  /** An int32 input. */
  integers(name: string, shape: readonly string[]): Tensor {
    return this.graph.input(name, shape, 'int32');
  }

  /** x W^T + b with the weight and bias of a module: […, in] → […, out]. */
  linear(x: Tensor, module: string): Tensor {
    return linear(x, this.parameter(`${module}.weight`), this.parameter(`${module}.bias`));
  }

  norm(x: Tensor, module: string, epsilon: number): Tensor {
    return layerNorm(x, this.parameter(`${module}.weight`), this.parameter(`${module}.bias`), {
      epsilon,
    });
  }

  /** Rows of a module's table: ids […] → […, E]. */
  lookUp(module: string, ids: Tensor): Tensor {
    const table = this.parameter(`${module}.weight`);
    const rows = table.size(0) as number;
    return rows > smallTableRows
      ? table.gather(ids)
      : oneHot(ids, rows).cast('float32').matmul(table);
  }

  drop(x: Tensor, rate: number): Tensor {
    return dropout(x, { rate, seed: this.#seed });
  }

  /** For `attention`: the rate and the seed that it drops its probabilities with. */
  attentionDropout(rate: number): { rate: number; seed?: DropoutSeed } {
    return this.#seed === undefined ? { rate } : { rate, seed: this.#seed };
  }
}
