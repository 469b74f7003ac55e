/** Do no harm (decision 0003): an initial answer is edited only where the edit beats it by the margin of its kind. */

import type { Span } from '@calibre/metrics';
import { type Margins, noneLabel } from '../network/configuration.js';
import type { Reading } from './decode.js';
import { bestDisjoint, type Interval } from './select.js';

export type Decision = 'kept' | 'moved' | 'relabelled' | 'dropped';

/** Log-probabilities behind a decision. */
export interface DecisionScores {
  readonly initial: number;
  /** The best other candidate; −Infinity where there is none. */
  readonly best: number;
  readonly noAnswer: number;
  /** How much likelier the best label is than the initial one, at the final boundaries; 0 without a label head. */
  readonly labelGain: number;
}

/**
 * What the calibrator says of one initial answer, which is never lost. A dropped one keeps its initial boundaries.
 * `score` is the probability of the final answer (of the initial one, if dropped). Units are those of `initial`.
 */
export interface CalibratedSpan extends Span {
  readonly initial: Span;
  readonly decision: Decision;
  /** Why an answer was dropped: there is none here, a better one overlaps it, or another answer became the same. */
  readonly dropped?: 'no answer' | 'overlap' | 'duplicate';
  /** Absent where the answer was not read: it did not fit the encoder, or the base was sure of it. */
  readonly scores?: DecisionScores;
}

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
  const other = reading.answers.find(({ start, end }) => start !== own.start || end !== own.end);
  const best = other?.score ?? Number.NEGATIVE_INFINITY;
  const moveGain = best - own.score - margins.move;
  const dropGain = reading.noAnswer - own.score - margins.drop;
  const drops = dropGain > 0 && dropGain >= moveGain;
  const moves = !drops && moveGain > 0 && other !== undefined;

  const final = moves ? other : own;
  const known = labels.indexOf(initial.label);
  const top = bestLabel(final.labels, labels);
  const labelGain =
    top < 0 || known < 0 ? 0 : (final.labels[top] as number) - (final.labels[known] as number);
  const relabels = !drops && labelGain > margins.relabel;
  return {
    start: moves ? other.start : initial.start,
    end: moves ? other.end : initial.end,
    label: relabels ? (labels[top] as string) : initial.label,
    score: Math.exp(final.score),
    initial,
    decision: drops ? 'dropped' : moves ? 'moved' : relabels ? 'relabelled' : 'kept',
    ...(drops ? { dropped: 'no answer' as const } : {}),
    scores: { initial: own.score, best, noAnswer: reading.noAnswer, labelGain },
  };
}

/** The likeliest label but NONE; −1 without a label head. */
function bestLabel(scores: readonly number[], labels: readonly string[]): number {
  let best = -1;
  for (const [label, score] of scores.entries())
    if (labels[label] !== noneLabel && (best < 0 || score > (scores[best] as number))) best = label;
  return best;
}

/** An initial answer with what was read of it; without a reading it is kept as it is. */
export interface ReadAnswer {
  readonly initial: Span;
  readonly reading?: Reading;
}

/**
 * Decides on all answers of one passage, one result for each in the given order; the final answers are those not dropped.
 * Answers that became the same are merged, one that was kept first; of overlapping ones the best disjoint set stays
 * (decision 0006), unless `overlaps` is `keep`.
 */
export function decideAll(
  answers: readonly ReadAnswer[],
  { overlaps, ...options }: DecideOptions & { readonly overlaps?: 'resolve' | 'keep' },
): CalibratedSpan[] {
  const decided = answers.map(
    ({ initial, reading }): CalibratedSpan =>
      reading === undefined
        ? { ...initial, initial, decision: 'kept' }
        : decide(initial, reading, options),
  );
  const merged = mergeEqual(decided.filter(({ decision }) => decision !== 'dropped'));
  const best = overlaps === 'keep' ? merged : bestDisjoint(merged, { weight: (m) => m.weight });
  const [standing, final] = [merged, best].map((some) => new Set(some.map(({ span }) => span)));
  return decided.map((span) => {
    if (span.decision === 'dropped' || final?.has(span)) return span;
    const { start, end, label } = span.initial;
    const dropped = standing?.has(span) ? 'overlap' : 'duplicate';
    return { ...span, start, end, label, decision: 'dropped', dropped };
  });
}

/** Equal answers as one: `span` is that which was kept, or else the likeliest; `weight` the greatest of their probabilities. */
interface MergedAnswer extends Interval {
  readonly span: CalibratedSpan;
  readonly weight: number;
}

function mergeEqual(spans: readonly CalibratedSpan[]): MergedAnswer[] {
  const weightOf = ({ score = 1 }: CalibratedSpan) => score;
  const kept = ({ decision }: CalibratedSpan) => Number(decision === 'kept');
  const merged = new Map<string, MergedAnswer>();
  for (const span of [...spans].sort((a, b) => kept(b) - kept(a) || weightOf(b) - weightOf(a))) {
    const { start, end, label } = span;
    const key = `${start} ${end} ${label}`;
    const known = merged.get(key);
    const weight = Math.max(weightOf(span), known?.weight ?? 0);
    merged.set(key, { start, end, span: known?.span ?? span, weight });
  }
  return [...merged.values()];
}

/** The answers that remain, in reading order. */
export function finalAnswers(spans: readonly CalibratedSpan[]): CalibratedSpan[] {
  return spans
    .filter((span) => span.decision !== 'dropped')
    .sort((a, b) => a.start - b.start || a.end - b.end);
}
