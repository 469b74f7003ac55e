/** Operators that look along an axis. */
import { isFloat } from '../data.js';
import { formatShape, type Shape } from '../dims.js';
import {
  axisOf,
  demand,
  type Emitter,
  input,
  onnxNode,
  type Primitive,
  type Use,
  type ValueType,
} from './operator.js';

interface Reduction {
  readonly axes: readonly number[];
  readonly keepDims: boolean;
}

export interface ReductionAttributes {
  Sum: Reduction;
  Max: Reduction;
  Softmax: { readonly axis: number };
  LogSoftmax: { readonly axis: number };
  /** x […, D], gain [D], bias [D] → y […, D], mean […, 1], 1/√(variance + epsilon) […, 1]. */
  LayerNorm: { readonly epsilon: number };
}

const reduced = (shape: Shape, { axes, keepDims }: Reduction): Shape =>
  keepDims
    ? shape.map((dim, i) => (axes.includes(i) ? 1 : dim))
    : shape.filter((_, i) => !axes.includes(i));

const reduction = (name: string): Primitive<Reduction> => ({
  infer(inputs, attributes) {
    const x = input(inputs, 0);
    for (const axis of attributes.axes) axisOf(x.shape, axis);
    return [{ shape: reduced(x.shape, attributes), type: x.type }];
  },
  emit(emitter, { inputs, outputs, attributes: { axes, keepDims } }) {
    emitter.node(name, [...inputs, emitter.vector(axes)], outputs, {
      attributes: { keepdims: Number(keepDims) },
    });
  },
});

function alongAxis(
  inputs: readonly ValueType[],
  { axis }: { readonly axis: number },
): readonly ValueType[] {
  const x = input(inputs, 0);
  axisOf(x.shape, axis);
  demand(isFloat(x.type), 'the operand must be a float', 'float32 or float16', x.type);
  return [x];
}

/** x − max − log Σ exp(x − max): WebGPU has no LogSoftmax. */
function emitLogSoftmax(
  emitter: Emitter,
  { inputs, outputs, attributes }: Use<{ readonly axis: number }>,
): void {
  const step = (type: string, operands: readonly string[]): string => {
    const name = emitter.temporary();
    emitter.node(
      type,
      operands,
      [name],
      type.startsWith('Reduce') ? { attributes: { keepdims: 1 } } : {},
    );
    return name;
  };
  const axis = emitter.vector([attributes.axis]);
  const shifted = step('Sub', [...inputs, step('ReduceMax', [...inputs, axis])]);
  emitter.node(
    'Sub',
    [shifted, step('Log', [step('ReduceSum', [step('Exp', [shifted]), axis])])],
    outputs,
  );
}

export const reductions: { [N in keyof ReductionAttributes]: Primitive<ReductionAttributes[N]> } = {
  Sum: reduction('ReduceSum'),
  Max: reduction('ReduceMax'),
  Softmax: { infer: alongAxis, emit: onnxNode('Softmax', ({ axis }) => ({ axis })) },
  LogSoftmax: {
    infer: alongAxis,
    emit: (emitter, use) =>
      emitter.device === 'webgpu'
        ? emitLogSoftmax(emitter, use)
        : onnxNode<{ readonly axis: number }>('LogSoftmax', ({ axis }) => ({ axis }))(emitter, use),
  },
  LayerNorm: {
    infer(inputs) {
      const x = input(inputs, 0);
      const width = x.shape.slice(-1);
      for (const vector of [input(inputs, 1), input(inputs, 2)])
        demand(
          formatShape(vector.shape) === formatShape(width),
          'gain and bias have the width of the tensor',
          formatShape(width),
          formatShape(vector.shape),
        );
      const statistics = { shape: [...x.shape.slice(0, -1), 1], type: x.type };
      return [x, statistics, statistics];
    },
    emit: onnxNode('LayerNormalization', ({ epsilon }) => ({
      axis: -1,
      epsilon: { float: epsilon },
    })),
  },
};
