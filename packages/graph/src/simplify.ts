/** Simpler forms of an application, taken as the graph is built: nothing is copied, moved or scaled for nothing. */
import { broadcast, sameShape } from './dims.js';
import type { Graph } from './graph.js';
import type { Attributes, OperatorName } from './operators/table.js';
import type { Tensor } from './tensor.js';

type Simplification<N extends OperatorName> = (
  inputs: readonly [Tensor, ...Tensor[]],
  attributes: Attributes[N],
  graph: Graph,
) => Tensor | undefined;

/** The tensor that became `tensor` through one application of `operator`. */
function source<N extends OperatorName>(
  tensor: Tensor,
  operator: N,
): { from: Tensor; attributes: Attributes[N] } | undefined {
  const [from] = tensor.node.inputs;
  if (tensor.node.operator !== operator || !from) return undefined;
  return { from, attributes: tensor.node.attributes as Attributes[N] };
}

/** The value of a constant scalar. */
export function scalarOf(tensor: Tensor | undefined): number | undefined {
  if (tensor?.node.operator !== 'Constant' || tensor.rank > 0) return undefined;
  return Number((tensor.node.attributes as Attributes['Constant']).data[0]);
}

/** Whether a permutation swaps the last two axes and nothing else. */
const swapsLastTwo = (permutation: readonly number[]): boolean => {
  const n = permutation.length;
  return permutation.every((axis, i) => axis === (i === n - 1 ? n - 2 : i === n - 2 ? n - 1 : i));
};

/** Elementwise operators broadcast by themselves: an operand need not be expanded for them. */
function withoutExpand(operator: 'Add' | 'Sub' | 'Mul' | 'Div'): Simplification<typeof operator> {
  return ([a, b], _, graph) => {
    if (!b) return undefined;
    const [x, y] = [source(a, 'Expand')?.from ?? a, source(b, 'Expand')?.from ?? b];
    const shape = broadcast(a.shape, b.shape) ?? [];
    const keeps = (p: Tensor, q: Tensor) =>
      (p !== a || q !== b) && sameShape(broadcast(p.shape, q.shape) ?? [], shape);
    for (const [p, q] of [
      [x, y],
      [x, b],
      [a, y],
    ] as const)
      if (keeps(p, q)) return graph.apply(operator, [p, q], {})[0];
    return undefined;
  };
}

const [addUnexpanded, mulUnexpanded, divUnexpanded] = [
  withoutExpand('Add'),
  withoutExpand('Mul'),
  withoutExpand('Div'),
];

const simplifications: { [N in OperatorName]?: Simplification<N> } = {
  Reshape: ([x], { shape }) =>
    sameShape(x.shape, shape) ? x : source(x, 'Reshape')?.from.reshape(shape),
  Transpose([x], { permutation }) {
    if (permutation.every((axis, i) => axis === i)) return x;
    const earlier = source(x, 'Transpose');
    return earlier?.from.transpose(
      permutation.map((axis) => earlier.attributes.permutation[axis] as number),
    );
  },
  Expand: ([x], { shape }) => (sameShape(x.shape, shape) ? x : undefined),
  Slice: ([x], { axis, start, end }) => (start === 0 && end === x.shape[axis] ? x : undefined),
  Pad: ([x], { before, after }) => (before === 0 && after === 0 ? x : undefined),
  Concat: (inputs) => (inputs.length === 1 ? inputs[0] : undefined),
  Cast: ([x], { to }) => (x.type === to ? x : undefined),
  Sum: ([x], { axes }) => (axes.length === 0 ? x : undefined),
  Max: ([x], { axes }) => (axes.length === 0 ? x : undefined),
  Reciprocal: ([x], _, graph) => {
    const value = scalarOf(x);
    return value === undefined ? undefined : graph.constant(1 / value, [], x.type);
  },
  Add: (inputs, attributes, graph) =>
    scalarOf(inputs[1]) === 0 ? inputs[0] : addUnexpanded(inputs, attributes, graph),
  Sub: (inputs, attributes, graph) =>
    scalarOf(inputs[1]) === 0 ? inputs[0] : withoutExpand('Sub')(inputs, attributes, graph),
  Div: (inputs, attributes, graph) =>
    scalarOf(inputs[1]) === 1 ? inputs[0] : divUnexpanded(inputs, attributes, graph),
  Mul(inputs, attributes, graph) {
    const [x, y] = inputs;
    const factor = scalarOf(y);
    if (factor === 1) return x;
    if (scalarOf(x) !== undefined && factor === undefined) return y?.mul(x); // a constant factor stands right
    const inner = factor === undefined ? undefined : source(x, 'Mul');
    const innerFactor = scalarOf(x.node.inputs[1]);
    if (inner && factor !== undefined && innerFactor !== undefined)
      return inner.from.mul(factor * innerFactor);
    return mulUnexpanded(inputs, attributes, graph);
  },
  MatMul([a, b, ...addend], attributes, graph) {
    if (!b) return undefined;
    const turned = [a, b].map((operand) => {
      const transpose = source(operand, 'Transpose');
      return transpose && swapsLastTwo(transpose.attributes.permutation)
        ? transpose.from
        : undefined;
    });
    if (!turned[0] && !turned[1]) return undefined;
    const flags = {
      transposeA: attributes.transposeA !== Boolean(turned[0]),
      transposeB: attributes.transposeB !== Boolean(turned[1]),
    };
    return graph.apply('MatMul', [turned[0] ?? a, turned[1] ?? b, ...addend], {
      ...attributes,
      ...flags,
    })[0];
  },
};

/** The simpler tensor equal to this application, if the table knows one. */
export function simplify<N extends OperatorName>(
  graph: Graph,
  operator: N,
  inputs: readonly Tensor[],
  attributes: Attributes[N],
): Tensor | undefined {
  const [first, ...rest] = inputs;
  return first && simplifications[operator]?.([first, ...rest], attributes, graph);
}
