/** Names, shapes and first values of weights. The graph declares its parameters from these tables; so does `initialParameters`. */

/** How a weight starts: N(0, initializerRange²), all 0, or all 1. */
export type Start = 'normal' | 'zeros' | 'ones';

export interface ParameterSpecification {
  readonly name: string;
  readonly shape: readonly number[];
  readonly start: Start;
}

export interface TensorValues {
  readonly data: Float32Array<ArrayBuffer>;
  readonly shape: readonly number[];
}

/** Weight [out, in] and bias [out] of a linear map, as Hugging Face names and stores them. */
export const linearParameters = (
  name: string,
  size: { readonly out: number; readonly in: number },
): ParameterSpecification[] => [
  { name: `${name}.weight`, shape: [size.out, size.in], start: 'normal' },
  { name: `${name}.bias`, shape: [size.out], start: 'zeros' },
];

export const normParameters = (name: string, width: number): ParameterSpecification[] => [
  { name: `${name}.weight`, shape: [width], start: 'ones' },
  { name: `${name}.bias`, shape: [width], start: 'zeros' },
];

export const tableParameter = (
  name: string,
  size: { readonly rows: number; readonly width: number; readonly start?: Start },
): ParameterSpecification => ({
  name: `${name}.weight`,
  shape: [size.rows, size.width],
  start: size.start ?? 'normal',
});

/**
 * Fresh values for every specification, in its order, so that one seed always gives the same weights.
 * `random` draws uniformly from [0, 1); `deviation` is the standard deviation of normal weights (config's initializer_range).
 */
export function initialParameters(
  specifications: readonly ParameterSpecification[],
  options: { readonly random: () => number; readonly deviation: number },
): Map<string, TensorValues> {
  const values = new Map<string, TensorValues>();
  for (const { name, shape, start } of specifications) {
    const data = new Float32Array(shape.reduce((product, size) => product * size, 1));
    if (start === 'ones') data.fill(1);
    else if (start === 'normal') fillNormal(data, options);
    values.set(name, { data, shape });
  }
  return values;
}

/** Box-Muller: two uniform draws give two normal ones. */
function fillNormal(
  data: Float32Array,
  { random, deviation }: { random: () => number; deviation: number },
): void {
  for (let i = 0; i < data.length; i += 2) {
    const radius = deviation * Math.sqrt(-2 * Math.log(1 - random()));
    const angle = 2 * Math.PI * random();
    data[i] = radius * Math.cos(angle);
    if (i + 1 < data.length) data[i + 1] = radius * Math.sin(angle);
  }
}
