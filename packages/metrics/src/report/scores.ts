/** Entity scores as text: seqeval's table, conlleval's lines, Markdown, JSON. */
import type { TagScores } from '../entities.js';
import type { EntityScores, Scores } from '../scores.js';
import { compareCodePoints } from '../span.js';
import { codePoints, fixed, formatTable, padStart, percent } from './format.js';

export type ReportFormat = 'text' | 'conlleval' | 'markdown' | 'json';

export interface ReportOptions {
  /** Default `text`. */
  readonly format?: ReportFormat;
  /** After the point, in `text` and `markdown`. Default 2. */
  readonly digits?: number;
}

export const AVERAGES = ['micro', 'macro', 'weighted'] as const;

type Row = readonly [name: string, scores: Scores];

/** By code point; an object's own order puts labels such as `1` first. */
const labelsOf = ({ labels }: EntityScores): Row[] =>
  Object.entries(labels).sort(([a], [b]) => compareCodePoints(a, b));

/**
 * One report of one system.
 * `text`: byte for byte seqeval's (scikit-learn's) `classification_report`. `conlleval`: byte for byte conlleval.pl's output;
 * score with `dialect: "conlleval"` where files have S- or E-. `markdown`: percent. `json`: the scores as they are, NaN as null.
 * @throws RangeError for `conlleval` of scores that were not made from tags
 */
export function formatReport(
  scores: EntityScores | TagScores,
  { format = 'text', digits = 2 }: ReportOptions = {},
): string {
  if (format === 'json') return `${JSON.stringify(scores, null, 2)}\n`;
  if (format === 'conlleval') return conlleval(scores);
  const averages = AVERAGES.map((name) => [`${name} avg`, scores[name]] as const);
  const labels = labelsOf(scores);
  if (format === 'text') return classificationReport(labels, averages, digits);
  const row = ([name, { precision, recall, f1, support }]: Row) => [
    name,
    ...[precision, recall, f1].map((rate) => percent(rate, digits)),
    String(support),
  ];
  return formatTable(
    ['label', 'precision', 'recall', 'F1', 'support'],
    [...labels, ...averages].map(row),
    { format },
  );
}

function classificationReport(
  labels: readonly Row[],
  averages: readonly Row[],
  digits: number,
): string {
  const width = Math.max(
    ...labels.map(([name]) => codePoints(name)),
    'weighted avg'.length,
    digits,
  );
  const line = (name: string, cells: readonly string[]) =>
    `${padStart(name, width)} ${cells.map((cell) => ` ${padStart(cell, 9)}`).join('')}\n`;
  const row = ([name, { precision, recall, f1, support }]: Row) =>
    line(name, [...[precision, recall, f1].map((rate) => fixed(rate, digits)), String(support)]);
  const header = line('', ['precision', 'recall', 'f1-score', 'support']);
  return `${header}\n${labels.map(row).join('')}\n${averages.map(row).join('')}`;
}

function conlleval(scores: EntityScores | TagScores): string {
  if (!('tokens' in scores))
    throw new RangeError(
      'formatReport: conlleval counts words, got scores of spans; use scoreTags',
    );
  const { micro, tokens, correctTokens } = scores;
  const percentOf = (part: number, whole: number) => (whole ? (100 * part) / whole : 0);
  const rates = ({ correct, predicted, support }: Scores) => {
    const precision = percentOf(correct, predicted);
    const recall = percentOf(correct, support);
    const f1 = precision + recall ? (2 * precision * recall) / (precision + recall) : 0;
    const [p, r, f] = [precision, recall, f1].map((rate) => fixed(rate, 2).padStart(6));
    return `precision: ${p}%; recall: ${r}%; FB1: ${f}`;
  };
  const totals = `processed ${tokens} tokens with ${micro.support} phrases; found: ${micro.predicted} phrases; correct: ${micro.correct}.\n`;
  const accuracy = tokens
    ? `accuracy: ${fixed(percentOf(correctTokens, tokens), 2).padStart(6)}%; ${rates(micro)}\n`
    : '';
  const lines = labelsOf(scores).map(([label, score]) => {
    // Perl's printf pads by bytes
    const padding = ' '.repeat(Math.max(17 - new TextEncoder().encode(label).length, 0));
    const line = `${padding}${label}: ${rates(score)}  ${score.predicted}\n`;
    // The script's search for repeats takes the empty name for no name, and prints it once for gold and once for predicted.
    return label === '' && score.support && score.predicted ? line + line : line;
  });
  return totals + accuracy + lines.join('');
}
