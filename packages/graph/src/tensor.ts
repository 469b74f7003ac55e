/** A symbolic tensor: the output of a node, with the operators as methods. Holds no values. */
import type { DataType } from './data.js';
import { canonical, type Dim, formatShape, multiply, type Shape } from './dims.js';
import type { Graph, Node } from './graph.js';
import type { ValueType } from './operators/operator.js';
import type { Attributes, OperatorName } from './operators/table.js';

export class Tensor {
  readonly graph: Graph;
  readonly node: Node;
  /** Which output of the node. */
  readonly index: number;
  readonly shape: Shape;
  readonly type: DataType;

  /** Made by `Graph.apply` alone. */
  constructor(graph: Graph, node: Node, index: number, { shape, type }: ValueType) {
    this.graph = graph;
    this.node = node;
    this.index = index;
    this.shape = shape;
    this.type = type;
  }

  get rank(): number {
    return this.shape.length;
  }

  /** The size of an axis, counted from the end if negative. */
  size(axis: number): Dim {
    return this.shape.at(axis) as Dim;
  }

  toString(): string {
    return `${this.node.operator} ${this.type}${formatShape(this.shape)}`;
  }

  // Elementwise; two tensors broadcast as in numpy, a number has this tensor's type.
  add(other: Tensor | number): Tensor {
    return this.#binary('Add', other);
  }
  sub(other: Tensor | number): Tensor {
    return this.#binary('Sub', other);
  }
  mul(other: Tensor | number): Tensor {
    return this.#binary('Mul', other);
  }
  div(other: Tensor | number): Tensor {
    return this.#binary('Div', other);
  }
  equal(other: Tensor | number): Tensor {
    return this.#binary('Equal', other);
  }
  greater(other: Tensor | number): Tensor {
    return this.#binary('Greater', other);
  }
  less(other: Tensor | number): Tensor {
    return this.#binary('Less', other);
  }
  neg(): Tensor {
    return this.#apply('Neg', {});
  }
  exp(): Tensor {
    return this.#apply('Exp', {});
  }
  log(): Tensor {
    return this.#apply('Log', {});
  }
  sqrt(): Tensor {
    return this.#apply('Sqrt', {});
  }
  reciprocal(): Tensor {
    return this.#apply('Reciprocal', {});
  }
  erf(): Tensor {
    return this.#apply('Erf', {});
  }
  tanh(): Tensor {
    return this.#apply('Tanh', {});
  }
  sigmoid(): Tensor {
    return this.#apply('Sigmoid', {});
  }
  relu(): Tensor {
    return this.#apply('Relu', {});
  }
  abs(): Tensor {
    return this.#apply('Abs', {});
  }
  /** −1, 0 or 1 (ONNX's own Sign would fall back to the CPU on WebGPU). */
  sign(): Tensor {
    return this.greater(0).cast(this.type).sub(this.less(0).cast(this.type));
  }
  square(): Tensor {
    return this.mul(this);
  }
  cast(to: DataType): Tensor {
    return this.#apply('Cast', { to });
  }

