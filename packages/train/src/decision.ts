/**
 * Learns the decision (decision 0012): from a corpus with gold answers, which candidate of an initial answer is right. What it
 * gives on new text is estimated by cross-validation.
 */
import type { Span } from '@calibre/metrics';
import {
  AnsweredPassage,
  type Candidate,
  candidatesOf,
  type DecisionModel,
  type DecisionRows,
  decideByModel,
  decisionFeatures,
  featuresOf,
  TextStatistics,
  type TreeNodes,
} from '@calibre/model';
import { type Estimate, finalSpans, type ReadSentence, scoreAnswers } from './answer-counts.js';
import { type BoostingConfig, boostingDefaults, boostTrees } from './boosting/boost-trees.js';
import { foldsOf } from './folds.js';

export interface DecisionConfig {
  readonly boosting: BoostingConfig;
  /** See `DecisionModel`. */
  readonly dropBelow: number;
  readonly leastWords: number;
  /** What a row of the corpus counts beside one of what was learned before. */
  readonly weight: number;
}

// Guesses: docs/experiments.md.
export const decisionDefaults: DecisionConfig = {
  boosting: boostingDefaults,
  dropBelow: 0.4,
  leastWords: 1000,
  weight: 5,
};

export interface FitDecisionOptions {
  /** The labels of the network that read, `NONE` first. */
  readonly labels: readonly string[];
  readonly seed: number;
  /** Default 5. */
  readonly folds?: number | undefined;
  /** Of the whole text that the sentences are part of, as the base model answered it. Default: of the sentences. */
  readonly statistics?: TextStatistics | undefined;
  /** What was learned before on other text, which is learned again beside this. */
  readonly before?: DecisionRows | undefined;
  readonly config?: Partial<DecisionConfig> | undefined;
}

export interface FittedDecision extends Estimate {
  readonly model: DecisionModel;
  /** The final answers behind the estimate, sentence by sentence. */
  readonly heldOut: readonly (readonly Span[])[];
}

/** @throws RangeError where there are fewer sentences than folds */
export function fitDecision(
  sentences: readonly ReadSentence[],
  { labels, seed, folds = 5, before, ...options }: FitDecisionOptions,
): FittedDecision {
  const { boosting, dropBelow, leastWords, weight } = { ...decisionDefaults, ...options.config };
  const { statistics = statisticsOf(sentences) } = options;
  const rows = sentences.map((sentence) => rowsOf(sentence, { labels, statistics }));
  const foldOf = foldsOf(sentences.length, { folds, seed });
  const learn = (use: (sentence: number) => boolean): { trees: TreeNodes; rows: DecisionRows } => {
    const used = rows.filter((_, sentence) => use(sentence));
    const all = joined([...(before ? [before] : []), ...used]);
    const weights = new Float32Array(all.right.length).fill(weight);
    weights.fill(1, 0, before?.right.length ?? 0);
    const { features, right: targets } = all;
    return { trees: boostTrees({ features, targets, weights }, boosting), rows: all };
  };

  const heldOut: Span[][] = new Array(sentences.length);
  for (let fold = 0; fold < folds; fold++) {
    const { trees } = learn((sentence) => foldOf[sentence] !== fold);
    for (const [index, sentence] of sentences.entries())
      if (foldOf[index] === fold) {
        const model = { trees, dropBelow };
        heldOut[index] = finalSpans(decideByModel(sentence, { model, labels, statistics }));
      }
  }
  const { trees, rows: learnedFrom } = learn(() => true);
  return {
    model: { trees, dropBelow, leastWords, learnedFrom },
    ...scoreAnswers(sentences, heldOut),
    heldOut,
  };
}

/** How the base model answered these sentences. */
export const statisticsOf = (sentences: readonly ReadSentence[]): TextStatistics =>
  TextStatistics.of(
    sentences.map(({ words, answers }) => ({
      words,
      spans: answers.map(({ initial }) => initial),
    })),
  );

/** The candidates of a sentence's answers; right are those that are gold answers. */
function rowsOf(
  { words, answers, gold }: ReadSentence,
  options: { readonly labels: readonly string[]; readonly statistics: TextStatistics },
): DecisionRows {
  const { labels } = options;
  const passage = new AnsweredPassage(
    words,
    answers.map(({ initial }) => initial),
  );
  const isGold = ({ span: { start, end }, label }: Candidate) =>
    gold.some((span) => span.start === start && span.end === end && span.label === labels[label]);
  const rows = answers.flatMap(({ initial, reading }, index): DecisionRows[] => {
    if (reading === undefined) return [];
    const candidates = candidatesOf(initial, reading, labels);
    const features = featuresOf(candidates, { ...options, passage, index, reading });
    return candidates.map((candidate, place) => ({
      features: features[place] as Float32Array,
      right: Uint8Array.of(Number(isGold(candidate))),
    }));
  });
  return joined(rows);
}

function joined(parts: readonly DecisionRows[]): DecisionRows {
  const count = parts.reduce((sum, { right }) => sum + right.length, 0);
  const features = new Float32Array(count * decisionFeatures.length);
  const right = new Uint8Array(count);
  let at = 0;
  for (const part of parts) {
    features.set(part.features, at * decisionFeatures.length);
    right.set(part.right, at);
    at += part.right.length;
  }
  return { features, right };
}
