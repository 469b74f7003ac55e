/** Gradient rules of matrix products: products with transposed operands, nothing is transposed. */
import type { MatMulAttributes, ProductAttributes } from '../operators/products.js';
import type { Tensor } from '../tensor.js';
import { type Rule, rule, unbroadcast } from './rule.js';

/** alpha · op(A) op(B) */
const product = (a: Tensor, b: Tensor, attributes: Partial<MatMulAttributes>): Tensor =>
  a.graph.apply('MatMul', [a, b], {
    transposeA: false,
    transposeB: false,
    alpha: 1,
    beta: 1,
    ...attributes,
  })[0] as Tensor;

export const productRules: { readonly [N in keyof ProductAttributes]: Rule<N> } = {
  // Y = α op(A) op(B) + β C, with A′ = op(A) and B′ = op(B).
  // dA′ = α dY B′ᵀ, dB′ = α A′ᵀ dY, dC = β Σ dY over the repeated axes; dA = op(dA′), written without op.
  MatMul: rule(([a, b], dy, _, { transposeA, transposeB, alpha, beta }, [, , c]) => {
    const da = transposeA
      ? product(b, dy, { transposeA: transposeB, transposeB: true, alpha })
      : product(dy, b, { transposeB: !transposeB, alpha });
    const db = transposeB
      ? product(dy, a, { transposeA: true, transposeB: transposeA, alpha })
      : product(a, dy, { transposeA: !transposeA, alpha });
    const dc = c && unbroadcast(dy, c.shape).mul(beta);
    return [unbroadcast(da, a.shape), unbroadcast(db, b.shape), dc];
  }),
};
