/** Decided answers of one passage → its final answers: no two alike, none that overlap. */

import type { CalibratedSpan } from './calibrated-span.js';
import { bestDisjoint, type Interval } from './select.js';

/** Merges decided answers that became the same, and drops those that a better one overlaps. */
export function settle(
  decided: readonly CalibratedSpan[],
  overlaps: 'resolve' | 'keep' = 'resolve',
): CalibratedSpan[] {
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
