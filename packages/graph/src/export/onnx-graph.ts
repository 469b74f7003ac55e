/** An ONNX model as plain data, so that export can rewrite its nodes. Knows no operator. */
import { attributeProto } from '../onnx/model.js';
import { ModelProto } from '../onnx/schema.js';
import type { OnnxAttribute } from '../operators/operator.js';

export interface OnnxNode {
  readonly opType: string;
  readonly input: readonly string[];
  readonly output: readonly string[];
  readonly name: string;
  readonly attribute?: readonly {
    readonly name: string;
    readonly i?: number;
    readonly f?: number;
  }[];
  readonly domain?: string;
}

/** A constant inside the model. */
export interface OnnxTensor {
  readonly name: string;
  readonly dims: readonly number[];
  /** TensorProto.DataType: `dataTypes[…].onnx`. */
  readonly dataType: number;
  readonly rawData: Uint8Array;
  /** Where the bytes are instead: `location`, `offset`, `length`. */
  readonly externalData?: readonly { readonly key: string; readonly value: string }[];
  readonly dataLocation?: number;
}

/** An input or output. */
export interface OnnxValue {
  readonly name: string;
  readonly type: { readonly tensorType: { readonly elemType: number } };
}

export interface OnnxGraph {
  readonly name: string;
  readonly node: readonly OnnxNode[];
  readonly initializer: readonly OnnxTensor[];
  readonly input: readonly OnnxValue[];
  readonly output: readonly OnnxValue[];
}

/** The graph of an encoded model, and how to encode the model again with another one. */
export function decodeModel(bytes: Uint8Array): {
  readonly graph: OnnxGraph;
  readonly encode: (graph: OnnxGraph) => Uint8Array;
} {
  const model = ModelProto.toObject(ModelProto.decode(bytes), { longs: Number, arrays: true });
  return {
    graph: model.graph as OnnxGraph,
    encode: (graph) => ModelProto.encode({ ...model, graph }).finish(),
  };
}

/** One node; its name is that of its first output. */
export const onnxNode = (
  opType: string,
  input: readonly string[],
  output: readonly string[],
  attributes: Readonly<Record<string, OnnxAttribute>> = {},
): OnnxNode => ({
  opType,
  input,
  output,
  name: output[0] ?? opType,
  attribute: Object.entries(attributes).map(
    ([name, value]) => attributeProto(name, value) as never,
  ),
});

/** The bytes of an array, not copied. */
export const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);
