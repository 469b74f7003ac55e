import type { Passage } from '@calibre/data-wiki';
import type { Interval } from '@calibre/garble';

/** One garbled answer of a passage, and what the calibrator made of it. Spans in words. */
export interface Repair {
  readonly passage: Passage;
  readonly gold: Interval;
  readonly initial: Interval;
  /** Undefined: the calibrator dropped the answer. */
  readonly calibrated: Interval | undefined;
}

/** Exact boundaries before and after, as fractions of the answers; `fixed` and `broken` are counts. */
export interface RepairScore {
  readonly answers: number;
  readonly before: number;
  readonly after: number;
  readonly fixed: number;
  readonly broken: number;
}

export const isExact = (gold: Interval, answer: Interval | undefined) =>
  answer !== undefined && answer.start === gold.start && answer.end === gold.end;

export function scoreRepairs(repairs: readonly Repair[]): RepairScore {
  const judged = repairs.map(({ gold, initial, calibrated }) => ({
    before: isExact(gold, initial),
    after: isExact(gold, calibrated),
  }));
  const count = (matches: (judgement: { before: boolean; after: boolean }) => boolean) =>
    judged.filter(matches).length;
  const share = (part: number) => (judged.length === 0 ? 0 : part / judged.length);
  return {
    answers: judged.length,
    before: share(count(({ before }) => before)),
    after: share(count(({ after }) => after)),
    fixed: count(({ before, after }) => !before && after),
    broken: count(({ before, after }) => before && !after),
  };
}
