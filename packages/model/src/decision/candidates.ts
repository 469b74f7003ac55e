/** What may become of an initial answer: itself, the best other span, and either with another label. */

import type { Span } from '@calibre/metrics';
import { bestOther, type Reading, type ScoredAnswer } from '../calibrator/decode.js';

export interface Candidate {
  readonly span: ScoredAnswer;
  /** Its label among those of the configuration. */
  readonly label: number;
  readonly moved: boolean;
  /** Whether it is the initial answer as it is. */
  readonly unchanged: boolean;
}

/** Candidates that the network finds less likely (log-probability of span and label) are not asked about. (guess) */
const leastLikely = -7;

/** The initial answer first. Empty where its label is unknown: nothing can be said of it. */
export function candidatesOf(
  initial: Span,
  reading: Reading,
  labels: readonly string[],
): Candidate[] {
  const known = labels.indexOf(initial.label);
  if (known < 0) return [];
  const own: Candidate = { span: reading.initial, label: known, moved: false, unchanged: true };
  const other = bestOther(reading);
  const changed = [own.span, ...(other ? [other] : [])].flatMap((span) =>
    labels.slice(1).flatMap((_, place): Candidate[] => {
      const [label, moved] = [place + 1, span !== own.span];
      const likely = span.score + (span.labels[label] ?? 0) >= leastLikely;
      return likely && (moved || label !== known) ? [{ span, label, moved, unchanged: false }] : [];
    }),
  );
  return [own, ...changed];
}
