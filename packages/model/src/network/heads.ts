/** Heads that Hugging Face knows, under its names: token classification, question answering, next sentence. */

import { crossEntropy, type Graph, gatherRows, type Tensor } from '@calibre/graph';
import { NetworkBuilder, type NetworkOptions } from './builder.js';
import type { Configuration } from './configuration.js';
import { encode, encoderParameters } from './encoder.js';
import type { EncoderConfiguration } from './encoder-configuration.js';
import { linearParameters, type ParameterSpecification, tableParameter } from './parameters.js';
import { pool, poolerParameters } from './pooler.js';
import { masked } from './scores.js';
import { wordShapes } from './word-shape.js';

const shapeEmbeddings = 'tagger.shape_embeddings';

/** A tagger's weights: encoder, `classifier`, and the word-shape embedding where the configuration asks for it. */
export function taggerParameters({
  encoder,
  tags,
  tagger,
}: Configuration): ParameterSpecification[] {
  return [
    ...encoderParameters(encoder),
    ...(tagger?.wordShapes
      ? [
          tableParameter(shapeEmbeddings, {
            rows: wordShapes.length,
            width: encoder.embeddingWidth,
          }),
        ]
      : []),
    ...linearParameters('classifier', { out: tags.length, in: encoder.width }),
  ];
}

/** Tag logits [B,W,tags] from the first token of each word, `wordPositions` [B,W] (paper eq 1-2). */
function tagLogits(builder: NetworkBuilder, { encoder, tagger }: Configuration): Tensor {
  const added = tagger?.wordShapes
    ? [builder.lookUp(shapeEmbeddings, builder.integers('shapeIds', ['B', 'T']))]
    : [];
  const last = encode(builder, encoder, { added }).at(-1) as Tensor;
  const states = gatherRows(last, builder.integers('wordPositions', ['B', 'W']));
  return builder.linear(builder.drop(states, encoder.hiddenDropout), 'classifier');
}

/** Output `tagLogits` [B,W,tags]. */
export function buildTaggerScores(
  configuration: Configuration,
  options: NetworkOptions = {},
): Graph {
  const builder = new NetworkBuilder('tagger', taggerParameters(configuration), options);
  builder.graph.output('tagLogits', tagLogits(builder, configuration));
  return builder.graph;
}

/** Output `loss`: mean cross-entropy over the words whose `tagIds` [B,W] is not −100 (paper eq 3). */
export function buildTaggerLoss(configuration: Configuration, options: NetworkOptions = {}): Graph {
  const builder = new NetworkBuilder('taggerLoss', taggerParameters(configuration), options);
  const logits = tagLogits(builder, configuration);
  builder.graph.output('loss', crossEntropy(logits, builder.integers('tagIds', ['B', 'W'])));
  return builder.graph;
}

export const questionAnsweringParameters = (
  encoder: EncoderConfiguration,
): ParameterSpecification[] => [
  ...encoderParameters(encoder),
  ...linearParameters('qa_outputs', { out: 2, in: encoder.width }),
];

/** Start and end logits [B,T] of an extractive reader. */
function answerLogits(builder: NetworkBuilder, encoder: EncoderConfiguration): [Tensor, Tensor] {
  const last = encode(builder, encoder).at(-1) as Tensor;
  const logits = builder.linear(last, 'qa_outputs'); // [B,T,2]
  const column = (start: number) => logits.slice({ axis: 2, start, end: start + 1 }).squeeze(2);
  return [column(0), column(1)];
}

/** Outputs `startLogits`, `endLogits` [B,T]. */
export function buildQuestionAnsweringScores(
  encoder: EncoderConfiguration,
  options: NetworkOptions = {},
): Graph {
  const builder = new NetworkBuilder(
    'questionAnswering',
    questionAnsweringParameters(encoder),
    options,
  );
  const [start, end] = answerLogits(builder, encoder);
  builder.graph.output('startLogits', start);
  builder.graph.output('endLogits', end);
  return builder.graph;
}

/**
 * Output `loss`: ½ of the cross-entropies of `goldStart` and `goldEnd` [B] over the tokens where `answerMask` [B,T] is 1.
 * Hugging Face's own loss has an `answerMask` of ones, padding included; a position outside [0, T) is left out.
 */
export function buildQuestionAnsweringLoss(
  encoder: EncoderConfiguration,
  options: NetworkOptions = {},
): Graph {
  const builder = new NetworkBuilder(
    'questionAnsweringLoss',
    questionAnsweringParameters(encoder),
    options,
  );
  const [start, end] = answerLogits(builder, encoder);
  const mask = builder.graph.input('answerMask', ['B', 'T']);
  const losses = [
    crossEntropy(masked(start, mask), builder.integers('goldStart', ['B'])),
    crossEntropy(masked(end, mask), builder.integers('goldEnd', ['B'])),
  ] as const;
  builder.graph.output('loss', losses[0].add(losses[1]).mul(0.5));
  return builder.graph;
}

const nextSentence = 'cls.seq_relationship';

/** Encoder, pooler and BERT's next-sentence head. */
export const nextSentenceParameters = (encoder: EncoderConfiguration): ParameterSpecification[] => [
  ...encoderParameters(encoder),
  ...poolerParameters(encoder),
  ...linearParameters(nextSentence, { out: 2, in: encoder.width }),
];

/** Output `nextSentenceLogits` [B,2]: that the second text follows the first (0), or is another one (1). BERT alone. */
export function buildNextSentenceScores(
  encoder: EncoderConfiguration,
  options: NetworkOptions = {},
): Graph {
  const builder = new NetworkBuilder('nextSentence', nextSentenceParameters(encoder), options);
  const states = encode(builder, encoder).at(-1) as Tensor;
  const pooled = pool(builder, { encoder, states });
  builder.graph.output('nextSentenceLogits', builder.linear(pooled, nextSentence));
  return builder.graph;
}
