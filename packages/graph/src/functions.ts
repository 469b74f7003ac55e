/** Layers and losses on tensors. Those that are operators of their own have hand-reduced gradients. */
import { type Dim, multiply } from './dims.js';
import type { DropoutSeed } from './dropout.js';
import { dropoutMask } from './dropout.js';
import type { Tensor } from './tensor.js';

/** Tensors joined along an axis in which alone they may differ. */
export function concat(tensors: readonly [Tensor, ...Tensor[]], axis: number): Tensor {
  const [first] = tensors;
  return first.graph.apply('Concat', tensors, {
    axis: axis < 0 ? axis + first.rank : axis,
  })[0] as Tensor;
}

/** `a` where the condition holds, else `b`; the three broadcast. A number has the other value's type. */
export function where(condition: Tensor, a: Tensor | number, b: Tensor | number): Tensor {
  const type = typeof a !== 'number' ? a.type : typeof b !== 'number' ? b.type : 'float32';
  const values = [a, b].map((value) =>
    typeof value === 'number' ? condition.graph.constant(value, [], type) : value,
  );
  return condition.graph.apply('Where', [condition, ...values], {})[0] as Tensor;
}

/** y = x Wᵀ + b: x […, in], weight [out, in] (as PyTorch stores it), bias [out] → […, out]. */
export function linear(x: Tensor, weight: Tensor, bias?: Tensor): Tensor {
  const rows = x.reshape([multiply(x.shape.slice(0, -1)), x.size(-1)]);
  const operands = bias ? [rows, weight, bias] : [rows, weight];
  const product = { transposeA: false, transposeB: true, alpha: 1, beta: 1 };
  const y = x.graph.apply('MatMul', operands, product)[0] as Tensor;
  return y.reshape([...x.shape.slice(0, -1), weight.size(0)]);
}

/** (x − mean) / √(variance + epsilon) ∘ gain + bias over the last axis: x […, D], gain and bias [D]. */
export function layerNorm(
  x: Tensor,
  gain: Tensor,
  bias: Tensor,
  { epsilon }: { epsilon: number },
): Tensor {
  return x.graph.apply('LayerNorm', [x, gain, bias], { epsilon })[0] as Tensor;
}

/** x Φ(x), or with `tanh` its approximation (Hendrycks and Gimpel 2016). */
export function gelu(
  x: Tensor,
  { approximate = 'none' }: { approximate?: 'none' | 'tanh' } = {},
): Tensor {
  return x.graph.apply('Gelu', [x], { approximate })[0] as Tensor;
}

const hidden = -1e9; // added to scores of masked keys; their softmax is exactly 0 in float32

export interface AttentionOptions {
  readonly query: Tensor;
  readonly key: Tensor;
  readonly value: Tensor;
  /** [B, S], 1 = attend, 0 = hidden; any number type. */
  readonly mask?: Tensor;
  readonly heads: number;
  /** Drops attention probabilities. */
  readonly dropout?: { readonly rate: number; readonly seed?: DropoutSeed };
}

/** Scaled dot-product attention of `heads` heads: query [B,T,D], key and value [B,S,D] → [B,T,D]. */
export function attention({ query, key, value, mask, heads, dropout }: AttentionOptions): Tensor {
  const [B, T, D] = query.shape as readonly [Dim, Dim, number];
  const [S, K] = [key.size(1), D / heads];
  const apart = (x: Tensor) => x.reshape([B, x.size(1), heads, K]).transpose([0, 2, 1, 3]); // [B,T,D] → [B,H,T,K]
  const bias = mask?.cast('float32').sub(1).mul(-hidden).reshape([B, 1, 1, S]);
  const kept = dropout && dropoutMask(query.graph, [B, heads, T, S], dropout);
  const extras = [bias, kept].filter((extra) => extra !== undefined);
  const flags = { scale: 1 / Math.sqrt(K), bias: bias !== undefined, dropout: kept !== undefined };
  const context = query.graph.apply(
    'Attention',
    [apart(query), apart(key), apart(value), ...extras],
    flags,
  )[0] as Tensor;
  return context.transpose([0, 2, 1, 3]).reshape([B, T, D]);
}

/** Rows of a table in the graph (its gradient is dense): table [V, D], ids […] int → […, D]. */
export const embedding = (table: Tensor, ids: Tensor): Tensor => table.gather(ids);

/** 1 at each index, 0 elsewhere; an index outside 0…size−1 has no 1: indices […] int → […, size] bool. */
export function oneHot(indices: Tensor, size: Dim): Tensor {
  return indices.cast('int32').expandDims(-1).equal(indices.graph.iota(size));
}

/** Rows by position, batch by batch: x [B,T,D], positions [B,W] int → [B,W,D]. A position outside gives zeros. */
export function gatherRows(x: Tensor, positions: Tensor): Tensor {
  return oneHot(positions, x.size(1)).cast(x.type).matmul(x); // [B,W,T] × [B,T,D]
}

/**
 * Mean of −log softmax(logits) at the labels: logits […, C], labels […] int → [].
 * Counted are labels 0…C−1 other than `ignoreIndex`; none at all gives 0.
 */
export function crossEntropy(
  logits: Tensor,
  labels: Tensor,
  { ignoreIndex = -100 }: { ignoreIndex?: number } = {},
): Tensor {
  return logits.graph.apply('CrossEntropy', [logits, labels], { ignoreIndex })[0] as Tensor;
}
