/** Composite operators written in primitives. Rules of gradients build the same tensors again, and the graph keeps one. */
import { oneHot, where } from './functions.js';
import type { Attributes, CompositeName } from './operators/table.js';
import type { Tensor } from './tensor.js';

export type Expansion<N extends CompositeName> = (
  inputs: readonly Tensor[],
  attributes: Attributes[N],
) => Tensor;

/** u = x/√2 and E = 1 + erf(u): exact GELU is u∘E/√2. */
export function geluTerms(x: Tensor): { u: Tensor; E: Tensor } {
  const u = x.mul(Math.SQRT1_2);
  return { u, E: u.erf().add(1) };
}

export const geluTanh = { scale: Math.sqrt(2 / Math.PI), cubic: 0.044715 }; // Hendrycks and Gimpel 2016, eq 2

/** tanh(√(2/π)(x + 0.044715 x³)) */
export const geluTanhTerm = (x: Tensor): Tensor =>
  x.mul(x.square().mul(geluTanh.cubic).add(1)).mul(geluTanh.scale).tanh();

/** P = softmax(scale Q Kᵀ + bias) and, where elements are dropped, the dropout mask M. */
export function attentionTerms(
  inputs: readonly Tensor[],
  { scale, bias, dropout }: Attributes['Attention'],
): { P: Tensor; M: Tensor | undefined } {
  const [query, key] = inputs as [Tensor, Tensor];
  const product = { transposeA: false, transposeB: true, alpha: scale, beta: 1 };
  const scores = query.graph.apply('MatMul', [query, key], product)[0] as Tensor; // [B,H,T,S]
  const biased = bias ? scores.add(inputs[3] as Tensor) : scores;
  return { P: biased.softmax(), M: dropout ? inputs.at(-1) : undefined };
}

/** log p [N…, C], the labels' one-hot rows, which rows count [N…], and how many (at least 1). */
export function crossEntropyTerms(
  [logits, labels]: readonly Tensor[],
  { ignoreIndex }: Attributes['CrossEntropy'],
) {
  const [x, y] = [logits, labels] as [Tensor, Tensor];
  const classes = x.size(-1);
  const label = y.cast('float32'); // exact below 2²⁴ classes; int64 comparisons fall back on WebGPU
  const inside = label
    .greater(-0.5)
    .cast('float32')
    .mul(x.graph.size([classes]).sub(0.5).greater(label).cast('float32'));
  const ignored = label.equal(ignoreIndex).cast('float32');
  const counted = inside.mul(ignored.neg().add(1));
  const total = counted.sum();
  return {
    logP: x.logSoftmax(),
    hot: oneHot(y, classes),
    counted,
    count: total.add(total.less(0.5).cast('float32')),
  };
}

export const expansions: { readonly [N in CompositeName]: Expansion<N> } = {
  Gelu([x], { approximate }) {
    const operand = x as Tensor;
    if (approximate === 'tanh') return operand.mul(geluTanhTerm(operand).add(1)).mul(0.5);
    const { u, E } = geluTerms(operand);
    return u.mul(E).mul(Math.SQRT1_2);
  },
  Attention(inputs, attributes) {
    const { P, M } = attentionTerms(inputs, attributes);
    return (M ? P.mul(M) : P).matmul(inputs[2] as Tensor);
  },
  CrossEntropy(inputs, attributes) {
    const { logP, hot, counted, count } = crossEntropyTerms(inputs, attributes);
    return where(hot, logP, 0).sum(-1).mul(counted).sum().neg().div(count);
  },
};
