/** What is said of an initial answer in the end. */

import type { Span } from '@calibre/metrics';
import type { Reading } from './decode.js';

/** An initial answer with what was read of it; without a reading it is kept as it is. */
export interface ReadAnswer {
  readonly initial: Span;
  readonly reading?: Reading;
}

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
