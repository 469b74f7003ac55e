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

/** A typed array of `type` from numbers. */
export function typedArray(type: DataType, values: readonly number[]): TypedArray {
  if (type === 'int64') return BigInt64Array.from(values, (value) => BigInt(value));
  if (type === 'float16') return Uint16Array.from(values, halfBits);
  return dataTypes[type].array.from(values);
}

/** The 16 bits of the nearest half-precision number, ties to even. */
export function halfBits(value: number): number {
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.abs(value);
  if (Number.isNaN(value)) return 0x7e00;
  if (size >= 65_520) return sign | 0x7c00; // infinity
  const exponent = Math.max(-14, Math.floor(Math.log2(size)));
  const units = size / 2 ** (exponent - 10); // of the last place; below 1024 when subnormal
  const even = Math.round(units) - (units % 1 === 0.5 && Math.round(units) % 2 === 1 ? 1 : 0);
  return sign | (((exponent + 14) << 10) + even);
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
