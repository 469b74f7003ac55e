/** Small applications of every operator: what each is tried on. */

import type { DataType } from '../src/data.js';
import type { Dim, Shape } from '../src/dims.js';
import {
  attention,
  concat,
  crossEntropy,
  gatherRows,
  gelu,
  layerNorm,
  linear,
  where,
} from '../src/functions.js';
import { Graph } from '../src/graph.js';
import type { LeafAttributes } from '../src/operators/leaves.js';
import type { OperatorName } from '../src/operators/table.js';
import type { Tensor } from '../src/tensor.js';
import type { Value } from './reference.js';

interface Operand {
  readonly shape: Shape;
  readonly type?: DataType;
  /** Given values, else values in −1…1 that keep away from 0, moved by `offset`. */
  readonly values?: readonly number[];
  readonly offset?: number;
}

export interface Case {
  readonly inputs: readonly Operand[];
  readonly apply: (
    inputs: readonly [Tensor, Tensor, Tensor, Tensor],
    graph: Graph,
  ) => Tensor | readonly Tensor[];
}

/** The sizes of the symbols in every case. */
export const bindings: ReadonlyMap<string, number> = new Map([
  ['B', 2],
  ['T', 3],
  ['W', 2],
]);

const x: Operand = { shape: ['B', 3] };
const row: Operand = { shape: [3] };
const positive: Operand = { shape: ['B', 3], offset: 2 };
const unary = (
  method: 'neg' | 'exp' | 'erf' | 'tanh' | 'sigmoid' | 'relu' | 'abs' | 'reciprocal',
): Case[] => [{ inputs: [x], apply: ([a]) => a[method]() }];
const heads: Operand = { shape: ['B', 2, 'T', 2] };
const matmul = (
  a: Shape,
  b: Shape,
  options: { transposeA?: boolean; transposeB?: boolean } = {},
): Case => ({
  inputs: [{ shape: a }, { shape: b }],
  apply: ([p, q]) => p.matmul(q, options),
});
const labels = (values: readonly number[], shape: Shape): Operand => ({
  shape,
  type: 'int32',
  values,
});

