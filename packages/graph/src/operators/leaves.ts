/** Tensors that come from outside the graph. */
import type { DataType, TypedArray } from '../data.js';
import type { Dim, Shape } from '../dims.js';
import { demand, type Primitive } from './operator.js';

export interface LeafAttributes {
  Input: { readonly name: string; readonly shape: Shape; readonly type: DataType };
  Parameter: {
    readonly name: string;
    readonly shape: readonly number[];
    /** Zero unless a run accumulates. */
    readonly accumulates?: boolean;
  };
  Constant: {
    readonly data: TypedArray;
    readonly shape: readonly number[];
    readonly type: DataType;
  };
  /** 0, 1, 2… up to a size. */
  Iota: { readonly size: Dim; readonly type: DataType };
  /** The product of dimensions as a float, for means over symbolic axes. */
  Size: { readonly dims: Shape };
}

export const leaves: { [N in keyof LeafAttributes]: Primitive<LeafAttributes[N]> } = {
  Input: {
    infer: (_, { shape, type }) => [{ shape, type }],
    emit: (emitter, { outputs, outputTypes, attributes }) =>
      emitter.input(outputs[0] as string, outputTypes[0] ?? attributes, 'feed'),
  },
  Parameter: {
    infer: (_, { shape }) => [{ shape, type: 'float32' }],
    emit: (emitter, { outputs, attributes: { shape, accumulates } }) =>
      emitter.input(
        outputs[0] as string,
        { shape, type: 'float32' },
        accumulates ? 'accumulator' : 'parameter',
      ),
  },
  Constant: {
    infer(_, { data, shape, type }) {
      const size = shape.reduce((a, b) => a * b, 1);
      demand(
        data.length === size,
        'a constant fills its shape',
        `${size} values`,
        `${data.length}`,
      );
      return [{ shape, type }];
    },
    emit: (emitter, { outputs, attributes }) =>
      emitter.constant(outputs[0] as string, attributes, attributes.data),
  },
  Iota: {
    infer: (_, { size, type }) => [{ shape: [size], type }],
    emit: (emitter, { outputs, attributes: { size, type } }) =>
      emitter.auxiliary(
        outputs[0] as string,
        { shape: [size], type },
        { kind: 'iota', size, type },
      ),
  },
  Size: {
    infer: () => [{ shape: [], type: 'float32' }],
    emit: (emitter, { outputs, attributes: { dims } }) =>
      emitter.auxiliary(
        outputs[0] as string,
        { shape: [], type: 'float32' },
        { kind: 'size', dims },
      ),
  },
};
