/** Position ids, which the families count differently. */

import type { TensorData } from '@calibre/graph';
import { type EncoderConfiguration, isRoberta } from './encoder-configuration.js';

/**
 * Position ids [B,T] of token ids [B,T]. BERT, ELECTRA, XLM: 0, 1, 2, … RoBERTa, XLM-R: counted over the tokens that are
 * not padding, from `padTokenId + 1`; padding keeps `padTokenId` (Hugging Face derives it from the ids, not from the mask).
 */
export function positionIds(
  inputIds: { readonly data: ArrayLike<number>; readonly shape: readonly number[] },
  encoder: EncoderConfiguration,
): TensorData {
  const [B, T] = inputIds.shape as [number, number];
  const data = new Int32Array(B * T);
  const pad = encoder.padTokenId;
  for (let b = 0; b < B; b++) {
    let seen = 0;
    for (let t = 0; t < T; t++) {
      const at = b * T + t;
      if (!isRoberta(encoder)) data[at] = t;
      else data[at] = inputIds.data[at] === pad ? pad : pad + ++seen;
    }
  }
  return { data, shape: [B, T] };
}
