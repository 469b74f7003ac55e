/** Two or more systems as text. */
import type { Comparison, Outcome } from '../compare.js';
import { CATEGORIES } from '../errors.js';
import type { EntityScores, Scores } from '../scores.js';
import { fixed, formatTable, percent, type TextFormat } from './format.js';
import { AVERAGES } from './scores.js';

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
      ...[s.precision, s.recall, s.f1].map((rate) => percent(rate)),
    ]),
    { format },
  );
  const [low, high] = interval.map((rate) => percent(rate));
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

/**
 * F1 of several systems side by side, a row for each label and average, in percent.
 * @param systems scores by the name of the system
 */
export function formatSystems(
  systems: Record<string, EntityScores>,
  { format = 'text', digits = 2 }: { format?: TextFormat; digits?: number } = {},
): string {
  if (format === 'json') return `${JSON.stringify(systems, null, 2)}\n`;
  const scores = Object.values(systems);
  const labels = [...new Set(scores.flatMap((system) => Object.keys(system.labels)))];
  const row = (name: string, of: (system: EntityScores) => Scores | undefined) => [
    name,
    ...scores.map((system) => {
      const f1 = of(system)?.f1;
      return f1 === undefined ? '–' : percent(f1, digits);
    }),
  ];
  return formatTable(
    ['F1', ...Object.keys(systems)],
    [
      ...labels.map((label) =>
        row(label, (system) => new Map(Object.entries(system.labels)).get(label)),
      ),
      ...AVERAGES.map((name) => row(`${name} avg`, (system) => system[name])),
    ],
    { format },
  );
}
