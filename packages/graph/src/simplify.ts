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

/** The value of a constant scalar (of float16 only the bits are known here). */
export function scalarOf(tensor: Tensor | undefined): number | undefined {
  if (tensor?.node.operator !== 'Constant' || tensor.rank > 0 || tensor.type === 'float16')
    return undefined;
  return Number((tensor.node.attributes as Attributes['Constant']).data[0]);
}

/** Whether a permutation swaps the last two axes and nothing else. */
const swapsLastTwo = (permutation: readonly number[]): boolean => {
  const n = permutation.length;
  return permutation.every((axis, i) => axis === (i === n - 1 ? n - 2 : i === n - 2 ? n - 1 : i));
};

/** Elementwise operators broadcast by themselves: an operand need not be expanded for them. */
function withoutExpand(
  operator: 'Add' | 'Sub' | 'Mul' | 'Div',
  inputs: readonly Tensor[],
): Tensor | undefined {
  const [a, b] = inputs as [Tensor, Tensor];
  const [x, y] = [a, b].map((operand) => source(operand, 'Expand')?.from ?? operand) as [
    Tensor,
    Tensor,
  ];
  const shape = broadcast(a.shape, b.shape) ?? [];
  const choices = [
    [x, y],
    [x, b],
    [a, y],
  ] as const;
  const simpler = choices.find(
    ([p, q]) => (p !== a || q !== b) && sameShape(broadcast(p.shape, q.shape) ?? [], shape),
  );
  return simpler && a.graph.apply(operator, simpler, {})[0];
}

/** x for x + 0, x − 0, x / 1. */
const neutral =
  (operator: 'Add' | 'Sub' | 'Div', element: number) => (inputs: readonly [Tensor, ...Tensor[]]) =>
    scalarOf(inputs[1]) === element ? inputs[0] : withoutExpand(operator, inputs);

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
  Cast([x], { to }) {
    if (x.type === to) return x;
    const from = source(x, 'Cast')?.from;
    return from?.type === 'float16' && to === 'float16' && x.type === 'float32' ? from : undefined;
  },
  Sum: ([x], { axes }) => (axes.length === 0 ? x : undefined),
  Max: ([x], { axes }) => (axes.length === 0 ? x : undefined),
  Reciprocal: ([x], _, graph) => {
    const value = scalarOf(x);
    return value === undefined ? undefined : graph.constant(1 / value, [], x.type);
  },
  Add: neutral('Add', 0),
  Sub: neutral('Sub', 0),
  Div: neutral('Div', 1),
  Mul(inputs) {
    const [x, y] = inputs as readonly [Tensor, Tensor];
    const factor = scalarOf(y);
    if (factor === undefined)
      return scalarOf(x) === undefined ? withoutExpand('Mul', inputs) : y.mul(x); // a constant stands right
    if (factor === 1) return x;
    const earlier = scalarOf(x.node.inputs[1]);
    const product = x.type === 'float32' && earlier !== undefined ? source(x, 'Mul') : undefined;
    return product ? product.from.mul(factor * (earlier as number)) : withoutExpand('Mul', inputs);
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
