import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Runtime, type RuntimeOptions } from '@calibre/graph';
import {
  goalsTable,
  type RecoveryExample,
  reachedGoals,
  runXglue,
  type XglueConfig,
  type XglueData,
  xglueDefaults,
} from '@calibre/train';
import { Argument, Command } from 'commander';
import { readLabelled } from '../corpus.js';
import { define } from '../define.js';
import { deviceOf, deviceOptions } from '../device.js';
import { writeText } from '../files.js';
import { repeated } from '../options.js';
import { readPredictions } from '../predictions.js';
import type { Session } from '../session.js';
import { alignColumns } from '../table.js';
import { configOf, printed, requireGiven } from '../training.js';
import { multilingualTokenizer } from '../vocabulary.js';

interface Options extends RuntimeOptions {
  readonly data?: string;
  readonly out?: string;
  readonly config?: string;
  readonly set?: readonly string[];
  readonly printConfig?: boolean;
}

/** `calibre recipe`: whole experiments, each with one command. */
export const recipe = () =>
  new Command('recipe')
    .description('Run a whole experiment: its stages, and the table of what was reached.')
    .addCommand(recipeRun());

const recipeRun = () =>
  define<[name: string], Options>({
    usage: 'run',
    summary:
      'Run a recipe. What stands in --out already is not made again unless its inputs changed.',
    example: 'calibre recipe run xglue --data ner --out runs/xglue --set seeds=[1]',
    configure: (command) =>
      deviceOptions(command)
        .addArgument(new Argument('<recipe>', 'which one').choices(['xglue']))
        .option(
          '--data <folder>',
          'holds xglue/en.train, xglue/L.dev, unicoder/L.prediction, wikiann/L.*.conllu, wikineural/L.*.conllu',
        )
        .option('--out <folder>', 'stages, checkpoints and scores')
        .option('--config <file>', 'hyper-parameters as JSON, such as --print-config shows')
        .option('--set <name=value>', 'one hyper-parameter; may be given again', repeated)
        .option('--print-config', 'print all hyper-parameters and end'),
    async run(_, options, session) {
      const config = await configOf<XglueConfig>(xglueDefaults, options);
      if (options.printConfig) return printed(config);
      requireGiven({ '--data': options.data, '--out': options.out });
      const out = options.out as string;
      session.saved(`${out} holds the stages done; the same command goes on`);
      const data = await readXglue(options.data as string);
      const runtime = await Runtime.start(deviceOf(options));
      try {
        const told = tell(session);
        const scores = await runXglue({
          ...{ data, folder: out, runtime, config, signal: session.signal },
          ...told,
        });
        const reached = reachedGoals(scores);
        const table = alignColumns(goalsTable(reached));
        await writeText(join(out, 'goals.json'), `${JSON.stringify(reached, null, 2)}\n`);
        await writeText(join(out, 'goals.txt'), `${table}\n`);
        return { text: table, json: { out, seeds: config.seeds, reached } };
      } finally {
        await runtime.dispose();
      }
    },
  });

const languages = ['en', 'es', 'de', 'nl'];

/** Redirect pages, whose titles WikiANN counts as text. */
const redirect = /^(redirect|redirección|weiterleitung|doorverwijzing)$/i;

async function readXglue(folder: string): Promise<XglueData> {
  const read = async (file: string) => {
    const sentences = await readLabelled(join(folder, file));
    return sentences.map(({ words, spans }) => ({ words, spans }));
  };
  const ofLanguages = async (files: (language: string) => readonly string[]) => {
    const examples: RecoveryExample[] = [];
    for (const language of languages)
      for (const file of files(language).filter((name) => existsSync(join(folder, name))))
        examples.push(...(await read(file)).map((example) => ({ ...example, language })));
    return examples;
  };
  const links = await ofLanguages((l) => [`wikiann/${l}.train.conllu`, `wikiann/${l}.val.conllu`]);
  const development: Record<string, XglueData['development'][string]> = {};
  for (const language of languages) {
    const sentences = await readLabelled(join(folder, `xglue/${language}.dev`));
    const predictions = join(folder, `unicoder/${language}.prediction`);
    const { spans: answers } = await readPredictions(predictions, sentences);
    development[language] = {
      sentences: sentences.map(({ words, spans }) => ({ words, spans, language })),
      answers,
    };
  }
  return {
    links: links.filter(({ words: [first = ''] }) => !redirect.test(first)),
    silver: await ofLanguages((l) => [
      `wikineural/${l}.train.conllu`,
      `wikineural/${l}.val.conllu`,
    ]),
    train: (await read('xglue/en.train')).map((sentence) => ({ ...sentence, language: 'en' })),
    development,
    tokenizer: await multilingualTokenizer(),
  };
}

/** A note for each stage, and the steps within it. */
function tell(session: Session) {
  let progress = session.progress('reading', { unit: 'steps' });
  return {
    onStage(name: string) {
      progress.stop();
      progress = session.progress(name, { unit: 'steps' });
    },
    onRecord({ step, loss }: { readonly step: number; readonly loss: number }) {
      progress.update(step, `loss ${loss.toFixed(3)}`);
    },
  };
}
