/** Operators that move elements and compute nothing. */
import {
  broadcast,
  type Dim,
  formatShape,
  minus,
  multiply,
  plus,
  type Shape,
  sameShape,
} from '../dims.js';
import {
  axisOf,
  demand,
  type Emitter,
  input,
  onnxNode,
  type Primitive,
  type Use,
} from './operator.js';

export interface MovementAttributes {
  Reshape: { readonly shape: Shape };
  Transpose: { readonly permutation: readonly number[] };
  Expand: { readonly shape: Shape };
  /** Elements start ≤ i < end of one axis. */
  Slice: { readonly axis: number; readonly start: Dim; readonly end: Dim };
  /** Zeros before and after along one axis. */
  Pad: { readonly axis: number; readonly before: Dim; readonly after: Dim };
  Concat: { readonly axis: number };
  /** Rows of a table: [V, …], [I…] → [I…, …]. */
  Gather: Record<never, never>;
  /** The transpose of Gather: indices [N], rows [N, D] → [size, D]; rows of one index add. */
  ScatterAdd: { readonly size: Dim };
}

const resized = (shape: Shape, axis: number, size: Dim): Shape =>
  shape.map((dim, i) => (i === axis ? size : dim));

/** Reshape's target with as few symbols as ONNX allows: 0 copies the input's size, one -1 is inferred. */
function reshapeTarget(from: Shape, to: Shape): Shape {
  const copied = to.map((dim, i) => (typeof dim === 'string' && from[i] === dim ? 0 : dim));
  const symbols = copied.filter((dim) => typeof dim === 'string');
  return symbols.length === 1 ? copied.map((dim) => (typeof dim === 'string' ? -1 : dim)) : copied;
}

/** ScatterND would be shorter, but its additions race between threads; those of ScatterElements are in order. */
function emitScatterAdd(emitter: Emitter, use: Use<MovementAttributes['ScatterAdd']>): void {
  const [indices, rows] = use.inputs as [string, string];
  const [zeros, column, everywhere] = [
    emitter.temporary(),
    emitter.temporary(),
    emitter.temporary(),
  ];
  // ConstantOfShape would fall back to the CPU on WebGPU; Expand of a scalar does not.
  const zero = emitter.scalar(0, input(use.outputTypes, 0).type);
  emitter.node('Expand', [zero, emitter.vector(input(use.outputTypes, 0).shape)], [zeros]);
  emitter.node('Unsqueeze', [indices, emitter.vector([1])], [column]);
  emitter.node('Expand', [column, emitter.vector(input(use.inputTypes, 1).shape)], [everywhere]);
  emitter.node('ScatterElements', [zeros, everywhere, rows], use.outputs, {
    attributes: { axis: 0, reduction: 'add' },
  });
}

