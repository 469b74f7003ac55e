/** Every primitive operator again, in float64 and as plainly as possible: what rules and emission are compared with. */
import type { TypedArray } from '../src/data.js';
import { type Bindings, broadcast, evaluate, type Shape } from '../src/dims.js';
import type { Graph, Node } from '../src/graph.js';
import type { Attributes, PrimitiveName } from '../src/operators/table.js';
import { expandComposites } from '../src/passes/expand-composites.js';
import { reachable } from '../src/reachable.js';

export interface Value {
  readonly data: readonly number[];
  readonly shape: readonly number[];
}

type Evaluate<N extends PrimitiveName> = (
  inputs: readonly [Value, Value, Value],
  attributes: Attributes[N],
  context: { readonly bindings: Bindings; readonly feeds: ReadonlyMap<string, Value> },
) => Value | readonly Value[];

const count = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);
const numbers = (shape: Shape, bindings: Bindings): number[] =>
  shape.map((dim) => evaluate(dim, bindings));

/** The coordinates of a flat index, and the flat index of coordinates; an axis of size 1 takes any coordinate. */
function coordinates(index: number, shape: readonly number[]): number[] {
  const result: number[] = [];
  let rest = index;
  for (const size of [...shape].reverse()) {
    result.unshift(rest % size);
    rest = Math.floor(rest / size);
  }
  return result;
}
const flat = (at: readonly number[], shape: readonly number[]): number =>
  shape.reduce(
    (sum, size, i) => sum * size + (size === 1 ? 0 : (at[i + at.length - shape.length] as number)),
    0,
  );

/** A value of `shape` whose element at each coordinate is computed. */
function tabulate(shape: readonly number[], element: (at: readonly number[]) => number): Value {
  return {
    shape,
    data: Array.from({ length: count(shape) }, (_, i) => element(coordinates(i, shape))),
  };
}
const at = ({ data, shape }: Value, coordinate: readonly number[]): number =>
  data[flat(coordinate, shape)] as number;

const unary =
  (f: (x: number) => number) =>
  ([x]: readonly [Value, Value, Value]): Value => ({ shape: x.shape, data: x.data.map(f) });
const binary =
  (f: (a: number, b: number) => number) =>
  ([a, b]: readonly [Value, Value, Value]): Value =>
    tabulate(broadcast(a.shape, b.shape) as number[], (c) => f(at(a, c), at(b, c)));

