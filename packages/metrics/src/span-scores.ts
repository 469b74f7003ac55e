/** The MUC and SemEval 2013 view of spans: four ways to be right, five ways to end. */
import { overlapOf, SpanIndex } from './overlap.js';
import { f1Of } from './scores.js';
import { compareCodePoints, forEachSentence, type Span } from './span.js';

/**
 * What must agree between a prediction and the gold span it is paired with: `strict` boundaries and label, `exact` boundaries,
 * `partial` boundaries, with half credit for an overlap, `type` the label.
 */
export const SCHEMAS = ['strict', 'exact', 'partial', 'type'] as const;
export type Schema = (typeof SCHEMAS)[number];

export interface SchemaScores {
  readonly correct: number;
  readonly incorrect: number;
  readonly partial: number;
  readonly missed: number;
  readonly spurious: number;
  /** Predictions: correct + incorrect + partial + spurious. */
  readonly actual: number;
  /** Gold spans: correct + incorrect + partial + missed. */
  readonly possible: number;
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

export interface SpanScores extends Record<Schema, SchemaScores> {
  /** The same for the spans of one label alone, as if there were no others. */
  readonly labels: Record<string, Record<Schema, SchemaScores>>;
}

export interface SpanScoreOptions {
  /** Share of the gold span's words that an overlap needs to count, in percent. Default 1. */
  readonly minOverlapPercent?: number;
  /** What a `partial` match is worth. Default ½; 0 is what nervaluate 1.1.0 makes of it as soon as there are two documents. */
  readonly partialCredit?: number;
}

/**
 * Pairs each prediction, in the order given, with the first gold span in the order given that it overlaps and that is free,
 * and judges the pair under each schema. A span given twice is two spans.
 * @param gold spans of each sentence
 * @param predicted spans of each sentence, in the same order
 * @throws RangeError for corpora of different length and for empty or reversed spans
 * @see nervaluate 1.1.0 with its `partial` rates mended (its issue 108); SemEval 2013 task 9.1
 */
export function scoreSpans(
  gold: readonly (readonly Span[])[],
  predicted: readonly (readonly Span[])[],
  { minOverlapPercent = 1, partialCredit = 0.5 }: SpanScoreOptions = {},
): SpanScores {
  const overall = new Outcomes();
  const labels = new Map<string, Outcomes>();
  forEachSentence('scoreSpans', { gold, predicted }, (golds, predictions) => {
    overall.add(golds, predictions, minOverlapPercent);
    for (const label of new Set([...golds, ...predictions].map((span) => span.label))) {
      const outcomes = labels.get(label) ?? new Outcomes();
      labels.set(label, outcomes);
      const ofLabel = (span: Span) => span.label === label;
      outcomes.add(golds.filter(ofLabel), predictions.filter(ofLabel), minOverlapPercent);
    }
  });
  const entries = [...labels].sort(([a], [b]) => compareCodePoints(a, b));
  return {
    ...overall.scores(partialCredit),
    labels: Object.fromEntries(
      entries.map(([label, outcomes]) => [label, outcomes.scores(partialCredit)]),
    ),
  };
}

class Outcomes {
  #paired = 0;
  #missed = 0;
  #spurious = 0;
  #sameLabel = 0;
  #sameBoundaries = 0;
  #same = 0;

  add(golds: readonly Span[], predictions: readonly Span[], minOverlapPercent: number): void {
    const index = new SpanIndex(golds);
    const free = new Set(golds.keys());
    for (const span of predictions) {
      let first = Infinity;
      for (const i of index.near(span)) {
        const gold = golds[i]!;
        const percent = (100 * overlapOf(span, gold)) / (gold.end - gold.start);
        if (i < first && free.has(i) && percent >= minOverlapPercent) first = i;
      }
      const match = golds[first];
      if (!match) {
        this.#spurious++;
        continue;
      }
      free.delete(first);
      const sameLabel = match.label === span.label;
      const sameBoundaries = match.start === span.start && match.end === span.end;
      this.#paired++;
      if (sameLabel) this.#sameLabel++;
      if (sameBoundaries) this.#sameBoundaries++;
      if (sameLabel && sameBoundaries) this.#same++;
    }
    this.#missed += free.size;
  }

  scores(partialCredit: number): Record<Schema, SchemaScores> {
    const judged = (correct: number, partly = false): SchemaScores => {
      const rest = this.#paired - correct;
      const actual = this.#paired + this.#spurious;
      const possible = this.#paired + this.#missed;
      const credit = correct + (partly ? partialCredit * rest : 0);
      const precision = actual ? credit / actual : 0;
      const recall = possible ? credit / possible : 0;
      return {
        correct,
        incorrect: partly ? 0 : rest,
        partial: partly ? rest : 0,
        missed: this.#missed,
        spurious: this.#spurious,
        actual,
        possible,
        precision,
        recall,
        f1: f1Of(precision, recall),
      };
    };
    return {
      strict: judged(this.#same),
      exact: judged(this.#sameBoundaries),
      partial: judged(this.#sameBoundaries, true),
      type: judged(this.#sameLabel),
    };
  }
}
