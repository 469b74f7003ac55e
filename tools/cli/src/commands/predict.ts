import { Runtime, type RuntimeOptions } from '@calibre/graph';
import { loadCheckpoint, taggerOn } from '@calibre/train';
import { formatTagged, readLabelled } from '../corpus.js';
import { define } from '../define.js';
import { deviceOf, deviceOptions } from '../device.js';
import { writeText } from '../files.js';
import { inBatches } from '../in-batches.js';
import { type ColumnOptions, columnOptions, columnsOf } from '../options.js';

interface Options extends ColumnOptions, RuntimeOptions {
  readonly out: string;
}

/** `calibre predict`: a base tagger's answers, as words and tags. */
export const predict = () =>
  define<[checkpoint: string, text: string], Options>({
    usage: 'predict <checkpoint> <text>',
    summary: "Write a base tagger's tags for the words of a column file (CoNLL).",
    example: 'calibre predict tagger de.dev --out de.predicted',
    configure: (command) =>
      columnOptions(deviceOptions(command)).requiredOption(
        '--out <file>',
        'words and their tags (IOB2)',
      ),
    async run([folder, text], options, session) {
      const sentences = await readLabelled(text, columnsOf(options));
      const checkpoint = await loadCheckpoint(folder);
      if (checkpoint.configuration.tags.length === 0) {
        throw new Error(
          `${folder}: must hold a tagger, got a checkpoint without tags; train one with calibre train tagger`,
        );
      }
      const runtime = await Runtime.start(deviceOf(options));
      try {
        const tagger = await taggerOn(runtime, checkpoint, { id: folder });
        const words = sentences.map((sentence) => sentence.words);
        const predicted = await inBatches(words, { title: 'predicting', session }, (batch) =>
          tagger.predict(batch, { signal: session.signal }),
        );
        await writeText(options.out, formatTagged(sentences, predicted));
        const spans = predicted.reduce((sum, own) => sum + own.length, 0);
        return {
          text: `${options.out}: ${spans} spans in ${sentences.length} sentences`,
          json: { out: options.out, sentences: sentences.length, spans },
        };
      } finally {
        await runtime.dispose();
      }
    },
  });