export const movement: { [N in keyof MovementAttributes]: Primitive<MovementAttributes[N]> } = {
  Reshape: {
    infer(inputs, { shape }) {
      const x = input(inputs, 0);
      const [from, to] = [multiply(x.shape), multiply(shape)];
      demand(
        from === to,
        'a reshape keeps the number of elements',
        `${from} of ${formatShape(x.shape)}`,
        `${to} of ${formatShape(shape)}`,
      );
      return [{ shape, type: x.type }];
    },
    emit(emitter, { inputs, outputs, attributes, inputTypes }) {
      const target = emitter.vector(reshapeTarget(input(inputTypes, 0).shape, attributes.shape));
      emitter.node('Reshape', [...inputs, target], outputs);
    },
  },
  Transpose: {
    infer(inputs, { permutation }) {
      const x = input(inputs, 0);
      const sorted = [...permutation].sort((a, b) => a - b);
      demand(
        sorted.length === x.shape.length && sorted.every((axis, i) => axis === i),
        'a permutation names each axis once',
        `the axes 0…${x.shape.length - 1}`,
        `[${permutation}]`,
      );
      return [{ shape: permutation.map((axis) => x.shape[axis] as Dim), type: x.type }];
    },
    emit: onnxNode('Transpose', ({ permutation }) => ({ perm: permutation })),
  },
  Expand: {
    infer(inputs, { shape }) {
      const x = input(inputs, 0);
      const result = broadcast(x.shape, shape);
      demand(
        result !== undefined && sameShape(result, shape),
        'the tensor must broadcast to the shape',
        formatShape(shape),
        formatShape(x.shape),
      );
      return [{ shape, type: x.type }];
    },
    emit(emitter, { inputs, outputs, attributes }) {
      emitter.node('Expand', [...inputs, emitter.vector(attributes.shape)], outputs);
    },
  },
  Slice: {
    infer(inputs, { axis, start, end }) {
      const x = input(inputs, 0);
      const size = x.shape[axisOf(x.shape, axis)] as Dim;
      const numbers = [start, end, size].every((dim) => typeof dim === 'number');
      demand(
        !numbers || (0 <= (start as number) && start <= end && end <= size),
        'a slice lies inside its axis',
        `0 ≤ start ≤ end ≤ ${size}`,
        `${start}…${end}`,
      );
      return [{ shape: resized(x.shape, axis, minus(end, start)), type: x.type }];
    },
    emit(emitter, { inputs, outputs, attributes: { axis, start, end } }) {
      const bounds = [[start], [end], [axis]].map((dims) => emitter.vector(dims));
      emitter.node('Slice', [...inputs, ...bounds], outputs);
    },
  },
  Pad: {
    infer(inputs, { axis, before, after }) {
      const x = input(inputs, 0);
      const size = x.shape[axisOf(x.shape, axis)] as Dim;
      return [{ shape: resized(x.shape, axis, plus(plus(before, size), after)), type: x.type }];
    },
    emit(emitter, { inputs, outputs, inputTypes, attributes: { axis, before, after } }) {
      const { shape } = input(inputTypes, 0);
      const pads = [before, after].flatMap((amount) =>
        shape.map((_, i) => (i === axis ? amount : 0)),
      );
      emitter.node('Pad', [...inputs, emitter.vector(pads)], outputs);
    },
  },
  Concat: {
    infer(inputs, { axis }) {
      const first = input(inputs, 0);
      axisOf(first.shape, axis);
      for (const { shape, type } of inputs) {
        const expected = resized(first.shape, axis, shape[axis] ?? 0);
        demand(
          sameShape(shape, expected) && type === first.type,
          'joined tensors differ in the joined axis only',
          `${first.type}${formatShape(expected)}`,
          `${type}${formatShape(shape)}`,
        );
      }
      const size = inputs.map(({ shape }) => shape[axis] as Dim).reduce(plus);
      return [{ shape: resized(first.shape, axis, size), type: first.type }];
    },
    emit: onnxNode('Concat', ({ axis }) => ({ axis })),
  },
  Gather: {
    infer(inputs) {
      const [table, indices] = [input(inputs, 0), input(inputs, 1)];
      demand(
        indices.type === 'int32' || indices.type === 'int64',
        'indices must be integers',
        'int32 or int64',
        indices.type,
      );
      demand(
        table.shape.length > 0,
        'a table has rows',
        'rank 1 or more',
        formatShape(table.shape),
      );
      return [{ shape: [...indices.shape, ...table.shape.slice(1)], type: table.type }];
    },
    emit: onnxNode('Gather', () => ({ axis: 0 })),
  },
  ScatterAdd: {
    infer(inputs, { size }) {
      const [indices, rows] = [input(inputs, 0), input(inputs, 1)];
      const fits =
        indices.shape.length === 1 && rows.shape.length === 2 && rows.shape[0] === indices.shape[0];
      demand(
        fits,
        'there is one row for each index',
        '[N] and [N, D]',
        `${formatShape(indices.shape)} and ${formatShape(rows.shape)}`,
      );
      return [{ shape: [size, rows.shape[1] as Dim], type: rows.type }];
    },
    emit: emitScatterAdd,
  },
};
