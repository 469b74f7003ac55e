/** Gradient rules of operators along an axis. */

import type { Shape } from '../dims.js';
import type { ReductionAttributes } from '../operators/reductions.js';
import { type Rule, rule, unbroadcast } from './rule.js';

/** The shape of a reduction that kept its axes. */
const kept = (shape: Shape, axes: readonly number[]): Shape =>
  shape.map((dim, i) => (axes.includes(i) ? 1 : dim));

export const reductionRules: { readonly [N in keyof ReductionAttributes]: Rule<N> } = {
  Sum: rule(([x], dy, _, { axes }) => [dy.reshape(kept(x.shape, axes)).expand(x.shape)]),
  // Shared evenly among equal largest elements, as PyTorch's amax.
  Max: rule(([x], dy, y, { axes }) => {
    const shape = kept(x.shape, axes);
    const largest = x.equal(y.reshape(shape)).cast(x.type);
    return [largest.mul(dy.reshape(shape).div(largest.sum(axes, { keepDims: true })))];
  }),
  // Y = softmax(X).  dX = Y ∘ (dY − Σ dY∘Y)
  Softmax: rule((_, dy, y, { axis }) => [y.mul(dy.sub(dy.mul(y).sum(axis, { keepDims: true })))]),
  // Y = log softmax(X).  dX = dY − eʸ ∘ Σ dY
  LogSoftmax: rule((_, dy, y, { axis }) => [dy.sub(y.exp().mul(dy.sum(axis, { keepDims: true })))]),
  // X̂ = (X − μ) r with r = 1/√(σ² + ε), Y = X̂∘g + b.  G = dY∘g:
  // dX = r ∘ (G − mean G − X̂ ∘ mean(G∘X̂)),  dg = Σ dY∘X̂,  db = Σ dY
  // and through the statistics: + dμ/D − dr ∘ r² ∘ X̂/D
  LayerNorm({ inputs, outputs }, dy, dMean, dInverse) {
    const [[x, gain, bias], [, mean, inverse]] = [inputs, outputs];
    if (!x || !gain || !bias || !mean || !inverse) return [];
    const normal = x.sub(mean).mul(inverse);
    const width = x.graph.size([x.size(-1)]);
    const shares: (typeof x)[] = [];
    let [dGain, dBias]: (typeof x | undefined)[] = [];
    if (dy) {
      const column = gain.div(width).reshape([x.size(-1), 1]); // means as products with gain/D: one pass each
      const scaled = dy.mul(normal);
      const correction = normal.mul(scaled.matmul(column)).add(dy.matmul(column));
      shares.push(dy.mul(gain).sub(correction).mul(inverse));
      [dGain, dBias] = [unbroadcast(scaled, gain.shape), unbroadcast(dy, bias.shape)];
    }
    if (dMean) shares.push(dMean.div(width).expand(x.shape));
    if (dInverse) shares.push(normal.mul(dInverse.mul(inverse.square()).div(width)).neg());
    return [shares.length > 0 ? shares.reduce((a, b) => a.add(b)) : undefined, dGain, dBias];
  },
};
