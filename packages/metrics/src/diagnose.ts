/** Everything about one system's errors in one value, and as text: what `calibre diagnose` prints. */
import type { Comparison, Outcome } from './compare.js';
import {
  analyzeErrors,
  CATEGORIES,
  type Category,
  type ErrorAnalysis,
  type ErrorOptions,
} from './errors.js';
import { fixed, formatTable } from './format.js';
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

type TextFormat = 'text' | 'markdown' | 'json';

const percent = (share: number): string => fixed(100 * share, 2);

/**
 * A diagnosis as text.
 * @param options `words` of each sentence, to show the examples in; without them they are shown as offsets
 */
export function formatDiagnosis(
  { errors, oracles, confusions }: Diagnosis,
  { format = 'text', words }: { format?: TextFormat; words?: readonly (readonly string[])[] } = {},
): string {
  if (format === 'json') return `${JSON.stringify({ errors, oracles, confusions }, null, 2)}\n`;
  const total = errors.predictions.length;
  const split = formatTable(
    ['category', 'count', '% of predictions', '% of errors'],
    CATEGORIES.map((category) => {
      const count = errors.counts[category];
      const ofErrors = category === 'correct' ? '–' : percent(count / (errors.errors || 1));
      return [category, String(count), percent(count / (total || 1)), ofErrors];
    }),
    { format },
  );
  const summary =
    `${total} predictions, ${errors.errors} errors, ${errors.missed.length} gold spans missed; ` +
    `boundary errors: ${percent(errors.boundaryShare)} % of the errors\n`;
  const ceilings = formatTable(
    ['scores', 'precision', 'recall', 'F1'],
    (['actual', 'type', 'boundary'] as const).map((name) => {
      const { precision, recall, f1 } = oracles[name];
      return [
        name === 'actual' ? name : `if every ${name} were right`,
        ...[precision, recall, f1].map(percent),
      ];
    }),
    { format },
  );
  const show = (span: Span | null, sentence: number) =>
    span === null
      ? '–'
      : (words?.[sentence]?.slice(span.start, span.end).join(' ') ??
        `[${span.start}, ${span.end})`);
  const confused = formatTable(
    ['confusion', 'gold', 'predicted', 'count', 'examples (sentence: gold → predicted)'],
    confusions.map(({ category, gold, predicted, count, examples }) => [
      category,
      gold ?? '–',
      predicted ?? '–',
      String(count),
      examples
        .map((e) => `${e.sentence}: ${show(e.gold, e.sentence)} → ${show(e.predicted, e.sentence)}`)
        .join('; '),
    ]),
    { format },
  );
  return [split, summary, ceilings, confused].join('\n');
}

const OUTCOMES: readonly Outcome[] = ['fixed', 'broken', 'moved', 'dropped', 'kept'];

/** A comparison as text: scores, difference with its interval and p, and what became of the predictions of each category. */
export function formatComparison(
  comparison: Comparison,
  { format = 'text' }: { format?: TextFormat } = {},
): string {
  if (format === 'json') return `${JSON.stringify(comparison, null, 2)}\n`;
  const { before, after, difference, interval, confidence, p, exact, outcomes, categories } =
    comparison;
  const scores = formatTable(
    ['system', 'precision', 'recall', 'F1'],
    Object.entries({ before, after }).map(([name, s]) => [
      name,
      ...[s.precision, s.recall, s.f1].map(percent),
    ]),
    { format },
  );
  const [low, high] = interval.map(percent);
  const summary =
    `F1 ${difference < 0 ? '' : '+'}${percent(difference)}, ${fixed(100 * confidence, 0)} % interval [${low}, ${high}], ` +
    `p = ${fixed(p, 4)} (${exact ? 'exact' : 'approximate'} randomisation over sentences)\n`;
  const row = (name: string, counts: Record<Outcome, number>) => [
    name,
    ...OUTCOMES.map((o) => String(counts[o])),
  ];
  const became = formatTable(
    ['before', ...OUTCOMES],
    [
      ...[...CATEGORIES, 'none' as const].map((category) => row(category, categories[category])),
      row('all', outcomes),
    ],
    { format },
  );
  return [scores, summary, became].join('\n');
}
