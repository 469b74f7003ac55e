import { taggerDefaults, trainTagger } from '@calibre/train';
import { readLabelled } from '../../corpus.js';
import { define } from '../../define.js';
import { sentenceTokens } from '../../examples.js';
import { type ColumnOptions, columnOptions, columnsOf } from '../../options.js';
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

type Options = TrainOptions & StartOptions & ColumnOptions;

/** `calibre train tagger`: a base tagger (paper eq 1-3). */
export const trainTaggerCommand = () =>
  define<[text: string | undefined], Options>({
    usage: 'tagger [text]',
    summary: 'Train a base tagger on labelled text (CoNLL).',
    example: 'calibre train tagger en.train --out tagger --epochs 10',
    configure: (command) => columnOptions(startOptions(trainOptions(command))),
    async run([text], options, session) {
      const shown = await configOf(taggerDefaults, options);
      if (options.printConfig) return printed(shown);
      const { out } = options;
      requireGiven({ 'labelled text': text, '--out': out });
      const sentences = await readLabelled(text as string, columnsOf(options));
      const from = await startOf(options);
      const config = withEpochs(shown, options, () => sentenceTokens(sentences, from.tokenizer));
      return runTraining({
        options: { ...options, out: out as string },
        config,
        session,
        train: async (run) => ({
          checkpoint: await trainTagger({ ...run, sentences, from, config }),
        }),
      });
    },
  });
