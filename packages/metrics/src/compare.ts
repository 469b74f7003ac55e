/** Two systems on one corpus: how much better, how surely, and what became of each prediction. */

import { scoreEntities } from './entities.js';
import {
  analyzeErrors,
  CATEGORIES,
  type Category,
  type ErrorAnalysis,
  type JudgedSpan,
} from './errors.js';
import { overlapOf, SpanIndex } from './overlap.js';
import { bootstrapPairs, permutePairs, type Random } from './resampling.js';
import type { Scores } from './scores.js';
import { checkSentenceCounts, type Span } from './span.js';

/**
 * `fixed`: wrong or absent before, right after. `broken`: right before and not after, or a new wrong prediction. `moved`: wrong
 * before, changed, wrong after. `dropped`: wrong before, gone after. `kept`: the same span and label.
 */
export type Outcome = 'fixed' | 'broken' | 'moved' | 'dropped' | 'kept';
export type OutcomeCounts = Record<Outcome, number>;

/** What became of one prediction; `before` or `after` is null where the other system has nothing to pair with it. */
export interface Change {
  readonly sentence: number;
  readonly before: JudgedSpan | null;
  readonly after: JudgedSpan | null;
  readonly outcome: Outcome;
}

export interface Comparison {
  readonly before: Scores;
  readonly after: Scores;
  /** Micro F1 after minus before. */
  readonly difference: number;
  /** Of the difference, by paired bootstrap over sentences. */
  readonly interval: readonly [low: number, high: number];
  readonly confidence: number;
  /** That the difference is chance, two-sided, by approximate randomisation over sentences. */
  readonly p: number;
  /** That `after` is not better. */
  readonly pGreater: number;
  /** Whether every exchange was tried: up to 16 sentences that differ. */
  readonly exact: boolean;
  readonly outcomes: OutcomeCounts;
  /** Outcomes by the category of the prediction before; `none`: predictions that are new. */
  readonly categories: Record<Category | 'none', OutcomeCounts>;
  /** Every prediction that was not kept. */
  readonly changes: readonly Change[];
}

/**
 * Compares the predictions of two systems, or of one before and after a change.
 * @param gold spans of each sentence
 * @param before predictions of the first system, in the same order
 * @param after predictions of the second
 * @param options `random` draws the resamples (default 10,000); `confidence` of the interval (default 0.95)
 * @throws RangeError for corpora of different length, empty or reversed spans, and spans given twice
 */
export function compareSystems(
  gold: readonly (readonly Span[])[],
  before: readonly (readonly Span[])[],
  after: readonly (readonly Span[])[],
  {
    random,
    resamples = 10_000,
    confidence = 0.95,
  }: { random: Random; resamples?: number; confidence?: number },
): Comparison {
  checkSentenceCounts('compareSystems: before', { gold, predicted: before });
  checkSentenceCounts('compareSystems: after', { gold, predicted: after });
  const was = analyzeErrors(gold, before);
  const is = analyzeErrors(gold, after);
  const first = sentenceSums(gold, was);
  const second = sentenceSums(gold, is);
  const sums = {
    numerators: [second.numerators, first.numerators],
    denominators: [second.denominators, first.denominators],
  } as const;
  const { difference, interval } = bootstrapPairs(sums, { random, resamples, confidence });
  const { p, pGreater, exact } = permutePairs(sums, { random, resamples });
  return {
    before: scoreEntities(gold, before).micro,
    after: scoreEntities(gold, after).micro,
    difference,
    interval,
    confidence,
    p,
    pGreater,
    exact,
    ...outcomesOf(gold, was, is),
  };
}

// F1 of a corpus = Σ 2·correct / Σ (predicted + support)
function sentenceSums(gold: readonly (readonly Span[])[], { predictions }: ErrorAnalysis) {
  const numerators = new Float64Array(gold.length);
  const denominators = Float64Array.from(gold, (spans) => spans.length);
  for (const { sentence, category } of predictions) {
    if (category === 'correct') numerators[sentence]! += 2;
    denominators[sentence]! += 1;
  }
  return { numerators, denominators };
}

function outcomesOf(
  gold: readonly (readonly Span[])[],
  before: ErrorAnalysis,
  after: ErrorAnalysis,
) {
  const outcomes = noOutcomes();
  const categories = Object.fromEntries(
    [...CATEGORIES, 'none' as const].map((category) => [category, noOutcomes()]),
  ) as Comparison['categories'];
  const changes: Change[] = [];
  const old = bySentence(before, gold.length);
  const fresh = bySentence(after, gold.length);
  for (let sentence = 0; sentence < gold.length; sentence++)
    for (const [was, is] of pairPredictions(old[sentence]!, fresh[sentence]!)) {
      const outcome = outcomeOf(was, is);
      outcomes[outcome]++;
      categories[was?.category ?? 'none'][outcome]++;
      if (outcome !== 'kept') changes.push({ sentence, before: was, after: is, outcome });
    }
  return { outcomes, categories, changes };
}

function bySentence({ predictions }: ErrorAnalysis, sentences: number): JudgedSpan[][] {
  const lists = Array.from({ length: sentences }, (): JudgedSpan[] => []);
  for (const prediction of predictions) lists[prediction.sentence]!.push(prediction);
  return lists;
}

type Pair = [before: JudgedSpan | null, after: JudgedSpan | null];

/** Equal spans first, then in order each with the free one it overlaps most. */
function pairPredictions(before: readonly JudgedSpan[], after: readonly JudgedSpan[]): Pair[] {
  const index = new SpanIndex(after.map(({ predicted }) => predicted));
  const free = new Set(after.keys());
  const take = (was: JudgedSpan, accept: (span: Span) => boolean): JudgedSpan | null => {
    let best: number | undefined;
    for (const i of index.near(was.predicted)) {
      if (!free.has(i) || !accept(index.spans[i]!)) continue;
      const better =
        best === undefined ||
        overlapOf(index.spans[i]!, was.predicted) > overlapOf(index.spans[best]!, was.predicted);
      if (better) best = i;
    }
    if (best === undefined) return null;
    free.delete(best);
    return after[best]!;
  };
  const kept = before.map((was) => take(was, (span) => isSame(span, was.predicted)));
  const pairs = before.map((was, i): Pair => [was, kept[i] ?? take(was, () => true)]);
  return [...pairs, ...[...free].map((i): Pair => [null, after[i]!])];
}

const isSame = (a: Span, b: Span): boolean =>
  a.start === b.start && a.end === b.end && a.label === b.label;

function outcomeOf(was: JudgedSpan | null, is: JudgedSpan | null): Outcome {
  if (was && is && isSame(was.predicted, is.predicted)) return 'kept';
  if (is?.category === 'correct') return 'fixed';
  if (!was || was.category === 'correct') return 'broken';
  return is ? 'moved' : 'dropped';
}

const noOutcomes = (): OutcomeCounts => ({ fixed: 0, broken: 0, moved: 0, dropped: 0, kept: 0 });
