/** Do no harm (decision 0003): an initial answer is edited only where the edit beats it by the margin of its kind. */

import type { Span } from '@calibre/metrics';
import { type Margins, noneLabel } from '../network/configuration.js';
import type { CalibratedSpan, DecisionScores, ReadAnswer } from './calibrated-span.js';
import { bestOther, type Reading, type ScoredAnswer } from './decode.js';
import { settle } from './settle.js';

export interface DecideOptions {
  /** The configuration's labels, `NONE` first. */
  readonly labels: readonly string[];
  readonly margins: Margins;
}

/**
 * Among keeping, moving to the best other candidate and dropping, takes the likeliest after an edit has paid its margin;
 * then changes the label where another one but NONE wins by its margin. A tie keeps.
 */
export function decide(
  initial: Span,
  reading: Reading,
  { labels, margins }: DecideOptions,
): CalibratedSpan {
  const own = reading.initial;
  const other = bestOther(reading);
  const moveGain = (other?.score ?? Number.NEGATIVE_INFINITY) - own.score - margins.move;
  const dropGain = reading.noAnswer - own.score - margins.drop;
  const drops = dropGain > 0 && dropGain >= moveGain;
  const moves = !drops && moveGain > 0 && other !== undefined;

  const final = moves ? other : own;
  const scores = scoresOf(initial, reading, { labels, final });
  const relabels = !drops && scores.labelGain > margins.relabel;
  return {
    start: moves ? other.start : initial.start,
    end: moves ? other.end : initial.end,
    label: relabels ? (labels[bestLabel(final.labels, labels)] as string) : initial.label,
    score: Math.exp(final.score),
    initial,
    decision: drops ? 'dropped' : moves ? 'moved' : relabels ? 'relabelled' : 'kept',
    ...(drops ? { dropped: 'no answer' as const } : {}),
    scores,
  };
}

/** The log-probabilities that a decision for the boundaries `final` goes by. */
export function scoresOf(
  initial: Span,
  reading: Reading,
  { labels, final }: { readonly labels: readonly string[]; readonly final: ScoredAnswer },
): DecisionScores {
  const known = labels.indexOf(initial.label);
  const top = bestLabel(final.labels, labels);
  return {
    initial: reading.initial.score,
    best: bestOther(reading)?.score ?? Number.NEGATIVE_INFINITY,
    noAnswer: reading.noAnswer,
    labelGain:
      top < 0 || known < 0 ? 0 : (final.labels[top] as number) - (final.labels[known] as number),
  };
}

/** The likeliest label but NONE; −1 without a label head. */
function bestLabel(scores: readonly number[], labels: readonly string[]): number {
  let best = -1;
  for (const [label, score] of scores.entries())
    if (labels[label] !== noneLabel && (best < 0 || score > (scores[best] as number))) best = label;
  return best;
}

/**
 * Decides on all answers of one passage, one result for each in the given order; the final answers are those not dropped.
 * Answers that became the same are merged, one that was kept first; of overlapping ones the best disjoint set stays
 * (decision 0006), unless `overlaps` is `keep`.
 */
export function decideAll(
  answers: readonly ReadAnswer[],
  { overlaps, ...options }: DecideOptions & { readonly overlaps?: 'resolve' | 'keep' | undefined },
): CalibratedSpan[] {
  const decided = answers.map(
    ({ initial, reading }): CalibratedSpan =>
      reading === undefined
        ? { ...initial, initial, decision: 'kept' }
        : decide(initial, reading, options),
  );
  return settle(decided, overlaps);
}
