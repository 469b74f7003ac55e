import { pbrDefaults, trainPbr } from '@calibre/train';
import { define } from '../../define.js';
import { readExamples, spanItemTokens } from '../../examples.js';
import { alignColumns } from '../../table.js';
import {
  configOf,
  printed,
  requireGiven,
  runTraining,
  type StartOptions,
  startOf,
  startOptions,
  type TrainOptions,
  trainOptions,
  withEpochs,
} from '../../training.js';
import { readGarbling } from '../garble.js';

interface Options extends TrainOptions, StartOptions {
  readonly heldOut?: readonly string[];
}

/** What `--print-config` shows: the recipe's hyper-parameters with the garbling by name. */
const defaults = { ...pbrDefaults, garbling: 'table1' };

/** `calibre train pbr`: recover the boundaries of garbled link anchors (paper 3.2). */
export const trainPbrCommand = () =>
  define<[passages: string[]], Options>({
    usage: 'pbr [passages...]',
    summary:
      'Pre-train a calibrator: recover garbled anchors of passages (or spans of labelled text).',
    example: 'calibre train pbr de.jsonl es.jsonl --out recovery --size small --epochs 2',
    configure: (command) =>
      startOptions(trainOptions(command)).option(
        '--held-out <passages...>',
        'text on which recovery is measured after each stage',
      ),
    async run([passages], options, session) {
      const shown = await configOf(defaults, options);
      if (options.printConfig) return printed(shown);
      const { out } = options;
      requireGiven({ passages, '--out': out });
      const examples = await readExamples(passages);
      const heldOut = await readExamples(options.heldOut ?? []);
      const from = await startOf(options);
      const { maxWords } = shown;
      const config = {
        ...withEpochs(shown, options, () => spanItemTokens(examples, { ...from, maxWords })),
        garbling: await readGarbling(shown.garbling),
      };
      return runTraining({
        options: { ...options, out: out as string },
        config,
        session,
        train: (run) => trainPbr({ ...run, examples, heldOut, from, config }),
        describe: ({ stages }) => ({
          json: { stages },
          text: stages
            .map(({ name: stage, recovery }) =>
              alignColumns([
                [`after ${stage}`, 'answers', 'before', 'after', 'fixed', 'broken'],
                ...Object.entries(recovery).map(([language, score]) => [
                  language,
                  ...[score.answers, score.before, score.after, score.fixed, score.broken].map(
                    String,
                  ),
                ]),
              ]),
            )
            .join('\n\n'),
        }),
      });
    },
  });
