/** What kind of error each prediction is (paper Table 1). Does not repair anything: see `oracle.ts`. */
import { overlapOf, SpanIndex } from './overlap.js';
import { forEachSentence, type Span } from './span.js';

export const CATEGORIES = [
  'correct',
  'type',
  'super',
  'sub',
  'drifted',
  'adjacent',
  'spurious',
] as const;

/**
 * `correct`, `type` (right boundaries, other label), `super` (holds the gold span), `sub` (lies in it), `drifted` (they cross),
 * `adjacent` (they touch), `spurious` (nothing there).
 */
export type Category = (typeof CATEGORIES)[number];

export type CategoryCounts = Record<Category, number>;

/** A prediction and its category. */
export interface JudgedSpan {
  readonly sentence: number;
  readonly predicted: Span;
  readonly predictedIndex: number;
  readonly category: Category;
  /** The gold span that decided the category; null for `spurious`. */
  readonly gold: Span | null;
  readonly goldIndex: number | null;
}

export interface MissedSpan {
  readonly sentence: number;
  readonly gold: Span;
  readonly goldIndex: number;
}

export interface ErrorAnalysis {
  /** One entry per prediction, `correct` ones too, in the order given. */
  readonly predictions: readonly JudgedSpan[];
  /** Gold spans that no prediction overlaps. */
  readonly missed: readonly MissedSpan[];
  readonly counts: CategoryCounts;
  /** Predictions that are not correct; with `countMissed`, missed gold spans too. */
  readonly errors: number;
  /** super + sub + drifted + adjacent. */
  readonly boundaryErrors: number;
  /** boundaryErrors / errors, a fraction; 0 without errors. */
  readonly boundaryShare: number;
  /** Counts by the predicted label. */
  readonly labels: Record<string, CategoryCounts>;
  /** Counts by the words of the predicted span. */
  readonly lengths: Record<number, CategoryCounts>;
}

export interface ErrorOptions {
  /** Words that may stand between a prediction and the gold span it is `adjacent` to. Default 0: they touch. */
  readonly maxGap?: number;
  /** Whether missed gold spans are errors too. Default false: an error is a wrong prediction, as in the paper. */
  readonly countMissed?: boolean;
}

/**
 * Gives each predicted span one category, by the first rule that fits: a gold span with its boundaries (`correct`, `type`);
 * the gold span it overlaps most (`super`, `sub`, `drifted`, whatever the labels); a gold span it touches (`adjacent`);
 * else `spurious`. Ties: the same label, then the leftmost. A gold span may decide for several predictions.
 * @param gold spans of each sentence
 * @param predicted spans of each sentence, in the same order
 * @throws RangeError for corpora of different length and for empty or reversed spans
 */
export function analyzeErrors(
  gold: readonly (readonly Span[])[],
  predicted: readonly (readonly Span[])[],
  { maxGap = 0, countMissed = false }: ErrorOptions = {},
): ErrorAnalysis {
  const predictions: JudgedSpan[] = [];
  const missed: MissedSpan[] = [];
  const counts = noErrors();
  const labels = new Map<string, CategoryCounts>();
  const lengths = new Map<number, CategoryCounts>();
  forEachSentence('analyzeErrors', { gold, predicted }, (golds, spans, sentence) => {
    const index = new SpanIndex(golds);
    const overlapped = new Set<number>();
    spans.forEach((span, predictedIndex) => {
      for (const i of index.near(span)) overlapped.add(i);
      const goldIndex = decidingGold(span, { index, maxGap });
      const match = goldIndex === null ? null : golds[goldIndex]!;
      const category = match ? categoryOf(span, match) : 'spurious';
      predictions.push({
        sentence,
        predicted: span,
        predictedIndex,
        category,
        gold: match,
        goldIndex,
      });
      counts[category]++;
      entryOf(labels, span.label)[category]++;
      entryOf(lengths, span.end - span.start)[category]++;
    });
    golds.forEach((span, goldIndex) => {
      if (!overlapped.has(goldIndex)) missed.push({ sentence, gold: span, goldIndex });
    });
  });
  const errors = predictions.length - counts.correct + (countMissed ? missed.length : 0);
  const boundaryErrors = counts.super + counts.sub + counts.drifted + counts.adjacent;
  return {
    predictions,
    missed,
    counts,
    errors,
    boundaryErrors,
    boundaryShare: errors ? boundaryErrors / errors : 0,
    labels: Object.fromEntries(labels),
    lengths: Object.fromEntries(lengths),
  };
}

export function categoryOf(predicted: Span, gold: Span): Exclude<Category, 'spurious'> {
  if (predicted.start === gold.start && predicted.end === gold.end)
    return predicted.label === gold.label ? 'correct' : 'type';
  if (overlapOf(predicted, gold) <= 0) return 'adjacent';
  if (predicted.start <= gold.start && predicted.end >= gold.end) return 'super';
  if (predicted.start >= gold.start && predicted.end <= gold.end) return 'sub';
  return 'drifted';
}

/** The gold span that decides a prediction's category: same boundaries, then largest overlap, then touching. */
function decidingGold(
  span: Span,
  { index, maxGap }: { index: SpanIndex; maxGap: number },
): number | null {
  let best: number | null = null;
  let bestRank = Number.NEGATIVE_INFINITY;
  for (const i of index.near(span, maxGap)) {
    const gold = index.spans[i]!;
    const exact = gold.start === span.start && gold.end === span.end;
    // Half a word for the same label breaks ties, never beats a word of overlap; leftmost comes first.
    const rank =
      (exact ? 1e12 : Math.max(overlapOf(span, gold), 0)) + (gold.label === span.label ? 0.5 : 0);
    if (rank > bestRank) {
      best = i;
      bestRank = rank;
    }
  }
  return best;
}

const noErrors = (): CategoryCounts => ({
  correct: 0,
  type: 0,
  super: 0,
  sub: 0,
  drifted: 0,
  adjacent: 0,
  spurious: 0,
});

function entryOf<K>(table: Map<K, CategoryCounts>, key: K): CategoryCounts {
  const known = table.get(key);
  if (known) return known;
  const counts = noErrors();
  table.set(key, counts);
  return counts;
}
