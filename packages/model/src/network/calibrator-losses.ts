/** The calibrator's losses (paper 3.1.3, 3.2.2), each with a weight, on one pass through the encoder. */

import { crossEntropy, type Graph, gatherRows, oneHot, type Tensor } from '@calibre/graph';
import { NetworkBuilder, type NetworkOptions } from './builder.js';
import {
  type CalibratorHeads,
  calibratorHeads,
  calibratorParameters,
  jointScores,
} from './calibrator-network.js';
import type { CalibratorModel } from './configuration.js';
import { maskedLanguageModelParameters, maskedTokenLogits } from './masked-language-model.js';
import { masked, softplus } from './scores.js';

/** Weights of the terms; a term of weight 0 or none is not built. */
export interface CalibratorLossWeights {
  /** ½(−log pˢ − log pᵉ) of the gold start and end (eq 7). */
  readonly pointer?: number;
  /** Cross-entropy of the gold label at the gold boundaries (eq 9); reading comprehension has none. */
  readonly label?: number;
  /** See `MatchingLoss`. */
  readonly matching?: number;
  /** −log softmax of sᵢ + eⱼ + mᵢⱼ over all candidates and no answer (docs/decisions/0009). */
  readonly joint?: number;
  /** Masked language modelling of pre-training (3.2.2). */
  readonly maskedLanguageModel?: number;
}

/** Paper 4.3: α, β, γ of named entities. */
export const entityLossWeights = { pointer: 0.3, label: 0.3, matching: 0.4 } as const;
/** Paper 3.3: reading comprehension. */
export const readingLossWeights = { pointer: 0.5, matching: 0.5 } as const;
/** For encoders trained from scratch (docs/decisions/0009). */
export const jointLossWeights = { joint: 1, label: 0.3 } as const;

/** Binary cross-entropy of the matching logits; positives and negatives are averaged apart (docs/decisions/0002). */
export interface MatchingLoss {
  /** All candidates but the gold pair are negatives. Without: the paper's literal eq 12. Default true. */
  readonly negatives?: boolean;
  /** The pair ([CLS], [CLS]) takes part, positive where there is no answer. Default: true without negatives (eq 12), else false. */
  readonly noAnswer?: boolean;
}

export interface CalibratorLossOptions extends NetworkOptions {
  readonly weights: CalibratorLossWeights;
  readonly matching?: MatchingLoss;
}

type Term = keyof CalibratorLossWeights;

/**
 * Outputs `loss`, the weighted sum, and each term unweighted as `pointerLoss`, `labelLoss`, `matchingLoss`, `jointLoss`,
 * `maskedLanguageModelLoss`. For inputs see `calibratorFeeds` and `maskTokens`. The graph's `parameters` are the weights to train.
 */
export function buildCalibratorLoss(model: CalibratorModel, options: CalibratorLossOptions): Graph {
  const { encoder } = model;
  const { weights, matching } = options;
  const specifications = calibratorParameters(model);
  if (weights.maskedLanguageModel) specifications.push(...maskedLanguageModelParameters(encoder));
  const builder = new NetworkBuilder('calibratorLoss', specifications, options);
  const heads = calibratorHeads(builder, model);
  const gold = {
    start: builder.integers('goldStart', ['B']),
    end: builder.integers('goldEnd', ['B']),
  };
  const terms: Record<Term, () => Tensor> = {
    pointer: () => pointerLoss(heads, gold),
    label: () => labelLoss(builder, heads, gold),
    matching: () => matchingLoss(builder, heads, { gold, ...matching }),
    joint: () => jointLoss(builder, heads, gold),
    maskedLanguageModel: () =>
      crossEntropy(
        maskedTokenLogits(builder, { encoder, states: heads.states }),
        builder.integers('maskedLabels', ['B', 'M']),
      ),
  };
  const wanted = (Object.keys(terms) as Term[]).filter((term) => weights[term]);
  if (wanted.length === 0)
    throw new Error(
      `calibrator loss: at least one term needs a weight above 0, got ${JSON.stringify(weights)}; give one of ${Object.keys(terms).join(', ')}`,
    );
  const weighted = wanted.map((term) => {
    const loss = builder.graph.scope(term, terms[term]);
    builder.graph.output(`${term}Loss`, loss);
    return loss.mul(weights[term] as number);
  });
  builder.graph.output(
    'loss',
    weighted.reduce((sum, term) => sum.add(term)),
  );
  return builder.graph;
}

/** Gold start and end units [B]; (0, 0) for no answer. */
interface Gold {
  readonly start: Tensor;
  readonly end: Tensor;
}

function pointerLoss({ startLogits, endLogits }: CalibratorHeads, gold: Gold): Tensor {
  return crossEntropy(startLogits, gold.start).add(crossEntropy(endLogits, gold.end)).mul(0.5);
}

function labelLoss(builder: NetworkBuilder, { labels }: CalibratorHeads, gold: Gold): Tensor {
  if (labels === undefined)
    throw new Error(
      'calibrator loss: the label term needs labels, and this configuration has none (reading comprehension); give it no weight',
    );
  const at = (logits: Tensor, unit: Tensor) => gatherRows(logits, unit.expandDims(1)).squeeze(1);
  const logits = at(labels.start, gold.start).add(at(labels.end, gold.end)); // [B,L]
  return crossEntropy(logits, builder.integers('goldLabel', ['B']));
}

/** 1 at each gold pair: [B,W,W]. */
function pairTargets(gold: Gold): Tensor {
  const hot = (unit: Tensor) => oneHot(unit, 'W').cast('float32'); // [B,W]
  return hot(gold.start).expandDims(2).mul(hot(gold.end).expandDims(1));
}

const candidateMask = (builder: NetworkBuilder) =>
  builder.graph.input('candidates', ['B', 'W', 'W']);

// positives: mean of −log σ(m).  negatives: mean of −log(1 − σ(m)).  The two means are added.
function matchingLoss(
  builder: NetworkBuilder,
  { matchingLogits }: CalibratorHeads,
  { gold, negatives = true, noAnswer = !negatives }: MatchingLoss & { readonly gold: Gold },
): Tensor {
  const isAnswer = builder.graph.iota('W').greater(0).cast('float32').expandDims(1); // [W,1]
  const counted = (mask: Tensor) => (noAnswer ? mask : mask.mul(isAnswer));
  const targets = pairTargets(gold);
  const positive = mean(softplus(matchingLogits.neg()), counted(targets));
  if (!negatives) return positive;
  const others = candidateMask(builder).sub(targets);
  return positive.add(mean(softplus(matchingLogits), counted(others)));
}

/** Mean of the values where the mask is 1; 0 where it is so nowhere. */
function mean(values: Tensor, mask: Tensor): Tensor {
  const count = mask.sum();
  return values
    .mul(mask)
    .sum()
    .div(count.add(count.less(0.5).cast('float32')));
}

// −log softmax(s_i + e_j + m_ij) of the gold pair, mean over the batch.
function jointLoss(builder: NetworkBuilder, heads: CalibratorHeads, gold: Gold): Tensor {
  const scores = masked(jointScores(heads), candidateMask(builder)).reshape(['B', 'W*W']);
  const targets = pairTargets(gold).reshape(['B', 'W*W']);
  return scores.logSoftmax().mul(targets).sum(1).mean().neg();
}
