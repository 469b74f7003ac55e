import { extractToFile } from '@calibre/data-wiki';
import { define } from '../define.js';
import { count, wholeNumber } from '../options.js';

interface Options {
  readonly language: string;
  readonly out: string;
  readonly workers?: number;
  readonly passages?: number;
  readonly seed?: number;
  readonly resume?: boolean;
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
        .requiredOption('--out <file>', '.jsonl, .jsonl.gz, .conll, .conll.gz or .parquet')
        .option('--workers <number>', 'worker threads (default: none)', count)
        .option('--passages <number>', 'only so many, each equally likely', count)
        .option('--seed <number>', 'decides which', wholeNumber)
        .option('--resume', 'go on with an extraction that did not end'),
    async run([dumps], { language, out, workers, passages, seed, resume }, session) {
      session.saved(`${out}.partial holds what was read; go on with --resume`);
      const progress = session.progress('extracting', { total: 100, unit: '%' });
      const { counts, damages, cutPages, written } = await extractToFile(dumps, {
        language,
        out,
        resume,
        signal: session.signal,
        ...(workers !== undefined && { workers }),
        ...(passages !== undefined && { sample: passages }),
        ...(seed !== undefined && { seed }),
        onProgress: ({ bytes, totalBytes = bytes, pages, passages: found }) =>
          progress.update(
            Math.floor((100 * bytes) / Math.max(1, totalBytes)),
            `${pages} pages, ${found} passages`,
          ),
      });
      progress.stop();
      const [first] = damages;
      return {
        text: `${out}: ${written} passages, ${counts.anchors} anchors, ${counts.words} words of ${counts.pages.read} pages`,
        json: { out, language, passages: written, counts, damages, cutPages },
        ...(first && {
          problem: `${first.path}${first.offset === undefined ? '' : `, byte ${first.offset}`}: ${first.reason}; ${cutPages} pages were lost, ${out} holds the rest${damages.length > 1 ? `; ${damages.length - 1} more places could not be read` : ''}`,
        }),
      };
    },
  });
