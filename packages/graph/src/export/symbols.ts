/** Nodes that compute, from the shapes of a model's inputs, what our runtime feeds beside them. */
import { dataTypes, typedArray } from '../data.js';
import { type Dim, polynomial, type Shape } from '../dims.js';
import type { ModelInput } from '../onnx/model.js';
import type { Auxiliary } from '../operators/operator.js';
import { bytesOf, type OnnxGraph, type OnnxNode, type OnnxTensor, onnxNode } from './onnx-graph.js';

/** The graph without auxiliary inputs: vectors of sizes, their products and 0, 1, 2… are computed in it. */
export function computeAuxiliaries(graph: OnnxGraph, inputs: readonly ModelInput[]): OnnxGraph {
  const sizes = new SizeNodes(inputs);
  const computed = new Set<string>();
  for (const { name, source } of inputs)
    if (typeof source === 'object') {
      sizes.define(name, source);
      computed.add(name);
    }
  return {
    ...graph,
    node: [...sizes.nodes, ...graph.node],
    initializer: [...sizes.constants, ...graph.initializer],
    input: graph.input.filter(({ name }) => !computed.has(name)),
  };
}

/** Sizes are int64 [1], so that they concatenate to shapes. */
class SizeNodes {
  readonly #inputs: readonly ModelInput[];
  readonly #nodes = new Map<string, OnnxNode>();
  readonly #constants = new Map<string, OnnxTensor>();

  constructor(inputs: readonly ModelInput[]) {
    this.#inputs = inputs;
  }

  get nodes(): readonly OnnxNode[] {
    return [...this.#nodes.values()];
  }
  get constants(): readonly OnnxTensor[] {
    return [...this.#constants.values()];
  }

  define(name: string, auxiliary: Auxiliary): void {
    if (auxiliary.kind === 'vector') this.#vector(name, auxiliary.dims);
    else if (auxiliary.kind === 'size') {
      const product = auxiliary.dims.map((dim) => this.#size(dim)).reduce(this.#times);
      const scalar = this.#step('Squeeze', [product]);
      this.#step('Cast', [scalar], { to: dataTypes.float32.onnx }, name);
    } else {
      const { size, type } = auxiliary;
      const end = this.#step('Squeeze', [this.#size(size)]);
      const range = this.#step('Range', [this.#integer(0, []), end, this.#integer(1, [])]);
      this.#step('Cast', [range], { to: dataTypes[type].onnx }, name);
    }
  }

  #vector(name: string, dims: Shape): void {
    this.#step(
      'Concat',
      dims.map((dim) => this.#size(dim)),
      { axis: 0 },
      name,
    );
  }

  #size(dim: Dim): string {
    const terms = [...polynomial(dim)].map(([symbols, coefficient]) => {
      const factors = symbols
        .split('*')
        .filter(Boolean)
        .map((symbol) => this.#symbol(symbol));
      if (factors.length === 0) return this.#integer(coefficient, [1]);
      const product = factors.reduce(this.#times);
      return coefficient === 1 ? product : this.#times(product, this.#integer(coefficient, [1]));
    });
    return terms.length === 0
      ? this.#integer(0, [1])
      : terms.reduce((a, b) => this.#step('Add', [a, b]));
  }

  /** The size of the first axis of a fed input that is this symbol alone. */
  #symbol(symbol: string): string {
    const input = this.#inputs.find(
      ({ source, shape }) => source === 'feed' && shape.includes(symbol),
    );
    if (!input)
      throw new Error(
        `export: ${symbol} must be the size of some axis of an input, got none; give an input that has it alone`,
      );
    const axis = input.shape.indexOf(symbol);
    return this.#step('Shape', [input.name], { start: axis, end: axis + 1 }, `size ${symbol}`);
  }

  readonly #times = (a: string, b: string): string => this.#step('Mul', [a, b]);

  #integer(value: number, dims: readonly number[]): string {
    const name = `int64 ${value}${dims.length === 0 ? '' : ' [1]'}`;
    const rawData = bytesOf(typedArray('int64', [value]));
    this.#constants.set(name, { name, dims, dataType: dataTypes.int64.onnx, rawData });
    return name;
  }

  /** Equal steps are one node. */
  #step(
    type: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, number>> = {},
    name = `${type}(${inputs.join(', ')})${Object.values(attributes).join()}`,
  ): string {
    if (!this.#nodes.has(name)) this.#nodes.set(name, onnxNode(type, inputs, [name], attributes));
    return name;
  }
}
