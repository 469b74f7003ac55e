/** Decides by the learned model: of each initial answer's candidates the one most likely right, or none. */

import type { Span } from '@calibre/metrics';
import type { CalibratedSpan, ReadAnswer } from '../calibrator/calibrated-span.js';
import { decideAll, scoresOf } from '../calibrator/decide.js';
import type { Reading } from '../calibrator/decode.js';
import { settle } from '../calibrator/settle.js';
import type { Margins } from '../network/configuration.js';
import { AnsweredPassage } from './answered-passage.js';
import { probability } from './boosted-trees.js';
import { candidatesOf } from './candidates.js';
import type { DecisionModel } from './decision-model.js';
import { type DecisionContext, featuresOf } from './features.js';
import type { TextStatistics } from './text-statistics.js';

/** A passage with its initial answers and what was read of them. */
export interface ReadPassage {
  readonly words: readonly string[];
  readonly answers: readonly ReadAnswer[];
}

export interface DecideByModelOptions {
  readonly model: Pick<DecisionModel, 'trees' | 'dropBelow'>;
  /** The configuration's labels, `NONE` first. */
  readonly labels: readonly string[];
  readonly statistics: TextStatistics;
  readonly overlaps?: 'resolve' | 'keep' | undefined;
}

/** One result for each initial answer; `score` is the probability that the final answer is right. See `decideAll`. */
export function decideByModel(
  { words, answers }: ReadPassage,
  { overlaps, ...options }: DecideByModelOptions,
): CalibratedSpan[] {
  const passage = new AnsweredPassage(
    words,
    answers.map(({ initial }) => initial),
  );
  const decided = answers.map(({ initial, reading }, index): CalibratedSpan => {
    if (reading === undefined) return { ...initial, initial, decision: 'kept' };
    return decideOne(initial, reading, { ...options, passage, index, reading });
  });
  return settle(decided, overlaps);
}

export interface DeciderOptions extends Omit<DecideByModelOptions, 'model'> {
  readonly model?: DecisionModel | undefined;
  readonly margins: Margins;
}

/** Decides by the learned model where there is one and the text is long enough to ask it, and by margins elsewhere. */
export function decider({
  model,
  margins,
  ...options
}: DeciderOptions): (passage: ReadPassage) => CalibratedSpan[] {
  const { labels, overlaps, statistics } = options;
  return model && statistics.words >= model.leastWords
    ? (passage) => decideByModel(passage, { model, ...options })
    : ({ answers }) => decideAll(answers, { labels, margins, overlaps });
}

function decideOne(
  initial: Span,
  reading: Reading,
  { model, ...context }: DecisionContext & Pick<DecideByModelOptions, 'model'>,
): CalibratedSpan {
  const { labels } = context;
  const candidates = candidatesOf(initial, reading, labels);
  const likely = featuresOf(candidates, context).map((row) => probability(model.trees, row));
  const best = likely.reduce((a, p, place) => (p > (likely[a] as number) ? place : a), 0);
  const chosen = candidates[best];
  if (chosen === undefined) return { ...initial, initial, decision: 'kept' };
  const { span, label, moved, unchanged } = chosen;
  const scores = scoresOf(initial, reading, { labels, final: span });
  const score = likely[best] as number;
  if (score < model.dropBelow)
    return {
      ...initial,
      score: likely[0] as number,
      initial,
      decision: 'dropped',
      dropped: 'no answer',
      scores,
    };
  const decision = unchanged ? 'kept' : moved ? 'moved' : 'relabelled';
  const { start, end } = moved ? span : initial;
  return { start, end, label: labels[label] as string, score, initial, decision, scores };
}
