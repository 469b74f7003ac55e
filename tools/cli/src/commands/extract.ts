import { extractPassages, type Passage, writeJsonLines } from '@calibre/data-wiki';
import { define } from '../define.js';
import { writeWhole } from '../files.js';
import type { Progress } from '../progress.js';

interface Options {
  readonly language: string;
  readonly out: string;
}

/** `calibre extract`: Wikipedia dumps → passages with their link anchors. */
export const extract = () =>
  define<[dumps: string[]], Options>({
    usage: 'extract <dumps...>',
    summary: 'Extract passages with link anchors from MediaWiki dumps (XML, plain or compressed).',
    example: 'calibre extract dewiki-latest-pages-articles.xml.bz2 --language de --out de.jsonl',
    configure: (command) =>
      command
        .requiredOption('--language <code>', 'language of the dumps: en, de, zh …')
        .requiredOption('--out <file>', 'JSON lines, one passage each; compressed if named .gz'),
    async run([dumps], { language, out }, session) {
      const counts = { passages: 0, anchors: 0, words: 0 };
      const progress = session.progress('extracting', { unit: 'passages' });
      const passages = extractPassages(dumps, { language, signal: session.signal });
      await writeWhole(out, (partial) =>
        writeJsonLines(partial, counted(passages, counts, progress)),
      );
      progress.stop();
      return {
        text: `${out}: ${counts.passages} passages, ${counts.anchors} anchors, ${counts.words} words`,
        json: { out, language, ...counts },
      };
    },
  });

async function* counted(
  passages: AsyncIterable<Passage>,
  counts: { passages: number; anchors: number; words: number },
  progress: Progress,
): AsyncGenerator<Passage> {
  for await (const passage of passages) {
    counts.passages++;
    counts.anchors += passage.anchors.length;
    counts.words += passage.words.length;
    progress.update(counts.passages, passage.title);
    yield passage;
  }
}
