import type { Margins } from '@calibre/model';
import {
  calibratorTrainingDefaults,
  type Estimate,
  loadCheckpoint,
  trainCalibrator,
} from '@calibre/train';
import { readLabelled } from '../../corpus.js';
import { define } from '../../define.js';
import { readExamples, spanItemTokens } from '../../examples.js';
import { type ColumnOptions, columnOptions, columnsOf } from '../../options.js';
import { readPredictions } from '../../predictions.js';
import {
  configOf,
  printed,
  requireGiven,
  runTraining,
  type TrainOptions,
  trainOptions,
  withEpochs,
} from '../../training.js';
import { readGarbling } from '../garble.js';

interface Options extends TrainOptions, ColumnOptions {
  readonly init?: string;
  readonly base?: string;
  readonly replay?: readonly string[];
  readonly dev?: string;
  readonly devBase?: string;
}

const defaults = { ...calibratorTrainingDefaults, garbling: 'table1' };

/** `calibre train calibrator`: fine-tune on labelled text (paper 3.1.2). */
export const trainCalibratorCommand = () =>
  define<[text: string | undefined], Options>({
    usage: 'calibrator [text]',
    summary: 'Train a calibrator on labelled text (CoNLL), starting from `train pbr`.',
    example:
      'calibre train calibrator en.train --init recovery --dev en.dev --dev-base en.predicted --out calibrator',
    configure: (command) =>
      columnOptions(trainOptions(command))
        .option('--init <folder>', 'checkpoint to start from, such as train pbr writes')
        .option('--base <file>', "the base model's answers to the text, out of fold")
        .option('--replay <passages...>', 'text whose boundaries are still recovered meanwhile')
        .option('--dev <file>', 'labelled text on which the margins are fitted')
        .option('--dev-base <file>', "the base model's answers to it"),
    async run([text], options, session) {
      const shown = await configOf(defaults, options);
      if (options.printConfig) return printed(shown);
      const { out, init, base, dev, devBase } = options;
      requireGiven({ 'labelled text': text, '--init': init, '--out': out });
      if (dev !== undefined) requireGiven({ '--dev-base': devBase });
      const sentences = await readLabelled(text as string, columnsOf(options));
      const answers =
        base === undefined ? undefined : (await readPredictions(base, sentences)).spans;
      const replay = await readExamples(options.replay ?? []);
      const devSentences = dev === undefined ? [] : await readLabelled(dev, columnsOf(options));
      const development =
        devBase === undefined
          ? undefined
          : {
              sentences: devSentences,
              answers: (await readPredictions(devBase, devSentences)).spans,
            };
      const from = await loadCheckpoint(init as string);
      const { maxWords } = shown;
      const config = {
        ...withEpochs(shown, options, () => spanItemTokens(sentences, { ...from, maxWords })),
        garbling: await readGarbling(shown.garbling),
      };
      return runTraining({
        options: { ...options, out: out as string },
        config,
        session,
        train: (run) =>
          trainCalibrator({ ...run, sentences, answers, replay, development, from, config }),
        describe: ({ fitted, learned }) => ({
          json: { ...(fitted && { fitted }), ...(learned && { learned }) },
          text: [
            fitted && `Margins ${describeMargins(fitted.margins)}: ${describeEstimate(fitted)}`,
            learned && `Learned decision: ${describeEstimate(learned)}`,
          ]
            .filter(Boolean)
            .join('\n'),
        }),
      });
    },
  });

const describeEstimate = ({ before, crossValidated, fixed, broken }: Estimate) =>
  `on the development text F1 ${before.toFixed(4)} → ${crossValidated.toFixed(4)} (cross-validated), ${fixed} fixed, ${broken} broken`;

const describeMargins = (margins: Margins) =>
  Object.entries(margins)
    .map(([kind, margin]) => `${kind} ${Number.isFinite(margin) ? margin : 'never'}`)
    .join(', ');
