import { diagnose } from '@calibre/metrics';
import { formatDiagnosis } from '@calibre/metrics/report';
import { readLabelled } from '../corpus.js';
import { define } from '../define.js';
import {
  type ColumnOptions,
  columnOptions,
  columnsOf,
  type FormatOptions,
  formatOption,
} from '../options.js';
import { readPredictions } from '../predictions.js';

type Options = ColumnOptions & FormatOptions;

/** `calibre diagnose`: which errors predictions make, what repairing them could gain, and the commonest with examples. */
export const diagnoseCommand = () =>
  define<[gold: string, predictions: string], Options>({
    usage: 'diagnose <gold> <predictions>',
    summary: 'Split the errors of predictions by kind, and show the commonest with examples.',
    example: 'calibre diagnose dev.conll dev.predicted',
    configure: (command) => formatOption(columnOptions(command), ['text', 'markdown', 'json']),
    async run([gold, predictions], { format, ...options }) {
      const sentences = await readLabelled(gold, columnsOf(options));
      const { spans } = await readPredictions(predictions, sentences);
      const diagnosis = diagnose(
        sentences.map((sentence) => sentence.spans),
        spans,
      );
      const { predictions: all, missed, ...errors } = diagnosis.errors;
      return {
        text: formatDiagnosis(diagnosis, {
          format: format === 'markdown' ? 'markdown' : 'text',
          words: sentences.map(({ words }) => words),
        }),
        json: {
          gold,
          predictions,
          ...diagnosis,
          errors: { ...errors, predictions: all.length, missed: missed.length },
        },
      };
    },
  });
