/** BERT's and RoBERTa's pooler: one vector for a whole input, from the state of its first token ([CLS]). */

import type { Tensor } from '@calibre/graph';
import type { NetworkBuilder } from './builder.js';
import type { EncoderConfiguration } from './encoder-configuration.js';
import { encoderNames } from './encoder-names.js';
import { linearParameters, type ParameterSpecification } from './parameters.js';

/** The pooler's weights; none for families without one. A checkpoint of a family that has one may lack them. */
export function poolerParameters(encoder: EncoderConfiguration): ParameterSpecification[] {
  const { pooler } = encoderNames(encoder);
  return pooler === undefined
    ? []
    : linearParameters(pooler, { out: encoder.width, in: encoder.width });
}

/** tanh(W h₀ + b): the last states [B,T,D] → [B,D]. Throws for a family without a pooler. */
export function pool(
  builder: NetworkBuilder,
  { encoder, states }: { readonly encoder: EncoderConfiguration; readonly states: Tensor },
): Tensor {
  const { pooler } = encoderNames(encoder);
  if (pooler === undefined)
    throw new Error(
      `pooler: ${encoder.modelType} has none; read the state of its first token instead`,
    );
  const first = states.slice({ axis: 1, start: 0, end: 1 }).squeeze(1);
  return builder.linear(first, pooler).tanh();
}
