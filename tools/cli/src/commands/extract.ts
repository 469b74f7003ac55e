import { extractToFile, type UnitRunner } from '@calibre/data-wiki';
import { define } from '../define.js';
import { count, wholeNumber } from '../options.js';
import { problemOf, streamPassages } from './extract-stream.js';
import { firstPassages, statistics } from './extract-views.js';

/** Standard input as a dump, standard output as a file. */
const STANDARD = '-';

interface Options {
  readonly language?: string;
  readonly out?: string;
  readonly show?: number;
  readonly stats?: boolean;
  readonly workers?: number;
  readonly passages?: number;
  readonly seed?: number;
  readonly resume?: boolean;
  readonly redis?: string;
}

/** `calibre extract`: Wikipedia dumps → passages with their link anchors. */
export const extract = () =>
  define<[dumps: string[]], Options>({
    usage: 'extract <dumps...>',
    summary: 'Extract passages with link anchors from MediaWiki dumps (XML, plain or compressed).',
    example: 'calibre extract dewiki-latest-pages-articles.xml.bz2 --language de --out de.jsonl',
    configure: (command) =>
      command
        .option('--language <code>', 'language of the dumps: en, de, zh …')
        .option(
          '--out <file>',
          '.jsonl, .jsonl.gz, .conll, .conll.gz or .parquet; - writes JSON lines to standard output',
        )
        .option('--workers <number>', 'worker threads (default: none)', count)
        .option('--passages <number>', 'only so many, each equally likely', count)
        .option('--seed <number>', 'decides which', wholeNumber)
        .option('--resume', 'go on with an extraction that did not end')
        .option(
          '--redis <url>',
          'let "calibre extract-worker"s read the dumps, each by the same path',
        )
        .option(
          '--show <number>',
          'print so many passages, anchors marked, and write nothing',
          count,
        )
        .option('--stats', 'print statistics of files of passages, given instead of dumps'),
    async run(
      [dumps],
      { language, out, show, stats, workers, passages, seed, resume, redis },
      session,
    ) {
      if (stats) return statistics(dumps);
      if (language === undefined)
        throw new Error('calibre extract: --language must be given, got none; see --help');
      const drawn = {
        ...(passages !== undefined && { sample: passages }),
        ...(seed !== undefined && { seed }),
      };
      const source = dumps.length === 1 && dumps[0] === STANDARD ? process.stdin : dumps;
      if (show !== undefined)
        return firstPassages(source, { count: show, language, session, ...drawn });
      if (out === undefined)
        throw new Error('calibre extract: --out (or --show) must be given, got none; see --help');
      if (out === STANDARD || source !== dumps)
        return streamPassages(source, { out, language, session, workers, ...drawn });
      session.saved(`${out}.partial holds what was read; go on with --resume`);
      const progress = session.progress('extracting', { total: 100, unit: '%' });
      const { counts, damages, cutPages, written } = await extractToFile(dumps, {
        language,
        out,
        resume,
        signal: session.signal,
        ...(workers !== undefined && { workers }),
        ...(redis !== undefined && { runner: await runnerOver(redis, session.signal) }),
        ...drawn,
        onProgress: ({ bytes, totalBytes = bytes, pages, passages: found }) =>
          progress.update(
            Math.floor((100 * bytes) / Math.max(1, totalBytes)),
            `${pages} pages, ${found} passages`,
          ),
      });
      progress.stop();
      const problem = problemOf({ damages, cutPages }, out);
      return {
        text: `${out}: ${written} of ${counts.passages} passages found in ${counts.pages.read} pages`,
        json: { out, language, passages: written, counts, damages, cutPages },
        ...(problem !== undefined && { problem }),
      };
    },
  });

async function runnerOver(url: string, signal: AbortSignal): Promise<UnitRunner> {
  const { overRedis } = await import('../queue/coordinator.js');
  return overRedis(url, { signal });
}