  // Movement.
  reshape(shape: Shape): Tensor {
    return this.#apply('Reshape', { shape: shape.map(canonical) });
  }
  transpose(permutation: readonly number[]): Tensor {
    return this.#apply('Transpose', { permutation });
  }
  /** Repeats axes of size 1 (and new front axes) up to `shape`. */
  expand(shape: Shape): Tensor {
    return this.#apply('Expand', { shape: shape.map(canonical) });
  }
  /** Elements start ≤ i < end of an axis; `end` is the axis' size unless given. */
  slice({ axis, start = 0, end }: { axis: number; start?: Dim; end?: Dim }): Tensor {
    const at = this.#axis(axis);
    return this.#apply('Slice', {
      axis: at,
      start: canonical(start),
      end: canonical(end ?? this.size(at)),
    });
  }
  /** Zeros before and after along an axis. */
  pad({ axis, before = 0, after = 0 }: { axis: number; before?: Dim; after?: Dim }): Tensor {
    return this.#apply('Pad', {
      axis: this.#axis(axis),
      before: canonical(before),
      after: canonical(after),
    });
  }
  /** A new axis of size 1 at `axis` of the result. */
  expandDims(axis: number): Tensor {
    const at = axis < 0 ? axis + this.rank + 1 : axis;
    return this.reshape([...this.shape.slice(0, at), 1, ...this.shape.slice(at)]);
  }
  /** Without an axis of size 1. */
  squeeze(axis: number): Tensor {
    const at = this.#axis(axis);
    return this.reshape(this.shape.filter((_, i) => i !== at));
  }
  /** Slices of an axis at integer indices: [… V …], [I…] → [… I… …]. Indices beyond the axis are an error of the run. */
  gather(indices: Tensor, axis = 0): Tensor {
    const at = this.#axis(axis);
    if (at === 0) return this.graph.apply('Gather', [this, indices], {})[0] as Tensor;
    const axes = this.shape.map((_, i) => i);
    const rows = this.transpose([at, ...axes.filter((i) => i !== at)]).gather(indices); // [I…, before…, after…]
    const [I, inFront] = [indices.rank, (i: number) => i + indices.rank];
    const result = [
      ...axes.slice(0, at).map(inFront),
      ...indices.shape.map((_, i) => i),
      ...axes.slice(at, -1).map(inFront),
    ];
    return I === 0 ? rows : rows.transpose(result);
  }

  // Products and reductions.
  /** […, M, K] × […, K, N] → […, M, N]; a transposed operand is given as […, K, M] or […, N, K]. */
  matmul(other: Tensor, { transposeA = false, transposeB = false } = {}): Tensor {
    const product = { transposeA, transposeB, alpha: 1, beta: 1 };
    if (this.rank <= 2 || other.rank !== 2 || transposeA)
      return this.#apply('MatMul', product, [other]);
    // One product of matrices instead of a batch: its gradient for `other` needs no sum over the batch.
    const flat = this.reshape([multiply(this.shape.slice(0, -1)), this.size(-1)]);
    const result = flat.#apply('MatMul', product, [other]);
    return result.reshape([...this.shape.slice(0, -1), result.size(-1)]);
  }
  /** Sum over `axes` (all unless given). */
  sum(axes?: readonly number[] | number, { keepDims = false } = {}): Tensor {
    return this.#apply('Sum', { axes: this.#axes(axes), keepDims });
  }
  mean(axes?: readonly number[] | number, { keepDims = false } = {}): Tensor {
    const over = this.#axes(axes);
    const size = this.graph.size(over.map((axis) => this.size(axis)));
    return this.sum(over, { keepDims }).mul(size.reciprocal());
  }
  max(axes?: readonly number[] | number, { keepDims = false } = {}): Tensor {
    return this.#apply('Max', { axes: this.#axes(axes), keepDims });
  }
  softmax(axis = -1): Tensor {
    return this.#apply('Softmax', { axis: this.#axis(axis) });
  }
  logSoftmax(axis = -1): Tensor {
    return this.#apply('LogSoftmax', { axis: this.#axis(axis) });
  }

  #apply<N extends OperatorName>(
    operator: N,
    attributes: Attributes[N],
    others: readonly Tensor[] = [],
  ): Tensor {
    return this.graph.apply(operator, [this, ...others], attributes)[0] as Tensor;
  }

  #binary(
    operator: 'Add' | 'Sub' | 'Mul' | 'Div' | 'Equal' | 'Greater' | 'Less',
    other: Tensor | number,
  ): Tensor {
    const operand = typeof other === 'number' ? this.graph.constant(other, [], this.type) : other;
    return this.#apply(operator, {}, [operand]);
  }

  #axis(axis: number): number {
    return axis < 0 ? axis + this.rank : axis;
  }

  #axes(axes?: readonly number[] | number): readonly number[] {
    if (axes === undefined) return this.shape.map((_, i) => i);
    return (typeof axes === 'number' ? [axes] : axes)
      .map((axis) => this.#axis(axis))
      .sort((a, b) => a - b);
  }
}
