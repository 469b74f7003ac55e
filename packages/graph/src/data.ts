/** Element types and the plain tensors that cross the API. */

export const dataTypes = {
  float32: { onnx: 1, array: Float32Array },
  uint8: { onnx: 2, array: Uint8Array },
  int32: { onnx: 6, array: Int32Array },
  int64: { onnx: 7, array: BigInt64Array },
  bool: { onnx: 9, array: Uint8Array },
  float16: { onnx: 10, array: Uint16Array }, // the 16 bits of each value
  uint32: { onnx: 12, array: Uint32Array },
} as const;

export type DataType = keyof typeof dataTypes;
export type TypedArray = InstanceType<(typeof dataTypes)[DataType]['array']>;

/** Values in row-major order; `data.length` is the product of `shape`. */
export interface TensorData {
  readonly data: TypedArray;
  readonly shape: readonly number[];
}

export const isFloat = (type: DataType): boolean => type === 'float32' || type === 'float16';

/** A typed array of `type` from numbers (float16 is not converted: give its bits). */
export function typedArray(type: DataType, values: readonly number[]): TypedArray {
  return type === 'int64'
    ? BigInt64Array.from(values, (value) => BigInt(value))
    : dataTypes[type].array.from(values);
}

/** The element type that an array stands for when nothing else says it. */
export function typeOf(data: TypedArray): DataType {
  if (data instanceof Float32Array) return 'float32';
  if (data instanceof Int32Array) return 'int32';
  if (data instanceof BigInt64Array) return 'int64';
  if (data instanceof Uint32Array) return 'uint32';
  if (data instanceof Uint16Array) return 'float16';
  return 'uint8';
}
