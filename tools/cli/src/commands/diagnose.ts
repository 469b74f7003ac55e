import {
  analyzeErrors,
  CATEGORIES,
  type Category,
  oracleScores,
  type Span,
} from '@calibre/metrics';
import { type LabelledSentence, lineOf, readLabelled } from '../corpus.js';
import { define } from '../define.js';
import { groups } from '../groups.js';
import { type ColumnOptions, columnOptions, columnsOf } from '../options.js';
import { readPredictions } from '../predictions.js';
import { alignColumns } from '../table.js';

/** `calibre diagnose`: which errors predictions make, what repairing them could gain, and the commonest with examples. */
export const diagnose = () =>
  define<[gold: string, predictions: string], ColumnOptions>({
    usage: 'diagnose <gold> <predictions>',
    summary: 'Split the errors of predictions by kind and length, and show the commonest.',
    example: 'calibre diagnose dev.conll dev.predicted',
    configure: columnOptions,
    async run([gold, predictions], options) {
      const sentences = await readLabelled(gold, columnsOf(options));
      const predicted = await readPredictions(predictions, sentences);
      const spans = sentences.map((sentence) => sentence.spans);
      const { counts, errors, boundaryErrors, boundaryShare, lengths, labels } = analyzeErrors(
        spans,
        predicted,
      );
      const oracles = oracleScores(spans, predicted);
      const found = confusions(sentences, predicted);
      const commonest = found.slice(0, shownConfusions);
      const split = (title: string, rows: Readonly<Record<string, Record<Category, number>>>) =>
        alignColumns([
          [title, ...CATEGORIES],
          ...Object.entries(rows).map(([name, row]) => [
            name,
            ...CATEGORIES.map((category) => `${row[category]}`),
          ]),
        ]);
      return {
        text: [
          split('label', { ...labels, all: counts }),
          split('words', lengths as Record<string, Record<Category, number>>),
          `${boundaryErrors} of ${errors} errors are boundary errors (${(100 * boundaryShare).toFixed(1)} %)`,
          `F1 ${oracles.actual.f1.toFixed(4)}; with all labels repaired ${oracles.type.f1.toFixed(4)}, with all boundaries ${oracles.boundary.f1.toFixed(4)}`,
          `The ${commonest.length} commonest of ${found.length} confusions:`,
          ...commonest.map(describe),
        ].join('\n\n'),
        json: {
          gold,
          predictions,
          counts,
          errors,
          boundaryErrors,
          boundaryShare,
          labels,
          lengths,
          oracles,
          confusions: commonest,
        },
      };
    },
  });

/** Errors of one kind between the same two labels. */
interface Confusion {
  readonly category: Category | 'missed';
  readonly gold: string | null;
  readonly predicted: string | null;
  readonly count: number;
  readonly examples: readonly { line: number; gold: string | null; predicted: string | null }[];
}

/** All confusions, the commonest first. */
function confusions(
  sentences: readonly LabelledSentence[],
  predicted: readonly (readonly Span[])[],
): Confusion[] {
  const { predictions, missed } = analyzeErrors(
    sentences.map(({ spans }) => spans),
    predicted,
  );
  const errors = [
    ...predictions.filter(({ category }) => category !== 'correct'),
    ...missed.map((miss) => ({ ...miss, category: 'missed' as const, predicted: null })),
  ];
  const alike = groups(errors, (error) =>
    [error.category, error.gold?.label, error.predicted?.label].join('\t'),
  );
  return alike
    .map((group) => ({
      category: group[0]?.category ?? 'missed',
      gold: group[0]?.gold?.label ?? null,
      predicted: group[0]?.predicted?.label ?? null,
      count: group.length,
      examples: group.slice(0, shownExamples).map(({ sentence, gold, predicted }) => {
        const { words, conll } = sentences[sentence] as LabelledSentence;
        const textOf = (span: Span | null) => span && words.slice(span.start, span.end).join(' ');
        const line = lineOf(conll, (predicted ?? gold)?.start ?? 0);
        return { line, gold: textOf(gold), predicted: textOf(predicted) };
      }),
    }))
    .sort((a, b) => b.count - a.count);
}

const shownConfusions = 20;
const shownExamples = 3;

function describe({ category, gold, predicted, count, examples }: Confusion): string {
  const between = [gold ?? 'nothing', predicted ?? 'nothing'].join(' → ');
  const lines = examples.map(
    (example) => `      line ${example.line}: ${example.gold ?? '–'} → ${example.predicted ?? '–'}`,
  );
  return [`${`${count}`.padStart(4)}  ${category}  ${between}`, ...lines].join('\n');
}
