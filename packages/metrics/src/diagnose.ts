/** Everything about one system's errors in one value. Prints nothing: see `report/`. */
import { analyzeErrors, type Category, type ErrorAnalysis, type ErrorOptions } from './errors.js';
import { type OracleScores, oracleScores } from './oracle.js';
import type { Span } from './span.js';

export interface ConfusionExample {
  readonly sentence: number;
  readonly gold: Span | null;
  readonly predicted: Span | null;
}

/** One kind of error between one gold label and one predicted label; null where there is no such span. */
export interface Confusion {
  readonly category: Exclude<Category, 'correct'> | 'missed';
  readonly gold: string | null;
  readonly predicted: string | null;
  readonly count: number;
  readonly examples: readonly ConfusionExample[];
}

export interface Diagnosis {
  readonly errors: ErrorAnalysis;
  readonly oracles: OracleScores;
  /** The most frequent first; among equals, the first met. */
  readonly confusions: readonly Confusion[];
}

/**
 * The error split, the oracle ceilings and the most frequent confusions.
 * @param gold spans of each sentence
 * @param predicted spans of each sentence, in the same order
 * @throws RangeError for corpora of different length and for empty or reversed spans
 */
export function diagnose(
  gold: readonly (readonly Span[])[],
  predicted: readonly (readonly Span[])[],
  {
    confusions = 20,
    examples = 3,
    ...options
  }: ErrorOptions & { confusions?: number; examples?: number } = {},
): Diagnosis {
  const errors = analyzeErrors(gold, predicted, options);
  const found = new Map<string, Confusion & { count: number; examples: ConfusionExample[] }>();
  const add = (category: Confusion['category'], example: ConfusionExample) => {
    const labels = {
      gold: example.gold?.label ?? null,
      predicted: example.predicted?.label ?? null,
    };
    const key = JSON.stringify([category, labels]);
    const confusion = found.get(key) ?? { category, ...labels, count: 0, examples: [] };
    found.set(key, confusion);
    confusion.count++;
    if (confusion.examples.length < examples) confusion.examples.push(example);
  };
  for (const { category, sentence, gold: match, predicted: span } of errors.predictions)
    if (category !== 'correct') add(category, { sentence, gold: match, predicted: span });
  for (const { sentence, gold: span } of errors.missed)
    add('missed', { sentence, gold: span, predicted: null });
  return {
    errors,
    oracles: oracleScores(gold, predicted),
    confusions: [...found.values()].sort((a, b) => b.count - a.count).slice(0, confusions),
  };
}
