/** What an operator is: a shape rule and its emission as ONNX nodes. */
import type { DataType, TypedArray } from '../data.js';
import { type Dim, formatShape, type Shape } from '../dims.js';
import { RuleBroken } from '../errors.js';

export const devices = ['cpu', 'webgpu', 'cuda'] as const;
export type Device = (typeof devices)[number];

/** What is known of a tensor before it has values. */
export interface ValueType {
  readonly shape: Shape;
  readonly type: DataType;
}

/** A composite operator is written in primitives before emission (expansions.ts), unless a kernel of its own serves better. */
export interface Composite<A> {
  /** Types of the outputs. Throws RuleBroken when the inputs do not fit. */
  infer(inputs: readonly ValueType[], attributes: A): readonly ValueType[];
  emit?(emitter: Emitter, use: Use<A>): void;
}

/** A primitive operator is one ONNX node, or a few where a device lacks it. */
export interface Primitive<A> extends Composite<A> {
  emit(emitter: Emitter, use: Use<A>): void;
}

/** One use of a primitive operator: names of its tensors in the ONNX graph, and their types. */
export interface Use<A> {
  readonly attributes: A;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly inputTypes: readonly ValueType[];
  readonly outputTypes: readonly ValueType[];
}

/** ONNX attribute: an integer, integers, a string, or a float marked as one. */
export type OnnxAttribute = number | readonly number[] | string | { readonly float: number };

/** A value computed from the symbols' bindings at each run and fed beside the user's inputs. */
export type Auxiliary =
  | { readonly kind: 'vector'; readonly dims: Shape } // int64 [rank]: the sizes themselves
  | { readonly kind: 'size'; readonly dims: Shape } // float32 []: their product
  | { readonly kind: 'iota'; readonly size: Dim; readonly type: DataType }; // [size]: 0, 1, 2…

/** Where operators write their ONNX nodes. */
export interface Emitter {
  readonly device: Device;
  node(
    type: string,
    inputs: readonly string[],
    outputs: readonly string[],
    options?: { attributes?: Readonly<Record<string, OnnxAttribute>>; domain?: string },
  ): void;
  /** A name for a tensor between two nodes of one operator. */
  temporary(): string;
  /** An int64 vector: a constant when every dimension is a number, else fed. */
  vector(dims: Shape): string;
  /** A constant of type `type`, shape []. */
  scalar(value: number, type: DataType): string;
  constant(name: string, type: ValueType, data: TypedArray): void;
  input(name: string, type: ValueType, kind: 'feed' | 'parameter' | 'accumulator'): void;
  auxiliary(name: string, type: ValueType, auxiliary: Auxiliary): void;
}

/** The emission of an operator that is one ONNX node of the same inputs and outputs. */
export const onnxNode =
  <A>(type: string, attributes?: (attributes: A) => Readonly<Record<string, OnnxAttribute>>) =>
  (emitter: Emitter, use: Use<A>): void =>
    emitter.node(type, use.inputs, use.outputs, { attributes: attributes?.(use.attributes) ?? {} });

/** Breaks the rule unless it holds. */
export function demand(holds: boolean, rule: string, expected: string, got: string): asserts holds {
  if (!holds) throw new RuleBroken(rule, expected, got);
}

/** The input at `index`, which the operator cannot do without. */
export function input(inputs: readonly ValueType[], index: number): ValueType {
  const value = inputs[index];
  demand(value !== undefined, 'an operand is missing', `${index + 1} or more`, `${inputs.length}`);
  return value;
}

/** The axis counted from the front. */
export function axisOf(shape: Shape, axis: number): number {
  const counted = axis < 0 ? axis + shape.length : axis;
  demand(
    Number.isInteger(axis) && counted >= 0 && counted < shape.length,
    'the axis must be one of the tensor',
    `${-shape.length}…${shape.length - 1} for ${formatShape(shape)}`,
    `${axis}`,
  );
  return counted;
}

export const describe = ({ type, shape }: ValueType): string => `${type}${formatShape(shape)}`;
