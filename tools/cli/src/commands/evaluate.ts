import { seededRandom } from '@calibre/garble';
import {
  type Comparison,
  compareSystems,
  type Diagnosis,
  diagnose,
  type EntityScores,
  type OracleScores,
  type Span,
  scoreEntities,
  scoreTags,
} from '@calibre/metrics';
import {
  formatComparison,
  formatDiagnosis,
  formatReport,
  formatSystems,
} from '@calibre/metrics/report';
import { type LabelledSentence, readLabelled } from '../corpus.js';
import { define } from '../define.js';
import {
  type ColumnOptions,
  columnOptions,
  columnsOf,
  type FormatOptions,
  formatOption,
} from '../options.js';
import { type Predictions, readPredictions } from '../predictions.js';
import type { Result } from '../session.js';

type Options = ColumnOptions & FormatOptions;

/** `calibre evaluate`: how well predictions agree with gold labels, which kinds of error they make, what could be gained. */
export const evaluate = () =>
  define<[gold: string, predictions: string[]], Options>({
    usage: 'evaluate <gold> <predictions...>',
    summary:
      'Score predictions (tags line by line, CoNLL, or span JSON lines): F1, error categories, oracles; several files are compared with the first.',
    example: 'calibre evaluate dev.conll dev.predicted',
    configure: (command) =>
      formatOption(columnOptions(command), ['text', 'conlleval', 'markdown', 'json']),
    async run([goldPath, paths], options) {
      const sentences = await readLabelled(goldPath, columnsOf(options));
      const gold = sentences.map(({ spans }) => spans);
      const systems: System[] = [];
      for (const path of paths) {
        const { spans, tags } = await readPredictions(path, sentences);
        systems.push({ path, spans, tags, ...evaluateSpans(gold, spans) });
      }
      const [first, ...others] = systems;
      if (first === undefined) throw new Error('evaluate: predictions must be given, got none');
      if (options.format === 'conlleval') return conlleval(sentences, systems);
      const format = options.format === 'markdown' ? 'markdown' : 'text';
      const comparisons = others.map(({ path, spans }) => ({
        before: first.path,
        after: path,
        comparison: compareSystems(gold, first.spans, spans, { random: seededRandom(1) }),
      }));
      return {
        text: [
          ...systems.map((system) => reportOf(system, format)),
          ...(others.length > 0 ? [formatSystems(byPath(systems), { format })] : []),
          ...comparisons.map(
            ({ before, after, comparison }) =>
              `${before} → ${after}\n\n${formatComparison(comparison, { format })}`,
          ),
        ].join('\n'),
        json:
          others.length > 0
            ? {
                gold: goldPath,
                systems: systems.map(summaryOf),
                comparisons: comparisons.map(({ comparison, ...names }) => ({
                  ...names,
                  ...withoutChanges(comparison),
                })),
              }
            : { gold: goldPath, ...summaryOf(first) },
      };
    },
  });

interface Evaluation {
  readonly scores: EntityScores;
  readonly diagnosis: Diagnosis;
}

interface System extends Evaluation, Predictions {
  readonly path: string;
}

const evaluateSpans = (
  gold: readonly (readonly Span[])[],
  predicted: readonly (readonly Span[])[],
): Evaluation => ({
  scores: scoreEntities(gold, predicted),
  diagnosis: diagnose(gold, predicted, { confusions: 0 }),
});

const reportOf = ({ path, scores, diagnosis }: System, format: 'text' | 'markdown'): string =>
  [
    `${path}\n`,
    formatReport(scores, { format, digits: format === 'text' ? 4 : 2 }),
    formatDiagnosis(diagnosis, { format }),
  ].join('\n');

/** conlleval's report, which counts words and so needs tags. */
function conlleval(sentences: readonly LabelledSentence[], systems: readonly System[]): Result {
  const gold = sentences.map(({ tags }) => tags);
  const scored = systems.map(({ path, tags }) => {
    if (tags === undefined) {
      throw new Error(
        `${path}: must hold tags for --format conlleval, got spans; take another format`,
      );
    }
    return scoreTags(gold, tags, { dialect: 'conlleval' });
  });
  return {
    text: scored.map((scores) => formatReport(scores, { format: 'conlleval' })).join('\n'),
    json: scored,
  };
}

/** What `--json` says of a system. */
function summaryOf({ path, scores, diagnosis }: System) {
  const { counts, errors, boundaryErrors, boundaryShare, missed } = diagnosis.errors;
  const { type, boundary }: OracleScores = diagnosis.oracles;
  return {
    predictions: path,
    ...scores,
    errors: { counts, errors, boundaryErrors, boundaryShare, missed: missed.length },
    oracles: { type, boundary },
  };
}

const byPath = (systems: readonly System[]) =>
  Object.fromEntries(systems.map(({ path, scores }) => [path, scores]));

const withoutChanges = ({ changes: _, ...rest }: Comparison) => rest;