/** erf by its series where that converges quickly, else by its continued fraction. */
function erf(x: number): number {
  if (Math.abs(x) > 3) {
    let fraction = 0;
    for (let k = 60; k > 0; k--) fraction = k / 2 / (Math.abs(x) + fraction);
    return Math.sign(x) * (1 - Math.exp(-x * x) / Math.sqrt(Math.PI) / (Math.abs(x) + fraction));
  }
  let [term, sum] = [x, x];
  for (let n = 1; n < 80; n++) {
    term *= -(x * x) / n;
    sum += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}

function reduce(
  x: Value,
  axes: readonly number[],
  keepDims: boolean,
  f: (values: readonly number[]) => number,
): Value {
  const kept = x.shape.map((size, i) => (axes.includes(i) ? 1 : size));
  const groups = Array.from({ length: count(kept) }, (): number[] => []);
  x.data.forEach((value, i) => {
    groups[flat(coordinates(i, x.shape), kept)]?.push(value);
  });
  return {
    data: groups.map(f),
    shape: keepDims ? kept : x.shape.filter((_, i) => !axes.includes(i)),
  };
}
const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

function softmax(x: Value, axis: number): Value {
  const exponentials = {
    shape: x.shape,
    data: x.data.map((value, i) =>
      Math.exp(
        value -
          at(
            reduce(x, [axis], true, (v) => Math.max(...v)),
            coordinates(i, x.shape),
          ),
      ),
    ),
  };
  const total = reduce(exponentials, [axis], true, sum);
  return tabulate(x.shape, (c) => at(exponentials, c) / at(total, c));
}

const turned = (x: Value): Value => {
  const shape = [...x.shape.slice(0, -2), x.shape.at(-1) as number, x.shape.at(-2) as number];
  return tabulate(shape, (c) => at(x, [...c.slice(0, -2), c.at(-1) as number, c.at(-2) as number]));
};

const reference: { readonly [N in PrimitiveName]: Evaluate<N> } = {
  Input: (_, { name }, { feeds }) => feeds.get(name) as Value,
  Parameter: (_, { name }, { feeds }) => feeds.get(name) as Value,
  Constant: (_, { data, shape }) => ({
    data: Array.from(data as Exclude<TypedArray, BigInt64Array>, Number),
    shape,
  }),
  Iota: (_, { size }, { bindings }) => tabulate([evaluate(size, bindings)], ([i]) => i as number),
  Size: (_, { dims }, { bindings }) => ({ data: [count(numbers(dims, bindings))], shape: [] }),
  Neg: unary((x) => -x),
  Exp: unary(Math.exp),
  Log: unary(Math.log),
  Sqrt: unary(Math.sqrt),
  Reciprocal: unary((x) => 1 / x),
  Erf: unary(erf),
  Tanh: unary(Math.tanh),
  Sigmoid: unary((x) => 1 / (1 + Math.exp(-x))),
  Relu: unary((x) => Math.max(0, x)),
  Abs: unary(Math.abs),
  Add: binary((a, b) => a + b),
  Sub: binary((a, b) => a - b),
  Mul: binary((a, b) => a * b),
  Div: binary((a, b) => a / b),
  Equal: binary((a, b) => Number(a === b)),
  Greater: binary((a, b) => Number(a > b)),
  Less: binary((a, b) => Number(a < b)),
  Where: ([condition, a, b]) =>
    tabulate(
      broadcast(condition.shape, broadcast(a.shape, b.shape) as number[]) as number[],
      (c) => (at(condition, c) ? at(a, c) : at(b, c)),
    ),
  Cast: ([x], { to }) =>
    /int|bool/.test(to) ? { shape: x.shape, data: x.data.map(Math.trunc) } : x,
  Reshape: ([x], { shape }, { bindings }) => ({ data: x.data, shape: numbers(shape, bindings) }),
  Transpose: ([x], { permutation }) =>
    tabulate(
      permutation.map((axis) => x.shape[axis] as number),
      (c) =>
        at(
          x,
          permutation.map((_, axis) => c[permutation.indexOf(axis)] as number),
        ),
    ),
  Expand: ([x], { shape }, { bindings }) => tabulate(numbers(shape, bindings), (c) => at(x, c)),
  Slice: ([x], { axis, start, end }, { bindings }) => {
    const [from, to] = numbers([start, end], bindings) as [number, number];
    return tabulate(x.shape.with(axis, to - from), (c) =>
      at(x, c.with(axis, (c[axis] as number) + from)),
    );
  },
  Pad: ([x], { axis, before, after }, { bindings }) => {
    const [front, back] = numbers([before, after], bindings) as [number, number];
    const size = x.shape[axis] as number;
    return tabulate(x.shape.with(axis, front + size + back), (c) => {
      const i = (c[axis] as number) - front;
      return i < 0 || i >= size ? 0 : (x.data[flat(c.with(axis, i), x.shape)] as number);
    });
  },
  Concat: (parts, { axis }) => {
    const joined = parts.flatMap((part) =>
      Array.from({ length: part.shape[axis] as number }, (_, i) => ({ part, i })),
    );
    return tabulate(parts[0].shape.with(axis, joined.length), (c) => {
      const { part, i } = joined[c[axis] as number] as (typeof joined)[number];
      return part.data[flat(c.with(axis, i), part.shape)] as number;
    });
  },
  Gather: ([table, indices]) =>
    tabulate([...indices.shape, ...table.shape.slice(1)], (c) => {
      const row = at(indices, c.slice(0, indices.shape.length));
      return at(table, [row, ...c.slice(indices.shape.length)]);
    }),
  ScatterAdd: ([indices, rows], { size }, { bindings }) =>
    tabulate([evaluate(size, bindings), rows.shape[1] as number], ([v, j]) =>
      sum(indices.data.map((id, i) => (id === v ? at(rows, [i, j as number]) : 0))),
    ),
  MatMul: ([left, right, addend], { transposeA, transposeB, alpha, beta }) => {
    const [a, b] = [transposeA ? turned(left) : left, transposeB ? turned(right) : right];
    const batch = broadcast(a.shape.slice(0, -2), b.shape.slice(0, -2)) as number[];
    const K = a.shape.at(-1) as number;
    return tabulate([...batch, a.shape.at(-2) as number, b.shape.at(-1) as number], (c) => {
      const [front, i, j] = [c.slice(0, -2), c.at(-2) as number, c.at(-1) as number];
      const product = sum(
        Array.from({ length: K }, (_, k) => at(a, [...front, i, k]) * at(b, [...front, k, j])),
      );
      return alpha * product + (addend ? beta * at(addend, c) : 0);
    });
  },
  Sum: ([x], { axes, keepDims }) => reduce(x, axes, keepDims, sum),
  Max: ([x], { axes, keepDims }) => reduce(x, axes, keepDims, (values) => Math.max(...values)),
  Softmax: ([x], { axis }) => softmax(x, axis),
  LogSoftmax: ([x], { axis }) => ({ shape: x.shape, data: softmax(x, axis).data.map(Math.log) }),
  LayerNorm: ([x, gain, bias], { epsilon }) => {
    const last = [x.shape.length - 1];
    const mean = reduce(x, last, true, (v) => sum(v) / v.length);
    const inverse = reduce(
      x,
      last,
      true,
      (v) =>
        1 / Math.sqrt(sum(v.map((value) => (value - sum(v) / v.length) ** 2)) / v.length + epsilon),
    );
    return [
      tabulate(
        x.shape,
        (c) => (at(x, c) - at(mean, c)) * at(inverse, c) * at(gain, c) + at(bias, c),
      ),
      mean,
      inverse,
    ];
  },
};

/** All outputs of a graph in float64. */
export function evaluateGraph(
  graph: Graph,
  feeds: ReadonlyMap<string, Value>,
  bindings: Bindings,
): ReadonlyMap<string, Value> {
  const lowered = expandComposites(graph, { kernels: false });
  const values = new Map<Node, readonly Value[]>();
  for (const node of reachable([...lowered.outputs.values()])) {
    const inputs = node.inputs.map((input) => values.get(input.node)?.[input.index] as Value);
    const result = (reference[node.operator as PrimitiveName] as Evaluate<PrimitiveName>)(
      inputs as unknown as [Value, Value, Value],
      node.attributes as never,
      { bindings, feeds },
    );
    values.set(node, Array.isArray(result) ? result : [result as Value]);
  }
  return new Map(
    [...lowered.outputs].map(([name, { node, index }]) => [
      name,
      values.get(node)?.[index] as Value,
    ]),
  );
}
