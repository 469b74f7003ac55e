/** Hand-reduced gradient rules of composite operators. */
import {
  attentionTerms,
  crossEntropyTerms,
  geluTanh,
  geluTanhTerm,
  geluTerms,
} from '../expansions.js';
import { where } from '../functions.js';
import type { CompositeAttributes } from '../operators/composites.js';
import type { Tensor } from '../tensor.js';
import { type Rule, rule, unbroadcast } from './rule.js';

/** exp(logTwoOverRootPi − u²) is 2/√π · exp(−u²) in one operation less. */
const logTwoOverRootPi = Math.log(2 / Math.sqrt(Math.PI));

export const compositeRules: { readonly [N in keyof CompositeAttributes]: Rule<N> } = {
  // Exact: Y = X Φ(X) = u∘E/√2.  dX = dY ∘ (Φ(X) + X φ(X)) = ½ dY ∘ (E + u ∘ 2/√π e^(−u²))
  // tanh:  t = tanh(s(X + cX³)), Y = ½X(1 + t).  dX = ½ dY ∘ (1 + t + X ∘ (1 − t²) ∘ s(1 + 3cX²))
  Gelu: rule(([x], dy, _, { approximate }) => {
    if (approximate === 'none') {
      const { u, E } = geluTerms(x);
      const density = x.graph.constant(logTwoOverRootPi).sub(u.square()).exp();
      return [dy.mul(u.mul(density).add(E)).mul(0.5)];
    }
    const t = geluTanhTerm(x);
    const inner = x
      .square()
      .mul(3 * geluTanh.cubic)
      .add(1)
      .mul(geluTanh.scale);
    return [dy.mul(x.mul(inner).mul(t.square().neg().add(1)).add(t).add(1)).mul(0.5)];
  }),
  // S = scale Q Kᵀ + bias, P = softmax(S), A = P∘M (M: dropout), O = A V.
  // dV = Aᵀ dO, dA = dO Vᵀ, dM = dA∘P, dS = P ∘ (dA∘M − Σ dO∘O), dQ = scale dS K, dK = scale dSᵀ Q, dbias = dS
  // Σ dO∘O over the width is Σ dP∘P over the keys (Dao et al. 2022, eq 4) and much smaller.
  Attention: rule(([query, key, value], dO, O, attributes, inputs) => {
    const { P, M } = attentionTerms(inputs, attributes);
    const scaled = { transposeA: false, transposeB: false, alpha: attributes.scale, beta: 1 };
    const dA = dO.matmul(value, { transposeB: true });
    const dS = P.mul((M ? dA.mul(M) : dA).sub(dO.mul(O).sum(-1, { keepDims: true })));
    const gradients = [
      dS.graph.apply('MatMul', [dS, key], scaled)[0] as Tensor,
      dS.graph.apply('MatMul', [dS, query], { ...scaled, transposeA: true })[0] as Tensor,
      (M ? P.mul(M) : P).matmul(dO, { transposeA: true }),
    ];
    if (attributes.bias) gradients.push(unbroadcast(dS, (inputs[3] as Tensor).shape));
    if (M) gradients.push(unbroadcast(dA.mul(P), M.shape));
    return gradients;
  }),
  // Y = −(1/n) Σ log p[label].  dX = (p − onehot) ∘ counted · dY/n
  CrossEntropy: rule((_, dy, __, attributes, inputs) => {
    const { logP, hot, counted, count } = crossEntropyTerms(inputs, attributes);
    const p = logP.exp();
    return [where(hot, p.sub(1), p).mul(counted.mul(dy.div(count)).expandDims(-1))];
  }),
};
