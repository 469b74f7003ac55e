import { once } from 'node:events';
import {
  type DumpSource,
  type ExtractionReport,
  extractPassages,
  type Passage,
  toJsonLine,
  writePassages,
} from '@calibre/data-wiki';
import type { Result, Session } from '../session.js';

interface StreamOptions {
  /** A file, or `-` for JSON lines on standard output. */
  readonly out: string;
  readonly language: string;
  readonly session: Session;
  readonly workers?: number | undefined;
  readonly sample?: number;
  readonly seed?: number;
}

/** Extracts from standard input or to standard output: in one go, without a manifest, nothing to resume. */
export async function streamPassages(
  source: DumpSource,
  { out, session, workers = 0, ...rules }: StreamOptions,
): Promise<Result> {
  const run = extractPassages(source, { ...rules, workers, signal: session.signal });
  const outcome: { report?: ExtractionReport } = {};
  async function* passages(): AsyncGenerator<Passage> {
    outcome.report = yield* run;
  }
  if (out === '-') {
    for await (const passage of passages())
      if (!process.stdout.write(toJsonLine(passage))) await once(process.stdout, 'drain');
  } else await writePassages(out, passages());
  const report = outcome.report as ExtractionReport;
  const problem = problemOf(report, out);
  const found = `${report.counts.passages} passages found in ${report.counts.pages.read} pages`;
  return {
    text: out === '-' ? '' : `${out}: ${found}`,
    json: { out, ...report },
    ...(problem !== undefined && { problem }),
  };
}

/** What could not be read, in a sentence; undefined where all was. */
export function problemOf(
  { damages, cutPages }: Pick<ExtractionReport, 'damages' | 'cutPages'>,
  out: string,
): string | undefined {
  const [first, ...more] = damages;
  if (!first) return undefined;
  const place = first.offset === undefined ? first.path : `${first.path}, byte ${first.offset}`;
  const others = more.length > 0 ? `; ${more.length} more places could not be read` : '';
  return `${place}: ${first.reason}; at least ${cutPages === 1 ? '1 page was' : `${cutPages} pages were`} lost, ${out} holds the rest${others}`;
}
