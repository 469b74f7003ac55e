/** Masked language modelling: hidden tokens guessed from the states, the decoder tied to the word embeddings or not. */

import { crossEntropy, type Graph, gatherRows, type Tensor } from '@calibre/graph';
import { NetworkBuilder, type NetworkOptions } from './builder.js';
import { activate, encode, encoderParameters } from './encoder.js';
import type { EncoderConfiguration } from './encoder-configuration.js';
import { encoderNames } from './encoder-names.js';
import { linearParameters, normParameters, type ParameterSpecification } from './parameters.js';

/** Transform and decoder bias, and the decoder's weight where it is not the word embeddings' (`tiedDecoder`). */
export function maskedLanguageModelParameters(
  encoder: EncoderConfiguration,
): ParameterSpecification[] {
  const { transform, tiedBias, decoder } = encoderNames(encoder).maskedLanguageModel;
  const { width, embeddingWidth, vocabularySize, tiedDecoder } = encoder;
  return [
    ...(transform === undefined
      ? []
      : [
          ...linearParameters(transform.dense, { out: embeddingWidth, in: width }),
          ...normParameters(transform.norm, embeddingWidth),
        ]),
    ...(tiedDecoder
      ? [{ name: tiedBias, shape: [vocabularySize], start: 'zeros' as const }]
      : linearParameters(decoder, { out: vocabularySize, in: embeddingWidth })),
  ];
}

/** Logits [B,M,vocabulary] of the tokens at `maskedPositions` [B,M]. A tied decoder needs the word embeddings in the graph. */
export function maskedTokenLogits(
  builder: NetworkBuilder,
  { encoder, states }: { readonly encoder: EncoderConfiguration; readonly states: Tensor },
): Tensor {
  if (builder.options.words === 'rows' && encoder.tiedDecoder)
    throw new Error(
      'masked language model: its decoder is the word embedding table, which words: rows keeps outside the graph; build with words: dense',
    );
  const names = encoderNames(encoder);
  const { transform, tiedBias, decoder } = names.maskedLanguageModel;
  const at = gatherRows(states, builder.integers('maskedPositions', ['B', 'M']));
  const x =
    transform === undefined
      ? at
      : builder.norm(
          activate(builder.linear(at, transform.dense), encoder.activation),
          transform.norm,
          encoder.layerNormEpsilon,
        );
  if (!encoder.tiedDecoder) return builder.linear(x, decoder);
  const table = builder.parameter(`${names.wordEmbeddings}.weight`);
  return x.matmul(table, { transposeB: true }).add(builder.parameter(tiedBias));
}

const languageModelParameters = (encoder: EncoderConfiguration) => [
  ...encoderParameters(encoder),
  ...maskedLanguageModelParameters(encoder),
];

/** Output `maskedTokenLogits` [B,M,vocabulary] at `maskedPositions` [B,M]. */
export function buildMaskedLanguageModelScores(
  encoder: EncoderConfiguration,
  options: NetworkOptions = {},
): Graph {
  const builder = new NetworkBuilder(
    'maskedLanguageModel',
    languageModelParameters(encoder),
    options,
  );
  const states = encode(builder, encoder).at(-1) as Tensor;
  builder.graph.output('maskedTokenLogits', maskedTokenLogits(builder, { encoder, states }));
  return builder.graph;
}

/** Output `loss`: mean cross-entropy of `maskedLabels` [B,M] (−100: none) at `maskedPositions` [B,M]. */
export function buildMaskedLanguageModelLoss(
  encoder: EncoderConfiguration,
  options: NetworkOptions = {},
): Graph {
  const builder = new NetworkBuilder(
    'maskedLanguageModelLoss',
    languageModelParameters(encoder),
    options,
  );
  const states = encode(builder, encoder).at(-1) as Tensor;
  const logits = maskedTokenLogits(builder, { encoder, states });
  builder.graph.output('loss', crossEntropy(logits, builder.integers('maskedLabels', ['B', 'M'])));
  return builder.graph;
}
