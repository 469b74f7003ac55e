/** 16-bit floating point numbers, given as their bits, as the float32 numbers that they are. */

/** IEEE half precision: 1 sign, 5 exponent, 10 fraction bits. Every value is exact in float32. */
export function widenFloat16(bits: Uint16Array): Float32Array<ArrayBuffer> {
  return Float32Array.from(bits, (half) => float16Values[half] as number);
}

/** bfloat16 is the upper half of a float32. */
export function widenBfloat16(bits: Uint16Array): Float32Array<ArrayBuffer> {
  const wide = new Uint32Array(bits.length);
  for (let at = 0; at < bits.length; at++) wide[at] = (bits[at] as number) << 16;
  return new Float32Array(wide.buffer);
}

function float16Value(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = (bits & 0x3ff) / 1024;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return exponent === 0 ? sign * fraction * 2 ** -14 : sign * (1 + fraction) * 2 ** (exponent - 15);
}

const float16Values = Float32Array.from({ length: 1 << 16 }, (_, bits) => float16Value(bits));
