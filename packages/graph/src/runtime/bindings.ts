/** The symbols' values in one run, from the shapes that are fed; and what is computed from them. */
import type { CompiledGraph } from '../compile.js';
import { type DataType, type TypedArray, typedArray } from '../data.js';
import { type Bindings, evaluate, formatShape, type Shape } from '../dims.js';
import type { Auxiliary } from '../operators/operator.js';

/** Throws when a feed is missing, has another rank or size than declared, or disagrees with another feed. */
export function bind(
  compiled: CompiledGraph,
  shapes: ReadonlyMap<string, readonly number[]>,
): Bindings {
  const bindings = new Map<string, number>();
  const fed = compiled.inputs.filter(({ source }) => source === 'feed');
  for (const { name, shape } of fed)
    shape.forEach((dim, i) => {
      const size = shapes.get(name)?.[i];
      if (typeof dim === 'string' && /^\w+$/.test(dim) && !bindings.has(dim) && size !== undefined)
        bindings.set(dim, size);
    });
  for (const { name, shape } of fed) {
    const got = shapes.get(name);
    const place = `run ${compiled.name}: input ${name}`;
    if (!got) throw new Error(`${place} is not fed; it is ${formatShape(shape)}`);
    const fits =
      got.length === shape.length && shape.every((dim, i) => evaluate(dim, bindings) === got[i]);
    if (!fits)
      throw new Error(
        `${place} must be ${formatShape(shape)}${valuesOf(bindings)}, got ${formatShape(got)}`,
      );
  }
  const known = new Set([...compiled.inputs.map(({ name }) => name), ...compiled.unusedInputs]);
  for (const name of shapes.keys())
    if (!known.has(name))
      throw new Error(
        `run ${compiled.name}: there is no input ${name}; inputs are ${[...known].join(', ')}`,
      );
  return bindings;
}

const valuesOf = (bindings: Bindings): string =>
  bindings.size === 0
    ? ''
    : ` with ${[...bindings].map(([symbol, value]) => `${symbol} = ${value}`).join(', ')}`;

export const evaluateShape = (shape: Shape, bindings: Bindings): number[] =>
  shape.map((dim) => evaluate(dim, bindings));

/** The values of an auxiliary input and their shape. */
export function auxiliaryData(
  auxiliary: Auxiliary,
  bindings: Bindings,
): { data: TypedArray; shape: number[]; type: DataType } {
  if (auxiliary.kind === 'iota') {
    const size = evaluate(auxiliary.size, bindings);
    const data = typedArray(
      auxiliary.type,
      Array.from({ length: size }, (_, i) => i),
    );
    return { data, shape: [size], type: auxiliary.type };
  }
  const sizes = evaluateShape(auxiliary.dims, bindings);
  if (auxiliary.kind === 'vector')
    return { data: typedArray('int64', sizes), shape: [sizes.length], type: 'int64' };
  return { data: Float32Array.of(sizes.reduce((a, b) => a * b, 1)), shape: [], type: 'float32' };
}
