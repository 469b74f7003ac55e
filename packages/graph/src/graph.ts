/** A graph under construction: nodes in topological order, equal nodes once, shapes checked as they come. */
import { type DataType, type TypedArray, typedArray, typeOf } from './data.js';
import { canonical, type Dim, formatShape, type Shape, sameShape } from './dims.js';
import { GraphError, RuleBroken } from './errors.js';
import { toMermaid } from './mermaid.js';
import { type Attributes, type OperatorName, operators } from './operators/table.js';
import { simplify } from './simplify.js';
import { Tensor } from './tensor.js';

/** One application of an operator. */
export interface Node<N extends OperatorName = OperatorName> {
  readonly id: number;
  readonly operator: N;
  readonly inputs: readonly Tensor[];
  readonly attributes: Attributes[N];
  readonly outputs: readonly Tensor[];
  /** Where it was built: names joined by "/". */
  readonly scope: string;
  /** The block of `Graph.recompute` in which it was built. */
  readonly block: number | undefined;
}

/** Narrows a node to one operator. */
export const isNode = <N extends OperatorName>(node: Node, operator: N): node is Node<N> & Node =>
  node.operator === operator;

export class Graph {
  readonly name: string;
  readonly #nodes: Node[] = [];
  readonly #known = new Map<string, Node>();
  readonly #inputs = new Map<string, Tensor>();
  readonly #parameters = new Map<string, Tensor>();
  readonly #outputs = new Map<string, Tensor>();
  #scope = '';
  #block: number | undefined;

  constructor(name = 'graph') {
    this.name = name;
  }

  get nodes(): readonly Node[] {
    return this.#nodes;
  }
  get inputs(): ReadonlyMap<string, Tensor> {
    return this.#inputs;
  }
  get parameters(): ReadonlyMap<string, Tensor> {
    return this.#parameters;
  }
  get outputs(): ReadonlyMap<string, Tensor> {
    return this.#outputs;
  }

  /** A tensor fed at each run. The same name twice is the same tensor. Throws GraphError when shape or type differ. */
  input(name: string, shape: Shape, type: DataType = 'float32'): Tensor {
    const tensor = this.#leaf('Input', { name, shape: shape.map(canonical), type });
    return this.#declare(this.#inputs, name, tensor);
  }

  /** A float32 weight, fed from the runtime's resident of the same name. The same name twice is the same tensor. */
  parameter(name: string, shape: readonly number[]): Tensor {
    return this.#parameter({ name, shape });
  }

  /** A parameter that is the resident of its name in runs that accumulate, and zero in others. */
  accumulator(name: string, shape: readonly number[]): Tensor {
    return this.#parameter({ name, shape, accumulates: true });
  }

  /** A number (shape []) or a typed array of `shape`; a number is float32 unless `type` says otherwise. */
  constant(value: number | TypedArray, shape?: readonly number[], type?: DataType): Tensor {
    const of = type ?? (typeof value === 'number' ? 'float32' : typeOf(value));
    const data = typeof value === 'number' ? typedArray(of, [value]) : value;
    const filled = shape ?? (typeof value === 'number' ? [] : [data.length]);
    return this.#leaf('Constant', { data, shape: filled, type: of });
  }

  /** 0, 1, 2… [size]. */
  iota(size: Dim, type: DataType = 'int32'): Tensor {
    return this.#leaf('Iota', { size: canonical(size), type });
  }

  /** The product of dimensions as a float32 scalar; a constant when they are numbers. */
  size(dims: Shape): Tensor {
    return dims.every((dim) => typeof dim === 'number')
      ? this.constant(dims.reduce((a, b) => a * b, 1))
      : this.#leaf('Size', { dims: dims.map(canonical) });
  }

  /** Names a result. Throws GraphError when the name is taken by another tensor. */
  output(name: string, tensor: Tensor): void {
    this.#declare(this.#outputs, name, tensor);
  }

  /** Runs `build` with `name` appended to the place that errors and ONNX node names give. */
  scope<T>(name: string, build: () => T): T {
    const outer = this.#scope;
    this.#scope = outer === '' ? name : `${outer}/${name}`;
    try {
      return build();
    } finally {
      this.#scope = outer;
    }
  }

