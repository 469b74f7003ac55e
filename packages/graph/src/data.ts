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

const scratch = new Float32Array(1);
const scratchBits = new Uint32Array(scratch.buffer);

/**
 * The 16 bits of a float32 in half precision, to the nearest, ties to even; what is too large becomes the largest finite
 * number, since a mask of −10⁹ must stay a number: (1 − 1)·∞ is none.
 */
export function halfBits(value: number): number {
  scratch[0] = value;
  const bits = scratchBits[0] as number;
  const sign = (bits >>> 16) & 0x8000;
  const size = bits & 0x7fffffff;
  if (size > 0x7f800000) return 0x7e00; // not a number
  if (size >= 0x477ff000) return sign | 0x7bff; // 65 520 and above → 65 504
  if (size >= 0x38800000) {
    const rounded = size + 0xfff + ((size >>> 13) & 1);
    return sign | ((rounded - 0x38000000) >>> 13);
  }
  const units = Math.abs(scratch[0]) * 2 ** 24; // subnormal: a whole number of 2⁻²⁴
  const below = Math.floor(units);
  const up = units - below > 0.5 || (units - below === 0.5 && below % 2 === 1);
  return sign | (below + Number(up));
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