export const cases: {
  readonly [N in Exclude<OperatorName, keyof LeafAttributes>]: readonly Case[];
} = {
  Neg: unary('neg'),
  Exp: unary('exp'),
  Log: [{ inputs: [positive], apply: ([a]) => a.log() }],
  Sqrt: [{ inputs: [positive], apply: ([a]) => a.sqrt() }],
  Reciprocal: unary('reciprocal'),
  Erf: unary('erf'),
  Tanh: unary('tanh'),
  Sigmoid: unary('sigmoid'),
  Relu: unary('relu'),
  Abs: unary('abs'),
  Add: [
    { inputs: [x, row], apply: ([a, b]) => a.add(b) },
    { inputs: [{ shape: ['B', 1] }, row], apply: ([a, b]) => a.add(b).add(1) },
  ],
  Sub: [{ inputs: [row, x], apply: ([a, b]) => a.sub(b) }],
  Mul: [
    { inputs: [x, row], apply: ([a, b]) => a.mul(b).mul(3) },
    { inputs: [x], apply: ([a]) => a.square() },
  ],
  Div: [{ inputs: [row, { shape: ['B', 1], offset: 2 }], apply: ([a, b]) => a.div(b) }],
  Equal: [{ inputs: [x, row], apply: ([a, b]) => where(a.equal(b), a, b) }],
  Greater: [{ inputs: [x, row], apply: ([a, b]) => where(a.greater(b), a, b) }],
  Less: [{ inputs: [x, row], apply: ([a, b]) => where(a.less(b), a, b) }],
  Where: [
    { inputs: [x, row], apply: ([a, b]) => where(a.greater(0), b, a) },
    { inputs: [x], apply: ([a]) => where(a.greater(0), 2, a) },
  ],
  Cast: [{ inputs: [x], apply: ([a]) => a.greater(0).cast('float32').mul(a) }],
  Reshape: [
    { inputs: [{ shape: ['B', 'T', 4] }], apply: ([a]) => a.reshape(['B*T', 4]) },
    {
      inputs: [{ shape: ['B', 'T', 4] }],
      apply: ([a]) => a.reshape(['T', 2, 'B', 2]).reshape(['B', 'T', 2, 2]),
    },
  ],
  Transpose: [{ inputs: [{ shape: ['B', 'T', 4] }], apply: ([a]) => a.transpose([1, 2, 0]) }],
  Expand: [
    {
      inputs: [{ shape: ['B', 1, 2] }, { shape: ['T'] }],
      apply: ([a, b]) => a.expand(['T', 'B', 3, 2]).mul(b.sum()),
    },
  ],
  Slice: [
    { inputs: [{ shape: ['B', 4] }], apply: ([a]) => a.slice({ axis: 1, start: 1, end: 3 }) },
    { inputs: [{ shape: [2, 'T'] }], apply: ([a]) => a.slice({ axis: -1, start: 1 }) },
  ],
  Pad: [{ inputs: [x], apply: ([a]) => a.pad({ axis: 1, before: 1, after: 'B' }) }],
  Concat: [{ inputs: [x, { shape: ['B', 'B*B'] }], apply: ([a, b]) => concat([a, b, a], 1) }],
  Gather: [
    {
      inputs: [{ shape: [4, 3] }, labels([1, 1, 3, 0, 1, 2], ['B', 'T'])],
      apply: ([a, i]) => a.gather(i),
    },
    {
      inputs: [{ shape: ['B', 4, 2] }, labels([1, 1, 3, 0, 1, 2], [3, 2])],
      apply: ([a, i]) => a.gather(i, 1),
    },
  ],
  ScatterAdd: [
    {
      inputs: [labels([1, 1, 3], ['T']), { shape: ['T', 2] }],
      apply: ([i, a], graph) => graph.apply('ScatterAdd', [i, a], { size: 5 }),
    },
  ],
  MatMul: [
    matmul(['B', 3], [3, 4]),
    matmul([3, 'B'], [3, 4], { transposeA: true }),
    matmul(['B', 3], [4, 3], { transposeB: true }),
    matmul([3, 'B'], [4, 3], { transposeA: true, transposeB: true }),
    matmul(['B', 'T', 2], [2, 4]),
    matmul(['B', 'T', 2], ['B', 2, 3]),
    matmul(['B', 2, 'T'], ['B', 2, 3], { transposeA: true }),
    matmul(['B', 'T', 2], ['B', 3, 2], { transposeB: true }),
    matmul(['B', 2, 'T'], [1, 3, 2], { transposeA: true, transposeB: true }),
    {
      inputs: [{ shape: ['B', 'T', 2] }, { shape: ['B', 'T', 2] }],
      apply: ([a, b]) => a.matmul(b.transpose([0, 2, 1])).mul(3),
    },
    {
      inputs: [{ shape: ['B', 'T', 2] }, { shape: [4, 2] }, { shape: [4] }],
      apply: ([a, w, b]) =>
        linear(a, w, b)
          .mul(2)
          .add(a.sum(-1, { keepDims: true })),
    },
    {
      inputs: [
        { shape: ['B', 'T', 2] },
        { shape: ['B', 'W'], type: 'int32', values: [2, 0, 1, 7] },
      ],
      apply: ([a, i]) => gatherRows(a, i),
    },
  ],
  Sum: [
    { inputs: [{ shape: ['B', 'T', 2] }], apply: ([a]) => a.sum([0, 2]).add(a.sum()) },
    { inputs: [{ shape: ['B', 'T', 2] }], apply: ([a]) => a.mean([0, 1], { keepDims: true }) },
  ],
  Max: [{ inputs: [{ shape: ['B', 'T', 2] }], apply: ([a]) => a.max([1, 2]) }],
  Softmax: [
    { inputs: [x], apply: ([a]) => a.softmax() },
    { inputs: [x], apply: ([a]) => a.softmax(0) },
  ],
  LogSoftmax: [{ inputs: [x], apply: ([a]) => a.logSoftmax() }],
  LayerNorm: [
    {
      inputs: [{ shape: ['B', 'T', 4] }, { shape: [4] }, { shape: [4] }],
      apply: ([a, g, b]) => layerNorm(a, g, b, { epsilon: 1e-5 }),
    },
    {
      inputs: [{ shape: ['B', 4] }, { shape: [4] }, { shape: [4] }],
      apply: ([a, g, b], graph) => graph.apply('LayerNorm', [a, g, b], { epsilon: 0.1 }),
    },
  ],
  Gelu: [
    { inputs: [x], apply: ([a]) => gelu(a) },
    { inputs: [x], apply: ([a]) => gelu(a, { approximate: 'tanh' }) },
  ],
  Attention: [
    {
      inputs: [
        { shape: ['B', 'T', 4] },
        { shape: ['B', 'W', 4] },
        { shape: ['B', 'W', 4] },
        { shape: ['B', 'W'], values: [1, 1, 1, 0], type: 'int32' },
      ],
      apply: ([query, key, value, mask]) => attention({ query, key, value, mask, heads: 2 }),
    },
    {
      inputs: [heads, heads, heads, { shape: ['B', 2, 'T', 'T'] }],
      apply: ([q, k, v, m], graph) =>
        graph.apply('Attention', [q, k, v, m.slice({ axis: 1, start: 0, end: 1 }), m], {
          scale: 0.7,
          bias: true,
          dropout: true,
        }),
    },
  ],
  CrossEntropy: [
    {
      inputs: [{ shape: ['B', 'T', 4] }, labels([0, 3, -100, 2, 9, -1], ['B', 'T'])],
      apply: ([a, y]) => crossEntropy(a, y),
    },
    {
      inputs: [x, labels([0, 2], ['B'])],
      apply: ([a, y]) => crossEntropy(a, y, { ignoreIndex: 2 }),
    },
    { inputs: [x, labels([-100, -100], ['B'])], apply: ([a, y]) => crossEntropy(a, y) },
  ],
};

