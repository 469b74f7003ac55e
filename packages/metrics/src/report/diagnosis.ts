/** A diagnosis as text: what `calibre diagnose` prints. */
import type { Diagnosis } from '../diagnose.js';
import { CATEGORIES } from '../errors.js';
import type { Span } from '../span.js';
import { formatTable, percent, type TextFormat } from './format.js';

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
        ...[precision, recall, f1].map((rate) => percent(rate)),
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
  return [split, summary, ceilings, ...(confusions.length > 0 ? [confused] : [])].join('\n');
}
