import {
  estimateGarbling,
  formatGarbling,
  type Garbling,
  parseGarbling,
  presets,
  serializeGarbling,
  withKeepShare,
} from '@calibre/garble';
import { readLabelled } from '../corpus.js';
import { define } from '../define.js';
import { readText, writeText } from '../files.js';
import { type ColumnOptions, columnOptions, columnsOf, finiteNumber } from '../options.js';
import { readPredictions } from '../predictions.js';

interface Options extends ColumnOptions {
  readonly byLabel?: boolean;
  readonly keep?: number;
  readonly out?: string;
}

/** `calibre garble`: how a base model errs, as a distribution that training can draw from. */
export const garble = () =>
  define<[gold: string, predictions: string], Options>({
    usage: 'garble <gold> <predictions>',
    summary: "Estimate from a base model's predictions how it garbles gold spans, and show it.",
    example: 'calibre garble dev.conll dev.predicted --out garbling.json',
    configure: (command) =>
      columnOptions(command)
        .option('--by-label', 'a distribution for each label too')
        .option(
          '--keep <share>',
          'make errors as frequent as training needs them: the share of spans left alone, such as 0.3',
          finiteNumber,
        )
        .option('--out <file>', 'write it as JSON, for train --set garbling=FILE'),
    async run([gold, predictions], options) {
      const sentences = await readLabelled(gold, columnsOf(options));
      const { spans: predicted } = await readPredictions(predictions, sentences);
      const estimated = estimateGarbling(
        sentences.map(({ spans }) => spans),
        predicted,
        {
          name: predictions,
          byLabel: options.byLabel === true,
          words: sentences.map(({ words }) => words.length),
        },
      );
      const { keep } = options;
      const garbling = keep === undefined ? estimated : withKeepShare(estimated, keep);
      if (options.out !== undefined) {
        await writeText(options.out, serializeGarbling(garbling));
      }
      return { text: formatGarbling(garbling), json: garbling };
    },
  });

/** A garbling by the name of a preset, or from the file that `calibre garble --out` wrote. */
export async function readGarbling(nameOrPath: string): Promise<Garbling> {
  if (Object.hasOwn(presets, nameOrPath)) return presets[nameOrPath as keyof typeof presets];
  return parseGarbling(await readText(nameOrPath));
}
