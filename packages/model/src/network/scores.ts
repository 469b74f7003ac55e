/** Functions of logits that several heads need. */

import type { Tensor } from '@calibre/graph';

/** Far below any logit: its probability is 0 in float32, and the value itself fits float16. */
const excluded = -3e4;

/** Logits where the mask is 1, as good as −∞ where it is 0. */
export const masked = (logits: Tensor, mask: Tensor): Tensor =>
  logits.mul(mask).add(mask.sub(1).mul(-excluded));

/** log(1 + eˣ) without overflow: max(x, 0) + log(1 + e^−|x|). */
export const softplus = (x: Tensor): Tensor => x.relu().add(x.abs().neg().exp().add(1).log());

/** log σ(x) = −softplus(−x). */
export const logSigmoid = (x: Tensor): Tensor => softplus(x.neg()).neg();