  /**
   * Runs `build`, whose values gradients compute again instead of keeping them: less memory for one more forward pass of
   * this block. A block inside a block is part of it.
   */
  recompute<T>(build: () => T): T {
    const outer = this.#block;
    this.#block ??= this.#nodes.length;
    try {
      return build();
    } finally {
      this.#block = outer;
    }
  }

  /** One operator on tensors of this graph: all its outputs. Throws GraphError when the shape rule is broken. */
  apply<N extends OperatorName>(
    operator: N,
    inputs: readonly Tensor[],
    attributes: Attributes[N],
  ): readonly Tensor[] {
    const place = this.#scope === '' ? operator : `${this.#scope}/${operator}`;
    const stranger = inputs.find((tensor) => tensor.graph !== this);
    if (stranger)
      throw new GraphError(place, {
        rule: 'operands belong to one graph',
        expected: this.name,
        got: stranger.graph.name,
      });
    const types = this.#infer(place, operator, inputs, attributes);
    const simpler = simplify(this, operator, inputs, attributes);
    if (simpler) return [simpler];
    const key = keyOf(operator, inputs, attributes);
    const known = this.#known.get(key);
    if (known) return known.outputs;
    const outputs: Tensor[] = [];
    const node: Node<N> = {
      id: this.#nodes.length,
      operator,
      inputs,
      attributes,
      outputs,
      scope: this.#scope,
      block: this.#block,
    };
    for (const type of types) outputs.push(new Tensor(this, node, outputs.length, type));
    this.#nodes.push(node);
    this.#known.set(key, node);
    return outputs;
  }

  /** A Mermaid flowchart of what the outputs need; see README. */
  toMermaid(): string {
    return toMermaid(this);
  }

  #infer<N extends OperatorName>(
    place: string,
    operator: N,
    inputs: readonly Tensor[],
    attributes: Attributes[N],
  ) {
    try {
      return operators[operator].infer(inputs, attributes);
    } catch (error) {
      if (error instanceof RuleBroken) throw new GraphError(place, error.problem);
      throw error;
    }
  }

  #parameter(attributes: Attributes['Parameter']): Tensor {
    return this.#declare(this.#parameters, attributes.name, this.#leaf('Parameter', attributes));
  }

  #leaf<N extends 'Input' | 'Parameter' | 'Constant' | 'Iota' | 'Size'>(
    operator: N,
    attributes: Attributes[N],
  ): Tensor {
    return this.apply(operator, [], attributes)[0] as Tensor;
  }

  #declare(names: Map<string, Tensor>, name: string, tensor: Tensor): Tensor {
    const known = names.get(name);
    if (known && known !== tensor) {
      const same = known.type === tensor.type && sameShape(known.shape, tensor.shape);
      const got = `${tensor.type}${formatShape(tensor.shape)}${same ? ' computed otherwise' : ''}`;
      throw new GraphError(name, {
        rule: 'one name is one tensor',
        expected: `${known.type}${formatShape(known.shape)}`,
        got,
      });
    }
    names.set(name, tensor);
    return tensor;
  }
}

const largestComparedConstant = 64; // elements; larger constants are told apart by identity
const identities = new WeakMap<object, number>();
let identityCount = 0;

/** What makes two nodes equal: operator, operands, attributes. */
function keyOf(operator: OperatorName, inputs: readonly Tensor[], attributes: object): string {
  const operands = inputs.map(({ node, index }) => `${node.id}.${index}`).join();
  const text = JSON.stringify(attributes, (_, value) =>
    ArrayBuffer.isView(value) ? constantKey(value as TypedArray) : value,
  );
  return `${operator}(${operands})${text}`;
}

function constantKey(data: TypedArray): string {
  if (data.length <= largestComparedConstant) return data.join();
  let identity = identities.get(data);
  if (identity === undefined) {
    identity = identityCount++;
    identities.set(data, identity);
  }
  return `#${identity}`;
}
