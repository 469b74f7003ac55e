/** Dropout whose masks are a hash of (seed, step, layer, element): a resumed run drops the same elements. */
import { multiply, type Shape } from './dims.js';
import type { Graph } from './graph.js';
import type { Tensor } from './tensor.js';

/** The random state of a graph's dropout: an input `name` of two uint32 numbers, seed and step. */
export class DropoutSeed {
  readonly key: Tensor;
  #layers = 0;

  constructor(graph: Graph, name = 'dropoutSeed') {
    this.key = graph.input(name, [2], 'uint32');
  }

  /** A number for each layer that drops, in the order of building. */
  nextLayer(): number {
    return this.#layers++;
  }
}

export interface DropoutOptions {
  /** Share of elements that become 0; the others are divided by 1 − rate. */
  readonly rate: number;
  /** Without a seed (inference) nothing is dropped. */
  readonly seed?: DropoutSeed | undefined;
}

/** x with elements dropped; the identity without a seed or with rate 0. */
export function dropout(x: Tensor, options: DropoutOptions): Tensor {
  const kept = dropoutMask(x.graph, x.shape, options);
  return kept ? x.mul(kept) : x;
}

/** 0 or 1 / (1 − rate) for each element; undefined where nothing is dropped. */
export function dropoutMask(
  graph: Graph,
  shape: Shape,
  { rate, seed }: DropoutOptions,
): Tensor | undefined {
  if (!(rate >= 0 && rate < 1)) throw new Error(`dropout: rate must be in [0, 1), got ${rate}`);
  if (!seed || rate === 0) return undefined;
  const [rows, columns] = [multiply(shape.slice(0, -1)), shape.at(-1) ?? 1];
  const uint32 = (value: number) => graph.constant(value >>> 0, [], 'uint32');
  const layer = uint32(Math.imul(seed.nextLayer() + 1, 0x9e3779b9));
  // Gathered: slices of uint32 would fall back to the CPU on WebGPU.
  const [seedWord, step] = [0, 1].map((i) => seed.key.gather(graph.constant(Int32Array.of(i)))) as [
    Tensor,
    Tensor,
  ];
  const start = scramble(scramble(seedWord.add(layer)).add(step)); // [1]
  const rowKeys = scramble(graph.iota(rows, 'uint32').add(start)).expandDims(-1); // [rows, 1]
  const columnKeys = scramble(graph.iota(columns, 'uint32').add(scramble(start))); // [columns]
  const hash = scramble(rowKeys.add(columnKeys)); // [rows, columns]
  const kept = hash.cast('float32').less((1 - rate) * 2 ** 32);
  return kept
    .cast('float32')
    .mul(1 / (1 - rate))
    .reshape(shape);
}

/**
 * A hash of 32 bits from what every device has of uint32: Add, Mul, Div. x (2x + 1), the quadratic of RC6, lets each bit
 * depend on all lower ones; h + h/2¹⁶ brings the upper half down before it.
 */
function scramble(x: Tensor): Tensor {
  const constant = (value: number) => x.graph.constant(value, [], 'uint32');
  const spread = x.mul(constant(0x85ebca6b));
  const folded = spread.add(spread.div(constant(2 ** 16)));
  return folded.mul(folded.add(folded).add(constant(1)));
}
