import {
  analyzeErrors,
  CATEGORIES,
  type EntityScores,
  type ErrorAnalysis,
  type OracleScores,
  oracleScores,
  type Scores,
  type Span,
  scoreEntities,
} from '@calibre/metrics';
import { readLabelled } from '../corpus.js';
import { define } from '../define.js';
import { type ColumnOptions, columnOptions, columnsOf } from '../options.js';
import { readPredictions } from '../predictions.js';
import { alignColumns } from '../table.js';

/** `calibre evaluate`: how well predictions agree with gold labels, which kind of errors they make, what could be gained. */
export const evaluate = () =>
  define<[gold: string, predictions: string[]], ColumnOptions>({
    usage: 'evaluate <gold> <predictions...>',
    summary:
      'Score predictions (tags line by line, CoNLL, or span JSON lines): F1, error categories, oracles.',
    example: 'calibre evaluate dev.conll dev.predicted',
    configure: columnOptions,
    async run([gold, predictions], options) {
      const sentences = await readLabelled(gold, columnsOf(options));
      const systems: (Evaluation & { readonly predictions: string })[] = [];
      for (const path of predictions) {
        const predicted = await readPredictions(path, sentences);
        const spans = sentences.map((sentence) => sentence.spans);
        systems.push({ predictions: path, ...evaluateSpans(spans, predicted) });
      }
      const [only] = systems;
      return {
        text: systems.map((system) => describe(system.predictions, system)).join('\n\n'),
        json: systems.length === 1 && only ? { gold, ...only } : { gold, systems },
      };
    },
  });

export interface Evaluation extends EntityScores {
  readonly errors: Pick<ErrorAnalysis, 'counts' | 'errors' | 'boundaryErrors' | 'boundaryShare'> & {
    readonly missed: number;
  };
  readonly oracles: Pick<OracleScores, 'type' | 'boundary'>;
}

export function evaluateSpans(
  gold: readonly (readonly Span[])[],
  predicted: readonly (readonly Span[])[],
): Evaluation {
  const { counts, errors, boundaryErrors, boundaryShare, missed } = analyzeErrors(gold, predicted);
  const { type, boundary } = oracleScores(gold, predicted);
  return {
    ...scoreEntities(gold, predicted),
    errors: { counts, errors, boundaryErrors, boundaryShare, missed: missed.length },
    oracles: { type, boundary },
  };
}

function describe(title: string, { micro, macro, labels, errors, oracles }: Evaluation): string {
  const row = (name: string, { precision, recall, f1, support }: Scores) => [
    name,
    ...[precision, recall, f1].map(rate),
    `${support}`,
  ];
  return [
    title,
    alignColumns([
      ['', 'precision', 'recall', 'F1', 'gold'],
      ...Object.entries(labels).map(([label, scores]) => row(label, scores)),
      row('all', micro),
      row('mean of labels', macro),
    ]),
    '',
    alignColumns([
      ['predictions', ...CATEGORIES, '(missed)'],
      ['', ...CATEGORIES.map((category) => `${errors.counts[category]}`), `${errors.missed}`],
    ]),
    `${errors.boundaryErrors} of ${errors.errors} errors are boundary errors (${(100 * errors.boundaryShare).toFixed(1)} %)`,
    `F1 with all labels repaired ${rate(oracles.type.f1)}, with all boundaries repaired ${rate(oracles.boundary.f1)}`,
  ].join('\n');
}

const rate = (value: number) => value.toFixed(4);