/** Kernels that serve where no gradient is taken: tried alone. */
export const forwardCases: readonly Case[] = [
  { inputs: [x], apply: ([a]) => gelu(a.add(1)) },
  { inputs: [x], apply: ([a]) => gelu(a.add(1), { approximate: 'tanh' }) },
];

/** Deterministic values in ±0.1…1. */
function spread(count: number, start: number): number[] {
  return Array.from({ length: count }, (_, i) => {
    const unit = ((i + start) * 0.61803398875) % 1;
    return (unit < 0.5 ? -1 : 1) * (0.1 + 0.9 * ((unit * 7.31) % 1));
  });
}

/** The graph of a case: inputs `x0`, `x1`…, outputs `y0`, `y1`…, with their values. */
export function buildCase({ inputs, apply }: Case): {
  graph: Graph;
  tensors: readonly Tensor[];
  outputs: readonly Tensor[];
  feeds: Map<string, Value>;
} {
  const graph = new Graph('case');
  const feeds = new Map<string, Value>();
  const tensors = inputs.map(({ shape, type, values, offset = 0 }, i) => {
    const sizes = shape.map((dim) => sizeOf(dim));
    const count = sizes.reduce((a, b) => a * b, 1);
    feeds.set(`x${i}`, {
      shape: sizes,
      data: values ?? spread(count, 10 * i + 1).map((value) => value + offset),
    });
    return graph.input(`x${i}`, shape, type);
  });
  const result = apply(tensors as unknown as [Tensor, Tensor, Tensor, Tensor], graph);
  const outputs = Array.isArray(result) ? (result as readonly Tensor[]) : [result as Tensor];
  return { graph, tensors, outputs, feeds };
}

const sizeOf = (dim: Dim): number =>
  typeof dim === 'number'
    ? dim
    : dim.split('*').reduce((product, symbol) => product * (bindings.get(symbol) as number), 1);
