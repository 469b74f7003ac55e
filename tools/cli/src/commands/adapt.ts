import { Runtime, type RuntimeOptions } from '@calibre/graph';
import {
  type AdaptResult,
  type AdaptTraining,
  type AnsweredCorpus,
  adaptCalibrator,
  adaptDefaults,
  type LearningPoint,
  learningCurve,
  loadCheckpoint,
  saveCheckpoint,
  statisticsOfCorpus,
} from '@calibre/train';
import { InvalidArgumentError } from 'commander';
import { readLabelled } from '../corpus.js';
import { define } from '../define.js';
import { deviceOf, deviceOptions } from '../device.js';
import { readExamples } from '../examples.js';
import {
  type ColumnOptions,
  columnOptions,
  columnsOf,
  count,
  repeated,
  wholeNumber,
} from '../options.js';
import { readPredictions } from '../predictions.js';
import { alignColumns } from '../table.js';
import { configOf, printed, requireGiven } from '../training.js';
import { readGarbling } from './garble.js';

interface Options extends ColumnOptions, RuntimeOptions {
  readonly base?: string;
  readonly out?: string;
  readonly text?: readonly string[];
  readonly replay?: readonly string[];
  readonly curve?: readonly number[];
  readonly steps?: number;
  readonly seed?: number;
  readonly config?: string;
  readonly set?: readonly string[];
  readonly printConfig?: boolean;
}

const defaults = { ...adaptDefaults, garbling: 'table1' };

/** `calibre adapt`: a convention learned from a few corrected sentences. */
export const adapt = () =>
  define<[checkpoint: string | undefined, corrected: string | undefined], Options>({
    usage: 'adapt [checkpoint] [corrected]',
    summary: 'Adapt a calibrator to your convention, from 50 to 500 corrected sentences (CoNLL).',
    example:
      'calibre adapt calibrator corrected.conll --base predicted --out adapted --text predicted.conll',
    configure: (command) =>
      columnOptions(deviceOptions(command))
        .option('--base <file>', "the base model's answers to the corrected sentences")
        .option('--out <folder>', 'checkpoint to write')
        .option(
          '--text <files...>',
          'more of the text to be calibrated, tagged by the base model (CoNLL): what became of the same words elsewhere counts',
        )
        .option(
          '--replay <passages...>',
          'with --steps: text whose boundaries are still recovered meanwhile',
        )
        .option(
          '--curve <sizes>',
          'also measure what so many corrections give on the rest, such as 0,50,100',
          sizes,
        )
        .option(
          '--steps <number>',
          'train the network too: optimizer steps of each training',
          count,
        )
        .option('--seed <number>', 'orders data, garbles and draws folds', wholeNumber)
        .option('--config <file>', 'hyper-parameters as JSON, such as --print-config shows')
        .option('--set <name=value>', 'one hyper-parameter; may be given again', repeated)
        .option('--print-config', 'print all hyper-parameters and end'),
    async run([folder, text], options, session) {
      const shown = await configOf(defaults, options);
      if (options.printConfig) return printed(shown);
      const { base, out, curve = [] } = options;
      requireGiven({
        'a checkpoint': folder,
        'corrected sentences': text,
        '--base': base,
        '--out': out,
      });
      const sentences = await readLabelled(text as string, columnsOf(options));
      const { spans: answers } = await readPredictions(base as string, sentences);
      const from = await loadCheckpoint(folder as string);
      const replay = await readExamples(options.replay ?? []);
      const config = { ...shown, garbling: await readGarbling(shown.garbling) };
      const runtime = await Runtime.start(deviceOf(options));
      try {
        const { signal } = session;
        const corrected = { sentences, answers };
        const onTraining = ({ number, of, steps }: AdaptTraining) =>
          session.note(`adapting: training ${number} of ${of}, ${steps} steps`);
        const statistics = await textStatistics(options, corrected);
        const given = { runtime, from, corrected, statistics, replay, config, signal, onTraining };
        const points = curve.length === 0 ? [] : await learningCurve(given, { sizes: curve });
        const result = await adaptCalibrator(given);
        await saveCheckpoint(out as string, result.checkpoint);
        const { network, decision, estimate } = result;
        return {
          text: [`${out}: ${statement(result)}`, curveTable(points)].filter(Boolean).join('\n\n'),
          json: { out, network, decision, estimate, curve: points },
        };
      } finally {
        await runtime.dispose();
      }
    },
  });

/** Of the corrected sentences and the files of `--text`, as the base model answered them. */
async function textStatistics(options: Options, corrected: AnsweredCorpus) {
  const statistics = statisticsOfCorpus(corrected);
  for (const path of options.text ?? [])
    for (const sentence of await readLabelled(path, columnsOf(options))) statistics.add(sentence);
  return statistics;
}

function statement({ decision, network, estimate }: AdaptResult): string {
  const percent = (share: number) => (100 * share).toFixed(2);
  const found = `F1 ${percent(estimate.before)} → ${percent(estimate.crossValidated)} on corrected sentences left out in turn, ${estimate.fixed} fixed, ${estimate.broken} broken`;
  if (decision === 'leave alone')
    return `these corrections do not show how to improve the base model's answers, so the checkpoint leaves them alone (${found}); correct more sentences that hold errors`;
  if (decision === 'kept')
    return `these corrections show nothing that the checkpoint does not do, so it stays as it is (${found}); correct more sentences that hold errors`;
  return network === 'adapted' ? `network and decision adapted: ${found}` : found;
}

function curveTable(points: readonly LearningPoint[]): string {
  if (points.length === 0) return '';
  const rows = points.map(({ sentences, before, after }) =>
    [sentences, ...[before, after, after - before].map((share) => (100 * share).toFixed(2))].map(
      String,
    ),
  );
  const title = `Measured on ${points[0]?.measuredOn} sentences that no size uses:`;
  return `${title}\n${alignColumns([['sentences', 'F1 before', 'F1 after', 'change'], ...rows])}`;
}

function sizes(text: string): number[] {
  if (!/^\d+(,\d+)*$/.test(text))
    throw new InvalidArgumentError('It must be whole numbers with commas between them.');
  return text.split(',').map(Number);
}
